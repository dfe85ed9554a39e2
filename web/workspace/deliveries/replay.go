package deliveries

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
)

var (
	flashReplayed = page.NewFlash("delivery-replayed", "The delivery is sent again.")
	flashStarted  = page.NewFlash("replay-started", "The replay has started.")
)

// replay has one delivery made once more, and goes back to where it was pressed.
func (p pages) replay(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := schema.Parse[schema.DeliveryID](c.Params("delivery"))
	if err != nil {
		return err
	}
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	v.Delivery, v.Attempt = id, 0
	if err := ws.ReplayDelivery(c.UserContext(), v.Endpoint, id); err != nil {
		return p.refuse(c, ws, v.URL(), err)
	}
	p.changed(c, ws, v.Endpoint)
	page.SetFlash(c, flashReplayed)
	return page.Redirect(c, v.URL())
}
