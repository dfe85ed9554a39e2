package webhooks

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
)

var (
	flashEnabled  = page.NewFlash("endpoint-enabled", "The endpoint is enabled.")
	flashReplayed = page.NewFlash("endpoint-enabled-replay", "The endpoint is enabled. What it missed is on its way.")
	flashSkipped  = page.NewFlash("endpoint-enabled-skip", "The endpoint is enabled. What it missed is skipped.")
	flashDisabled = page.NewFlash("endpoint-disabled", "The endpoint is disabled. What happens from now on is held for it.")
)

// statusPage asks before an endpoint is disabled or enabled.
type statusPage struct {
	workspace.EndpointBacklog
	Back   string
	Since  string
	Missed string // what is to become of what it missed
	Fault  desk.Fault
}

func (p pages) disablement(c *fiber.Ctx, ws *workspace.Workspace) error {
	b, err := backlog(c, ws)
	if err != nil {
		return err
	}
	return p.render(c, ws, fiber.StatusOK, "disablement", statusPage{EndpointBacklog: b, Back: reveal.Path(b.ID)})
}

func (p pages) disable(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := endpointID(c)
	if err != nil {
		return err
	}
	due, err := ws.DisableEndpoint(c.UserContext(), id)
	if err != nil {
		return p.refuse(c, ws, id, err)
	}
	return p.done(c, ws, id, flashDisabled, due...)
}

// enablement has one of the choices made for whoever came by its button.
func (p pages) enablement(c *fiber.Ctx, ws *workspace.Workspace) error {
	b, err := backlog(c, ws)
	if err != nil {
		return err
	}
	return p.renderEnablement(c, ws, fiber.StatusOK, b, c.Query("missed", workspace.ReplayMissed), nil)
}

func (p pages) enable(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := endpointID(c)
	if err != nil {
		return err
	}
	missed := request.Field(c, "missed")
	due, err := ws.EnableEndpoint(c.UserContext(), id, missed)
	if refused, status, ok := desk.Refusal(err); ok && refused.Field != "" {
		b, err := backlog(c, ws)
		if err != nil {
			return err
		}
		return p.renderEnablement(c, ws, status, b, missed, refused)
	}
	if err != nil {
		return p.refuse(c, ws, id, err)
	}
	say := flashEnabled
	if len(due) > 1 {
		say = map[string]page.Flash{workspace.ReplayMissed: flashReplayed, workspace.SkipMissed: flashSkipped}[missed]
	}
	return p.done(c, ws, id, say, due...)
}

func (p pages) renderEnablement(c *fiber.Ctx, ws *workspace.Workspace, status int, b workspace.EndpointBacklog, missed string, refused *schema.Error) error {
	d := statusPage{EndpointBacklog: b, Back: reveal.Path(b.ID), Missed: missed, Fault: desk.NewFault(refused, []string{"missed"})}
	if b.DisabledAt != nil {
		d.Since = since(*b.DisabledAt, *b.DisabledAt, desk.Zone(ws))
	}
	return p.render(c, ws, status, "enablement", d)
}
