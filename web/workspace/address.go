package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
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
	Unmet  []*schema.Error // what keeps the member from sending anything
	Fault  desk.Fault
	Mend   *mend
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
		return p.refusePerson(c, ws, &d.User, err)
	}
	d.Email = d.User.Email
	return p.renderAddress(c, ws, fiber.StatusOK, d, nil)
}

func (p *Pages) renderAddress(c *fiber.Ctx, ws *workspace.Workspace, status int, d userPage, e *schema.Error) (err error) {
	if !d.Client.Deleted() {
		if d.Unmet, err = ws.Preconditions(c.UserContext(), d.Client.ID); err != nil {
			return err
		}
	}
	if said(d.Unmet, e) {
		e = nil
	}
	if e, d.Mend, err = mendable(c, ws, d.View, e); err != nil {
		return err
	}
	d.Fault = desk.NewFault(e, addressFields)
	return p.render(c, ws, status, "address", d)
}

func (p *Pages) fixAddress(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := userPageOf(c, ws)
	if err != nil {
		return err
	}
	d.Email = request.Field(c, "email")
	out, err := ws.FixEmail(c.UserContext(), d.User.ID, d.Email)
	if e, status, ok := desk.Refusal(err); ok {
		return p.renderAddress(c, ws, status, d, e)
	}
	if err != nil {
		return err
	}
	return p.done(c, ws, change{client: d.Client.ID, due: out.Due, flash: flashAddress, view: d.View})
}

// removal asks before a person's access ends.
func (p *Pages) removal(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := userPageOf(c, ws)
	if err != nil {
		return err
	}
	if err := may(&d.User, schema.VerbRemove); err != nil {
		return p.refusePerson(c, ws, &d.User, err)
	}
	return p.render(c, ws, fiber.StatusOK, "removal", d)
}
