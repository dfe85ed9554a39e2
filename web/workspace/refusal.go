package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// refuse shows the list with the client expanded and the refusal on top: for
// actions that have no form of their own.
func (p *Pages) refuse(c *fiber.Ctx, ws *workspace.Workspace, client schema.ClientID, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	return p.show(c, ws, around(c).Show(client), status, e)
}
