package workspace

import (
	"bytes"
	"slices"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// accountsPage is the form that assigns the agency's social accounts.
type accountsPage struct {
	View     view
	Client   schema.Client
	Accounts []accountLine
	Fault    desk.Fault
}

type accountLine struct {
	workspace.Account
	Here  bool // ticked
	Other bool // another client has it now
}

func (p *Pages) accounts(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	return p.renderAccounts(c, ws, fiber.StatusOK, client, nil, nil)
}

func (p *Pages) assignAccounts(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	chosen, err := chosenAccounts(c)
	if err != nil {
		return err
	}
	lost, err := ws.AssignAccounts(c.UserContext(), client.ID, chosen)
	if e, status, ok := desk.Refusal(err); ok {
		return p.renderAccounts(c, ws, status, client, chosen, e)
	}
	if err != nil {
		return err
	}
	p.tell(c, ws, append(lost, client.ID)...)
	p.Bus.Tell(c.UserContext(), live.Change{Agency: ws.Agency.ID.String(), Row: live.Posts}) // whose posts they are is another
	page.SetFlash(c, flashAccounts)
	return page.Redirect(c, around(c).Show(client.ID).URL())
}

// chosenAccounts are the ticked boxes, each once.
func chosenAccounts(c *fiber.Ctx) (out []schema.AccountID, err error) {
	for _, b := range c.Context().PostArgs().PeekMulti("accounts") {
		id, err := schema.Parse[schema.AccountID](string(b))
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b schema.AccountID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(out), nil
}

// renderAccounts ticks what was chosen where the form was refused, else what
// the client has.
func (p *Pages) renderAccounts(c *fiber.Ctx, ws *workspace.Workspace, status int, client schema.Client, chosen []schema.AccountID, e *schema.Error) error {
	all, err := ws.Accounts(c.UserContext())
	if err != nil {
		return err
	}
	d := accountsPage{View: around(c), Client: client, Fault: desk.NewFault(e, nil)}
	for _, a := range all {
		here := a.ClientID == client.ID
		line := accountLine{Account: a, Here: here, Other: !here && !a.ClientID.IsZero()}
		if e != nil {
			line.Here = slices.Contains(chosen, a.ID)
		}
		d.Accounts = append(d.Accounts, line)
	}
	return p.render(c, ws, status, "accounts", d)
}
