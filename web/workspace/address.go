package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// userPage is a page about one person: the form that fixes the address, and
// the one that asks before Remove.
type userPage struct {
	View   view
	User   workspace.UserRow
	Client schema.Client
	Note   desk.Note
	Email  string
	Fault  desk.Fault
}

// userPageOf reads what such a page shows.
func userPageOf(c *fiber.Ctx, ws *workspace.Workspace) (d userPage, err error) {
	d.View = around(c)
	if d.User, err = theUser(c, ws); err != nil {
		return d, err
	}
	if d.Client, err = ws.Client(c.UserContext(), d.User.ClientID); err != nil {
		return d, err
	}
	d.Note = desk.Describe(&d.User, &d.Client, desk.Zone(ws))
	return d, nil
}

var addressFields = []string{"email"}

func (p *Pages) address(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := userPageOf(c, ws)
	if err != nil {
		return err
	}
	if err := may(&d.User, schema.VerbFixEmail); err != nil {
		return p.refuse(c, ws, d.Client.ID, err)
	}
	d.Email, d.Fault = d.User.Email, desk.NewFault(nil, addressFields)
	return p.render(c, ws, fiber.StatusOK, "address", d)
}

func (p *Pages) fixAddress(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := userPageOf(c, ws)
	if err != nil {
		return err
	}
	d.Email = request.Field(c, "email")
	out, err := ws.FixEmail(c.UserContext(), d.User.ID, d.Email)
	if e, status, ok := desk.Refusal(err); ok {
		d.Fault = desk.NewFault(e, addressFields)
		return p.render(c, ws, status, "address", d)
	}
	if err != nil {
		return err
	}
	p.Bell.Ring(c.UserContext(), out.Due...)
	page.SetFlash(c, flashAddress)
	return page.Redirect(c, d.View.Show(d.Client.ID).URL())
}

// removal asks before a person's access ends.
func (p *Pages) removal(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := userPageOf(c, ws)
	if err != nil {
		return err
	}
	if err := may(&d.User, schema.VerbRemove); err != nil {
		return p.refuse(c, ws, d.Client.ID, err)
	}
	return p.render(c, ws, fiber.StatusOK, "removal", d)
}
