package workspace

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// invitationPage is the form that invites a person to a client, and to others.
type invitationPage struct {
	View     view
	Client   schema.Client
	Accounts int // of the client
	Days     int // that the link works
	Unmet    []*schema.Error
	FullName string
	Email    string
	Also     choice
	Fault    desk.Fault
	Mend     *mend
}

// Text is what a person gets by it.
func (d invitationPage) Text() string {
	if d.Accounts == 0 {
		return "They choose a password, then see this client’s calendar. Nothing else."
	}
	return "They choose a password, then see this client’s calendar of " + page.Plural(d.Accounts, "social account", "social accounts") + ". Nothing else."
}

var invitationFields = []string{"full_name", "email", "clients"}

func (p *Pages) newInvitation(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	return p.renderInvitation(c, ws, client, fiber.StatusOK, invitationPage{}, nil)
}

func (p *Pages) invite(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	d := invitationPage{FullName: request.Field(c, "full_name"), Email: request.Field(c, "email")}
	if d.Also, err = choiceOf(c, "clients"); err != nil {
		return err
	}
	var due []schema.Due
	if !d.Also.Looks {
		due, err = inviteAll(c.UserContext(), ws, id, d)
	}
	if _, _, refused := desk.Refusal(err); refused || d.Also.Looks {
		return p.reviseInvitation(c, ws, d, err)
	}
	if err != nil {
		return err
	}
	p.tell(c, ws, d.Also.Chosen...)
	// Among many people only a search shows the new one.
	back := around(c).Show(id)
	if several, err := ws.SeveralPages(c.UserContext(), id); err == nil && several {
		back.Who = d.Email
	}
	return p.done(c, ws, change{client: id, due: due, flash: flashInvited, view: back})
}

func inviteAll(ctx context.Context, ws *workspace.Workspace, id schema.ClientID, d invitationPage) (due []schema.Due, err error) {
	if len(d.Also.Chosen) == 0 {
		out, err := ws.Invite(ctx, id, d.FullName, d.Email)
		return out.Due, err
	}
	all, err := ws.InviteToSeveral(ctx, append([]schema.ClientID{id}, d.Also.Chosen...), d.FullName, d.Email)
	for _, one := range all {
		due = append(due, one.Due...)
	}
	return due, err
}

// reviseInvitation shows the form again: refused, or with the clients that were
// looked for.
func (p *Pages) reviseInvitation(c *fiber.Ctx, ws *workspace.Workspace, d invitationPage, refused error) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	if refused == nil {
		return p.renderInvitation(c, ws, client, fiber.StatusOK, d, nil)
	}
	e, status, _ := desk.Refusal(refused)
	return p.renderInvitation(c, ws, client, status, d, e)
}

// renderInvitation says what keeps the member from inviting before the form is
// filled in. A refusal that says the same is not said twice.
func (p *Pages) renderInvitation(c *fiber.Ctx, ws *workspace.Workspace, client schema.Client, status int, d invitationPage, e *schema.Error) (err error) {
	d.View, d.Client, d.Days = around(c), client, ws.Agency.InvitationDays
	if d.Unmet, err = ws.Preconditions(c.UserContext(), client.ID); err != nil {
		return err
	}
	if d.Accounts, err = accountsOf(c, ws, client.ID); err != nil {
		return err
	}
	if err := d.Also.offer(c, ws, client.ID); err != nil {
		return err
	}
	if said(d.Unmet, e) {
		e = nil
	}
	if e, d.Mend, err = mendable(c, ws, d.View, e); err != nil {
		return err
	}
	fields := invitationFields
	if d.Also.Looks {
		fields = nil // the cursor stays in the search
	}
	d.Fault = desk.NewFault(e, fields)
	return p.render(c, ws, status, "invitation", d)
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
