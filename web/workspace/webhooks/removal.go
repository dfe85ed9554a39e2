package webhooks

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/reveal"
)

var flashRemoved = page.NewFlash("endpoint-removed", "The endpoint is removed. Nothing more goes there.")

func (p pages) removal(c *fiber.Ctx, ws *workspace.Workspace) error {
	b, err := backlog(c, ws)
	if err != nil {
		return err
	}
	return p.render(c, ws, fiber.StatusOK, "removal", statusPage{EndpointBacklog: b, Back: reveal.Path(b.ID)})
}

func (p pages) remove(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := endpointID(c)
	if err != nil {
		return err
	}
	due, err := ws.RemoveEndpoint(c.UserContext(), id)
	if err != nil {
		return p.refuse(c, ws, id, err)
	}
	p.changed(c, ws, id, due...)
	page.SetFlash(c, flashRemoved)
	return page.Redirect(c, path)
}
