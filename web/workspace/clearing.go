package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// clearing asks before an address is taken off the email provider's suppression
// lists: it got there for a reason.
func (p *Pages) clearing(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := userPageOf(c, ws)
	if err != nil {
		return err
	}
	if err := mayClear(&d.User); err != nil {
		return p.refusePerson(c, ws, &d.User, err)
	}
	return p.render(c, ws, fiber.StatusOK, "clearing", d)
}

func (p *Pages) clearAndResend(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashCleared, due(ws.ClearAndResend))
}

// mayClear says why the row doesn't allow it, the client's deletion aside, which
// the verb refuses with words of its own.
func mayClear(r *workspace.UserRow) error {
	if err := may(r, schema.VerbResend); err != nil {
		return err
	}
	u := r.ClientUser
	u.Status = r.Shown()
	return u.MayClear(r.Now, r.EmailState, r.Barred())
}
