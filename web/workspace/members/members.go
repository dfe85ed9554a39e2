// Package members is Settings > Members: who works at the agency, who is
// invited to, and as what. Every page is whole without JavaScript: dialogs are
// pages, actions are forms.
package members

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "members.html", "invitation.html", "role.html", "removal.html", "refusal.html")

var (
	flashInvited = page.NewFlash("member-invited", "The invitation is being sent.")
	flashResent  = page.NewFlash("member-resent", "A new link is being sent. The old one no longer works.")
	flashRevoked = page.NewFlash("member-revoked", "The invitation is revoked. Its link no longer works.")
	flashRole    = page.NewFlash("role-changed", "The role is changed. It counts from their next click.")
	flashRemoved = page.NewFlash("member-removed", "The member is removed and no longer has access.")
	flashLeft    = page.NewFlash("member-left", "You have left the agency.")
)

// path is where the list stands.
const path = "/settings/members"

type pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	r.Get(path, d.Manager(p.list)...)
	r.Get(path+"/new", d.Manager(p.newInvitation)...)
	r.Post(path, d.Manager(p.invite)...)
	r.Post(path+"/invitations/:invitation/resends", d.Manager(p.resend)...)
	r.Post(path+"/invitations/:invitation/revocation", d.Manager(p.revoke)...)
	r.Get(path+"/:user/role", d.Manager(p.role)...)
	r.Post(path+"/:user/role", d.Manager(p.changeRole)...)
	r.Get(path+"/:user/removal", d.Manager(p.removal)...)
	r.Post(path+"/:user/removal", d.Manager(p.remove)...)
}

func (p pages) render(c *fiber.Ctx, ws *workspace.Workspace, status int, name string, data any) error {
	return p.Render(c, ws, set, status, name, "members", data)
}
