// Package workspace is the agency's side of the web: Settings > Clients, with
// the clients, their people and the invitations. Every page is whole without
// JavaScript: dialogs are pages, actions are forms.
package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// Pages serves the agency's list of clients and what can be done from it.
type Pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := &Pages{d}
	r.Get("/settings/clients", p.Member(p.list)...)
	r.Post("/email-confirmations", p.Member(p.sendConfirmation)...)

	r.Get("/settings/clients/new", p.Manager(p.newClient)...)
	r.Post("/settings/clients", p.Manager(p.addClient)...)
	r.Get("/settings/clients/:client/edit", p.Manager(p.editClient)...)
	r.Post("/settings/clients/:client", p.Manager(p.saveClient)...)
	r.Get("/settings/clients/:client/accounts", p.Manager(p.accounts)...)
	r.Post("/settings/clients/:client/accounts", p.Manager(p.assignAccounts)...)
	r.Get("/settings/clients/:client/deletion", p.Manager(p.deletion)...)
	r.Post("/settings/clients/:client/deletion", p.Manager(p.deleteClient)...)
	r.Get("/settings/clients/:client/erasure", p.Manager(p.erasure)...)
	r.Post("/settings/clients/:client/erasures", p.Manager(p.erase)...)
	r.Post("/settings/clients/:client/erasures/cancellation", p.Manager(p.callOffErasure)...)
	r.Get("/settings/clients/:client/rows", p.Member(p.rows)...)
	r.Get("/settings/clients/:client/invitations/new", p.Manager(p.newInvitation)...)
	r.Post("/settings/clients/:client/invitations", p.Manager(p.invite)...)

	r.Post("/client-users/:user/resends", p.Manager(p.resend)...)
	r.Get("/client-users/:user/clearing", p.Manager(p.clearing)...)
	r.Post("/client-users/:user/clearing", p.Manager(p.clearAndResend)...)
	r.Post("/client-users/:user/revocation", p.Manager(p.revoke)...)
	r.Post("/client-users/:user/dismissal", p.Manager(p.dismiss)...)
	r.Post("/client-users/:user/invitations", p.Manager(p.inviteAgain)...)
	r.Get("/client-users/:user/address", p.Manager(p.address)...)
	r.Post("/client-users/:user/address", p.Manager(p.fixAddress)...)
	r.Get("/client-users/:user/removal", p.Manager(p.removal)...)
	r.Post("/client-users/:user/removal", p.Manager(p.remove)...)
	r.Get("/client-users/:user/elsewhere", p.Manager(p.elsewhere)...)
	r.Post("/client-users/:user/elsewhere", p.Manager(p.inviteElsewhere)...)
}

// render sends one of the pages in the agency's frame.
func (p *Pages) render(c *fiber.Ctx, ws *workspace.Workspace, status int, name string, data any) error {
	return p.Render(c, ws, pages, status, name, "clients", data)
}
