// Package connectlink is the page about a client's connect link: a link by which
// somebody at the client connects social accounts without an account of their own.
package connectlink

import (
	"context"
	"embed"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "link.html", "regeneration.html")

var (
	flashOn  = page.NewFlash("connect-link-on", "The connect link works.")
	flashNew = page.NewFlash("connect-link-new", "There is a new connect link. The old one no longer works.")
	flashOff = page.NewFlash("connect-link-off", "The connect link is switched off.")
)

type pages struct {
	*desk.Desk
	base *url.URL
}

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk, base *url.URL) {
	p := pages{d, base}
	const path = "/settings/clients/:client/connect-link"
	r.Get(path, d.Manager(p.link)...)
	r.Post(path+"/activation", d.Manager(p.act(flashOn, (*workspace.Workspace).TurnOnConnectLink))...)
	r.Get(path+"/regenerations", d.Manager(p.regeneration)...)
	r.Post(path+"/regenerations", d.Manager(p.act(flashNew, (*workspace.Workspace).RegenerateConnectLink))...)
	r.Post(path+"/deactivation", d.Manager(p.act(flashOff, (*workspace.Workspace).TurnOffConnectLink))...)
}

type linkPage struct {
	workspace.ConnectLink
	URL  string // of the link, empty while it is off
	Path string // of this page
}

func path(id schema.ClientID) string { return "/settings/clients/" + id.String() + "/connect-link" }

func (p pages) read(c *fiber.Ctx, ws *workspace.Workspace) (d linkPage, err error) {
	id, err := schema.Parse[schema.ClientID](c.Params("client"))
	if err != nil {
		return d, err
	}
	d.Path = path(id)
	if d.ConnectLink, err = ws.ConnectLink(c.UserContext(), p.Keys, id); err == nil && d.Token != "" {
		d.URL = p.base.JoinPath("connect", d.Token).String()
	}
	return d, err
}

func (p pages) link(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.read(c, ws)
	if err != nil {
		return err
	}
	return p.Render(c, ws, set, fiber.StatusOK, "link", "clients", d)
}

// regeneration asks before a link dies.
func (p pages) regeneration(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.read(c, ws)
	if err != nil {
		return err
	}
	return p.Render(c, ws, set, fiber.StatusOK, "regeneration", "clients", d)
}

// act changes the link and goes back to the page.
func (p pages) act(done page.Flash, verb func(*workspace.Workspace, context.Context, schema.ClientID) error) desk.Handler {
	return func(c *fiber.Ctx, ws *workspace.Workspace) error {
		id, err := schema.Parse[schema.ClientID](c.Params("client"))
		if err != nil {
			return err
		}
		if err := verb(ws, c.UserContext(), id); err != nil {
			return err
		}
		p.Bus.Tell(c.UserContext(), live.Change{Agency: ws.Agency.ID.String(), Row: id.String()})
		page.SetFlash(c, done)
		return page.Redirect(c, path(id))
	}
}
