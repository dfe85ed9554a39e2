// Package deliveries is the page of one webhook endpoint: how it is doing, its
// secret, the log of its deliveries with what was sent and what came back, and
// replays. It hears of changes and reads its parts again. Every page is whole
// without JavaScript: dialogs are pages, actions are forms.
package deliveries

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "endpoint.html", "replays.html", "refusal.html")

const root = "/settings/webhooks"

type pages struct{ *desk.Desk }

// Mount puts the pages on a router, behind those of package webhooks: /new would
// pass for an ID here. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	one := root + "/:endpoint"
	r.Get(one, d.Manager(p.endpoint)...)
	r.Get(one+"/health", d.Manager(p.health)...)
	r.Get(one+"/deliveries", d.Manager(p.list)...)
	r.Get(one+"/replays", d.Manager(p.replays)...)
	r.Post(one+"/replays", d.Manager(p.replayMany)...)
	r.Get(one+"/deliveries/:delivery", d.Manager(p.delivery)...)
	r.Post(one+"/deliveries/:delivery/replays", d.Manager(p.replay)...)
}

// endpointPage is the page. Each of its parts can be read again alone.
type endpointPage struct {
	View   view
	Health healthPart
	List   listPart
	Detail detailPart
}

func (p pages) endpoint(c *fiber.Ctx, ws *workspace.Workspace) error {
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	d := endpointPage{View: v}
	if d.Health, err = p.healthOf(c, ws, v); err != nil {
		return err
	}
	if d.List, err = listOf(c, ws, p.Webhooks, v); err != nil {
		return err
	}
	if d.Detail, err = detailOf(c, ws, p.Webhooks, v); err != nil {
		return err
	}
	return p.render(c, ws, fiber.StatusOK, "endpoint", d)
}

// render sends a page that hears of changes.
func (p pages) render(c *fiber.Ctx, ws *workspace.Workspace, status int, name string, data any) error {
	frame, err := p.Frame(c, ws, "webhooks")
	if err != nil {
		return err
	}
	frame.Live = true
	return set.Render(c, status, name, frame, data)
}

// health, list and delivery are parts for a page that is open.
func (p pages) health(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.part(c, ws, "health-now", func(v view) (any, error) { return p.healthOf(c, ws, v) })
}

func (p pages) list(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.part(c, ws, "list", func(v view) (any, error) { return listOf(c, ws, p.Webhooks, v) })
}

// delivery answers with nothing while the page shows all there is: what somebody
// unfolded or marked in it stays as it is.
func (p pages) delivery(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := schema.Parse[schema.DeliveryID](c.Params("delivery"))
	if err != nil {
		return err
	}
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	v.Delivery = id
	if !page.IsPartial(c) {
		return page.Redirect(c, v.URL())
	}
	d, err := detailOf(c, ws, p.Webhooks, v)
	if err != nil {
		return err
	}
	if d.Version() == c.Query("v") {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return p.sendPart(c, ws, "detail", d)
}

// part answers with a part of the page; who isn't on it is led there.
func (p pages) part(c *fiber.Ctx, ws *workspace.Workspace, block string, data func(view) (any, error)) error {
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	if !page.IsPartial(c) {
		return page.Redirect(c, v.URL())
	}
	d, err := data(v)
	if err != nil {
		return err
	}
	return p.sendPart(c, ws, block, d)
}

func (p pages) sendPart(c *fiber.Ctx, ws *workspace.Workspace, block string, data any) error {
	frame, err := p.Frame(c, ws, "webhooks")
	if err != nil {
		return err
	}
	return set.Part(c, fiber.StatusOK, "endpoint", block, frame, data)
}

// changed tells those who look at the endpoint.
func (p pages) changed(c *fiber.Ctx, ws *workspace.Workspace, id schema.EndpointID) {
	p.Bus.Tell(c.UserContext(), live.Change{Agency: ws.Agency.ID.String(), Row: id.String()})
}

// refusalPage says why something that has no form of its own was not done.
type refusalPage struct{ Message, Back string }

func (p pages) refuse(c *fiber.Ctx, ws *workspace.Workspace, back string, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	return p.Render(c, ws, set, status, "refusal", "webhooks", refusalPage{e.Message, back})
}
