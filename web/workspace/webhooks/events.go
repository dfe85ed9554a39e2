package webhooks

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// eventsPage is the catalogue.
type eventsPage struct {
	Groups  []group
	Version string
	Tries   int
	Timeout int // of an attempt, in seconds
}

// events shows every type with its example and schema, and how a receiver goes
// about them.
func (p pages) events(c *fiber.Ctx, ws *workspace.Workspace) error {
	plan := p.Webhooks
	return p.render(c, ws, fiber.StatusOK, "events", eventsPage{Groups: groups(nil), Version: schema.APIVersion, Tries: plan.Tries(),
		Timeout: int(plan.Timeout.Seconds())})
}
