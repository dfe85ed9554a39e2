package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/page"
)

// deletionPage asks before a client is deleted, with what that does in numbers.
type deletionPage struct {
	workspace.Deletion
	View view
}

// Names joins names: "A, B and C".
func (d deletionPage) Names(names []string) string { return page.Enumerate(names) }

func (p *Pages) deletion(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	d := deletionPage{View: around(c)}
	if d.Deletion, err = ws.PreviewDeletion(c.UserContext(), id); err != nil {
		return p.refuse(c, ws, id, err)
	}
	return p.render(c, ws, fiber.StatusOK, "deletion", d)
}

func (p *Pages) deleteClient(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	due, err := ws.DeleteClient(c.UserContext(), id)
	if err != nil {
		return p.refuse(c, ws, id, err)
	}
	p.Bell.Ring(c.UserContext(), due...)
	p.tell(c, ws, id)
	page.SetFlash(c, flashClientDeleted)
	return page.Redirect(c, around(c).URL())
}
