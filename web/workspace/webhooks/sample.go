package webhooks

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
)

var flashSample = page.NewFlash("test-event-sent", "The test event is on its way.")

// samplesPerAgency is how many test events go out in ten minutes: somebody else's
// server must not be plagued from here.
const samplesPerAgency = 60

// samplePage asks which type of event a test is to be of.
type samplePage struct {
	schema.Endpoint
	Groups []group
	Fault  desk.Fault
}

func (p pages) sample(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	return p.renderSample(c, ws, fiber.StatusOK, &e, string(first(e.Types)), nil)
}

// first is the first type of the catalogue that an endpoint takes.
func first(t schema.EventTypes) schema.EventType {
	for _, k := range schema.Catalogue() {
		if t.Takes(k.Type) {
			return k.Type
		}
	}
	return ""
}

func (p pages) sendSample(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	t := request.Field(c, "type")
	err = p.Limit.Check(c, limit.Rule{Name: "test_event", Who: ws.Agency.ID.String(), N: samplesPerAgency})
	var d schema.Delivery
	if err == nil {
		d, err = ws.SendTest(c.UserContext(), e.ID, schema.EventType(t))
	}
	if refused, status, ok := desk.Refusal(err); ok {
		return p.renderSample(c, ws, status, &e, t, refused)
	}
	if err != nil {
		return err
	}
	p.changed(c, ws, e.ID)
	page.SetFlash(c, flashSample)
	return page.Redirect(c, reveal.Path(e.ID)+"?d="+d.ID.String())
}

func (p pages) renderSample(c *fiber.Ctx, ws *workspace.Workspace, status int, e *schema.Endpoint, chosen string, refused *schema.Error) error {
	return p.render(c, ws, status, "sample", samplePage{*e, groups([]string{chosen}), desk.NewFault(refused, []string{"type"})})
}
