package workspace

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// elsewherePage is the form that invites a person to another client.
type elsewherePage struct {
	userPage
	Clients []schema.Client
	Chosen  schema.ClientID
}

var elsewhereFields = []string{"client"}

func (p *Pages) elsewhere(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := elsewherePageOf(c, ws)
	if err != nil {
		return err
	}
	return p.render(c, ws, fiber.StatusOK, "elsewhere", d)
}

func elsewherePageOf(c *fiber.Ctx, ws *workspace.Workspace) (d elsewherePage, err error) {
	if d.userPage, err = userPageOf(c, ws); err != nil {
		return d, err
	}
	d.Fault = desk.NewFault(nil, elsewhereFields)
	d.Clients, err = ws.OpenClients(c.UserContext())
	d.Clients = slices.DeleteFunc(d.Clients, func(other schema.Client) bool { return other.ID == d.Client.ID })
	return d, err
}

func (p *Pages) inviteElsewhere(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := elsewherePageOf(c, ws)
	if err != nil {
		return err
	}
	if request.Field(c, "client") == "" {
		return p.refuseElsewhere(c, ws, d, &schema.Error{Kind: schema.Invalid, Field: "client", Code: "required", Message: "Choose a client."})
	}
	if d.Chosen, err = schema.Parse[schema.ClientID](request.Field(c, "client")); err != nil {
		return err
	}
	out, err := ws.InviteElsewhere(c.UserContext(), d.User.ID, d.Chosen)
	if err != nil {
		return p.refuseElsewhere(c, ws, d, err)
	}
	p.Bell.Ring(c.UserContext(), out.Due...)
	page.SetFlash(c, flashInvited)
	return page.Redirect(c, view{Users: d.Chosen}.URL())
}

func (p *Pages) refuseElsewhere(c *fiber.Ctx, ws *workspace.Workspace, d elsewherePage, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	// The form has no address; what is wrong with it is wrong with the choice.
	if e.Field == "email" {
		there := *e
		there.Field, e = "client", &there
	}
	d.Fault.Refusal = e
	return p.render(c, ws, status, "elsewhere", d)
}
