package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// elsewherePage is the form that invites a person to another client.
type elsewherePage struct {
	userPage
	To choice
}

// Chosen is the client that was chosen, if one was.
func (d elsewherePage) Chosen() (id schema.ClientID) {
	if len(d.To.Chosen) > 0 {
		id = d.To.Chosen[0]
	}
	return id
}

var elsewhereFields = []string{"client"}

func (p *Pages) elsewhere(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := elsewherePageOf(c, ws)
	if err != nil {
		return err
	}
	return p.renderElsewhere(c, ws, fiber.StatusOK, d, nil)
}

func elsewherePageOf(c *fiber.Ctx, ws *workspace.Workspace) (d elsewherePage, err error) {
	if d.userPage, err = userPageOf(c, ws); err != nil {
		return d, err
	}
	d.To, err = choiceOf(c, "client")
	return d, err
}

func (p *Pages) renderElsewhere(c *fiber.Ctx, ws *workspace.Workspace, status int, d elsewherePage, e *schema.Error) error {
	if err := d.To.offer(c, ws, d.Client.ID); err != nil {
		return err
	}
	d.Fault = desk.NewFault(e, elsewhereFields)
	return p.render(c, ws, status, "elsewhere", d)
}

func (p *Pages) inviteElsewhere(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := elsewherePageOf(c, ws)
	if err != nil {
		return err
	}
	if d.To.Looks {
		return p.renderElsewhere(c, ws, fiber.StatusOK, d, nil)
	}
	if len(d.To.Chosen) != 1 {
		return p.refuseElsewhere(c, ws, d, &schema.Error{Kind: schema.Invalid, Field: "client", Code: "required", Message: "Choose a client."})
	}
	to := d.To.Chosen[0]
	out, err := ws.InviteElsewhere(c.UserContext(), d.User.ID, to)
	if err != nil {
		return p.refuseElsewhere(c, ws, d, err)
	}
	if _, ok := onList(c); !ok {
		return p.done(c, ws, change{client: to, due: out.Due, flash: flashInvited})
	}
	// The list that is open stays where it is; the other client's row hears of it.
	p.tell(c, ws, to)
	return p.done(c, ws, change{client: d.Client.ID, due: out.Due, flash: flashInvited})
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
	return p.renderElsewhere(c, ws, status, d, e)
}
