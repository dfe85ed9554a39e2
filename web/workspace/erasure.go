package workspace

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// erasurePage asks before a deleted client is erased, with what that does in
// numbers.
type erasurePage struct {
	workspace.Erasure
	View  view
	When  schema.EraseWhen
	Fault desk.Fault
}

// At is when it is erased, if not at once.
func (d erasurePage) At() time.Time { return d.Client.EraseAt() }

var erasureFields = []string{"when"}

func (p *Pages) erasure(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	return p.showErasure(c, ws, id, fiber.StatusOK, "", nil)
}

func (p *Pages) showErasure(c *fiber.Ctx, ws *workspace.Workspace, id schema.ClientID, status int, when schema.EraseWhen, e *schema.Error) (err error) {
	d := erasurePage{View: around(c), When: when, Fault: desk.NewFault(e, erasureFields)}
	if d.Erasure, err = ws.PreviewErasure(c.UserContext(), id); err != nil {
		return p.refuse(c, ws, id, err)
	}
	return p.render(c, ws, status, "erasure", d)
}

func (p *Pages) erase(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	when := schema.EraseWhen(request.Field(c, "when"))
	due, err := ws.EraseClient(c.UserContext(), id, when)
	if e, status, ok := desk.Refusal(err); ok && e.Field != "" {
		return p.showErasure(c, ws, id, status, when, e)
	}
	if err != nil {
		return p.refuse(c, ws, id, err)
	}
	p.Bell.Ring(c.UserContext(), due...)
	p.tell(c, ws, id)
	said := flashErasing
	if when == schema.EraseLater {
		said = flashErasePlanned
	}
	page.SetFlash(c, said)
	return page.Redirect(c, around(c).URL())
}

func (p *Pages) callOffErasure(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	if err := ws.CallOffErasure(c.UserContext(), id); err != nil {
		return p.refuse(c, ws, id, err)
	}
	p.tell(c, ws, id)
	page.SetFlash(c, flashEraseCalledOff)
	return page.Redirect(c, around(c).URL())
}
