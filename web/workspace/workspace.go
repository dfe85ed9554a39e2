// Package workspace is the agency's side of the web: Settings > Clients, with
// the clients, their people and the invitations. Every page is whole without
// JavaScript: dialogs are pages, actions are forms.
package workspace

import (
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/session"
)

// Pages serves the agency's pages.
type Pages struct {
	DB      *schema.DB
	Bell    *jobs.Bell
	Log     *slog.Logger
	Visitor *visitor.Visitor // asked only where somebody may go
}

// handler answers a request of a member, in that member's workspace.
type handler func(c *fiber.Ctx, ws *workspace.Workspace) error

// Routes puts the pages on a router. session.Middleware has to run before it.
func (p *Pages) Routes(r fiber.Router) {
	r.Get("/settings/clients", p.member(p.list)...)
	r.Post("/email-confirmations", p.member(p.sendConfirmation)...)

	r.Get("/settings/clients/new", p.manager(p.newClient)...)
	r.Post("/settings/clients", p.manager(p.addClient)...)
	r.Get("/settings/clients/:client/edit", p.manager(p.editClient)...)
	r.Post("/settings/clients/:client", p.manager(p.saveClient)...)
	r.Get("/settings/clients/:client/accounts", p.manager(p.accounts)...)
	r.Post("/settings/clients/:client/accounts", p.manager(p.assignAccounts)...)
	r.Get("/settings/clients/:client/deletion", p.manager(p.deletion)...)
	r.Post("/settings/clients/:client/deletion", p.manager(p.deleteClient)...)
	r.Get("/settings/clients/:client/invitations/new", p.manager(p.newInvitation)...)
	r.Post("/settings/clients/:client/invitations", p.manager(p.invite)...)

	r.Post("/client-users/:user/resends", p.manager(p.resend)...)
	r.Post("/client-users/:user/revocation", p.manager(p.revoke)...)
	r.Post("/client-users/:user/dismissal", p.manager(p.dismiss)...)
	r.Post("/client-users/:user/invitations", p.manager(p.inviteAgain)...)
	r.Get("/client-users/:user/address", p.manager(p.address)...)
	r.Post("/client-users/:user/address", p.manager(p.fixAddress)...)
	r.Get("/client-users/:user/removal", p.manager(p.removal)...)
	r.Post("/client-users/:user/removal", p.manager(p.remove)...)
	r.Get("/client-users/:user/elsewhere", p.manager(p.elsewhere)...)
	r.Post("/client-users/:user/elsewhere", p.manager(p.inviteElsewhere)...)
}

// member lets every member of the agency pass.
func (p *Pages) member(h handler) []fiber.Handler {
	return []fiber.Handler{session.Require, func(c *fiber.Ctx) error {
		who, _ := session.Of(c)
		m, ok := who.Membership()
		if !ok {
			return p.astray(c, who.UserID)
		}
		return h(c, workspace.Open(p.DB, m))
	}}
}

// manager lets owners and admins pass. The verbs refuse the others too; this
// keeps them from filling in a form for nothing.
func (p *Pages) manager(h handler) []fiber.Handler {
	return p.member(func(c *fiber.Ctx, ws *workspace.Workspace) error {
		if !ws.Role.Manages() {
			return errRole
		}
		return h(c, ws)
	})
}

var errRole = &schema.Error{Kind: schema.Forbidden, Code: "role",
	Message: "Only owners and admins can change this. Ask one of them."}

// astray is for a session without a workspace: somebody who has one goes and
// chooses it, and for everybody else there is nothing here.
func (p *Pages) astray(c *fiber.Ctx, who schema.UserID) error {
	places, err := p.Visitor.Places(c.UserContext(), who)
	if err != nil {
		return err
	}
	for _, place := range places {
		if place.Role != "" {
			return c.Redirect("/choose", fiber.StatusSeeOther)
		}
	}
	return schema.ErrNotFound
}

// render sends one of the pages in the agency's frame.
func (p *Pages) render(c *fiber.Ctx, ws *workspace.Workspace, status int, name string, data any) error {
	places, err := p.Visitor.Places(c.UserContext(), ws.User.ID)
	if err != nil {
		return err
	}
	frame := page.Frame{AgencyName: ws.Agency.Name, UserName: ws.User.FullName, UserRole: roles[ws.Role],
		Current: "clients", Several: len(places) > 1, Zone: zoneOf(ws)}
	return pages.Render(c, status, name, frame, data)
}

var roles = map[schema.Role]string{schema.RoleOwner: "Owner", schema.RoleAdmin: "Admin", schema.RoleMember: "Member"}

// zoneOf is the member's time zone; one that this machine doesn't know is UTC.
func zoneOf(ws *workspace.Workspace) *time.Location {
	zone, err := time.LoadLocation(ws.User.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
