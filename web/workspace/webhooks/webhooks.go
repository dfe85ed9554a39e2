// Package webhooks is Settings > Webhooks: an agency's endpoints, what they take,
// their secrets, and the catalogue of events. An endpoint's own page, with the log
// of its deliveries, is another package's. Every page is whole without JavaScript:
// dialogs are pages, actions are forms.
package webhooks

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "list.html", "form.html", "events.html", "sample.html", "secret.html", "rotation.html",
	"old_secret.html", "disablement.html", "enablement.html", "removal.html", "refusal.html")

// path is where the list stands.
const path = "/settings/webhooks"

type pages struct{ *desk.Desk }

// Mount puts the pages on a router, before those of one endpoint: /new and /events
// would pass for IDs there. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	r.Get(path, d.Manager(p.list)...)
	r.Post(path, d.Manager(p.add)...)
	r.Get(path+"/new", d.Manager(p.newEndpoint)...)
	r.Get(path+"/events", d.Manager(p.events)...)
	one := path + "/:endpoint"
	r.Post(one, d.Manager(p.save)...)
	r.Get(one+"/edit", d.Manager(p.edit)...)
	r.Get(one+"/tests", d.Manager(p.sample)...)
	r.Post(one+"/tests", d.Manager(p.sendSample)...)
	r.Get(one+"/secret", d.Manager(p.secret)...)
	r.Post(one+"/secret-reveals", d.Manager(p.revealSecret)...)
	r.Get(one+"/secret-rotations", d.Manager(p.rotation)...)
	r.Post(one+"/secret-rotations", d.Manager(p.rotate)...)
	r.Get(one+"/old-secret/removal", d.Manager(p.oldSecret)...)
	r.Post(one+"/old-secret/removal", d.Manager(p.stopOldSecret)...)
	r.Get(one+"/disablement", d.Manager(p.disablement)...)
	r.Post(one+"/disablement", d.Manager(p.disable)...)
	r.Get(one+"/enablement", d.Manager(p.enablement)...)
	r.Post(one+"/enablement", d.Manager(p.enable)...)
	r.Get(one+"/removal", d.Manager(p.removal)...)
	r.Post(one+"/removal", d.Manager(p.remove)...)
}

func (p pages) render(c *fiber.Ctx, ws *workspace.Workspace, status int, name string, data any) error {
	return p.Render(c, ws, set, status, name, "webhooks", data)
}

// endpointID is the ID that the path names; rubbish is ErrNotFound.
func endpointID(c *fiber.Ctx) (schema.EndpointID, error) {
	return schema.Parse[schema.EndpointID](c.Params("endpoint"))
}

// theEndpoint reads the endpoint that the path names. Another agency's and a
// deleted one are ErrNotFound.
func theEndpoint(c *fiber.Ctx, ws *workspace.Workspace) (schema.Endpoint, error) {
	id, err := endpointID(c)
	if err != nil {
		return schema.Endpoint{}, err
	}
	return ws.Endpoint(c.UserContext(), id)
}

// backlog is theEndpoint with what has not gone to it yet.
func backlog(c *fiber.Ctx, ws *workspace.Workspace) (workspace.EndpointBacklog, error) {
	id, err := endpointID(c)
	if err != nil {
		return workspace.EndpointBacklog{}, err
	}
	return ws.EndpointBacklog(c.UserContext(), id)
}

// done tells those who look at the endpoint, and leads to its page.
func (p pages) done(c *fiber.Ctx, ws *workspace.Workspace, id schema.EndpointID, say page.Flash, due ...schema.Due) error {
	p.changed(c, ws, id, due...)
	page.SetFlash(c, say)
	return page.Redirect(c, reveal.Path(id))
}

func (p pages) changed(c *fiber.Ctx, ws *workspace.Workspace, id schema.EndpointID, due ...schema.Due) {
	p.Bell.Ring(c.UserContext(), due...)
	p.Bus.Tell(c.UserContext(), live.Change{Agency: ws.Agency.ID.String(), Row: id.String()})
}

// refusalPage says why something that has no form of its own was not done.
type refusalPage struct {
	Message, Back string
}

// refuse shows the refusal of an action on an endpoint, with the way back to it.
func (p pages) refuse(c *fiber.Ctx, ws *workspace.Workspace, id schema.EndpointID, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	return p.render(c, ws, status, "refusal", refusalPage{e.Message, reveal.Path(id)})
}
