package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// invitationPage is the form that invites a person to a client.
type invitationPage struct {
	View     view
	Client   schema.Client
	Accounts int // of the client
	Days     int // that the link works
	Unmet    []*schema.Error
	FullName string
	Email    string
	Fault    desk.Fault
}

var invitationFields = []string{"full_name", "email"}

func (p *Pages) newInvitation(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	return p.renderInvitation(c, ws, client, fiber.StatusOK, invitationPage{})
}

func (p *Pages) invite(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	d := invitationPage{FullName: request.Field(c, "full_name"), Email: request.Field(c, "email")}
	out, err := ws.Invite(c.UserContext(), id, d.FullName, d.Email)
	if _, _, ok := desk.Refusal(err); ok {
		return p.refuseInvitation(c, ws, d, err)
	}
	if err != nil {
		return err
	}
	p.Bell.Ring(c.UserContext(), out.Due...)
	page.SetFlash(c, flashInvited)
	return page.Redirect(c, around(c).Show(id).URL())
}

func (p *Pages) refuseInvitation(c *fiber.Ctx, ws *workspace.Workspace, d invitationPage, refused error) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	e, status, _ := desk.Refusal(refused)
	d.Fault.Refusal = e
	return p.renderInvitation(c, ws, client, status, d)
}

// renderInvitation says what keeps the member from inviting before the form is
// filled in. A refusal that says the same is not said twice.
func (p *Pages) renderInvitation(c *fiber.Ctx, ws *workspace.Workspace, client schema.Client, status int, d invitationPage) (err error) {
	d.View, d.Client = around(c), client
	d.Fault = desk.NewFault(d.Fault.Refusal, invitationFields)
	if d.Unmet, err = ws.Preconditions(c.UserContext(), client.ID); err != nil {
		return err
	}
	if d.Accounts, err = accountsOf(c, ws, client.ID); err != nil {
		return err
	}
	d.Days = ws.Agency.InvitationDays
	if mends(d.Unmet, d.Fault.Refusal) {
		d.Fault.Refusal = nil
	}
	return p.render(c, ws, status, "invitation", d)
}

func mends(unmet []*schema.Error, e *schema.Error) bool {
	for _, u := range unmet {
		if e != nil && u.Code == e.Code {
			return true
		}
	}
	return false
}

func accountsOf(c *fiber.Ctx, ws *workspace.Workspace, id schema.ClientID) (n int, err error) {
	all, err := ws.Accounts(c.UserContext())
	for _, a := range all {
		if a.ClientID == id {
			n++
		}
	}
	return n, err
}
