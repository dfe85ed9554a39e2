package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// change is what an action did to people of a client: what to ring for and what
// to say.
type change struct {
	client schema.ClientID
	due    []schema.Due
	flash  page.Flash
	view   view // for a page that is loaded anew
}

// done rings, tells the open pages, and shows what was done: a list that is open
// gets the client's fresh rows, everything else goes to the list.
func (p *Pages) done(c *fiber.Ctx, ws *workspace.Workspace, d change) error {
	p.Bell.Ring(c.UserContext(), d.due...)
	p.tell(c, ws, d.client)
	v, ok := onList(c)
	if !ok {
		page.SetFlash(c, d.flash)
		return page.Redirect(c, d.view.Show(d.client).URL())
	}
	return p.answer(c, ws, fiber.StatusOK, v, freshRows{Open: d.client, Who: d.view.Who, Said: d.flash.Text()})
}

// tell tells open pages that a client's rows have changed.
func (p *Pages) tell(c *fiber.Ctx, ws *workspace.Workspace, clients ...schema.ClientID) {
	var changes []live.Change
	for _, id := range clients {
		changes = append(changes, live.Change{Agency: ws.Agency.ID.String(), Row: id.String()})
	}
	p.Bus.Tell(c.UserContext(), changes...)
}

// freshRows are the rows of a list that is open, with what is to be said: that
// something was done, or why not.
type freshRows struct {
	Rows   []row
	Apart  bool // they go past what asked for them, which was a dialog
	Said   string
	Open   schema.ClientID // which client is expanded now
	Who    string          // narrows its people, if it does
	At     schema.ClientUserID
	Reason *schema.Error // why nothing was done to the person At
}

// answer sends the rows of the client that is expanded now, and of the one that
// was before.
func (p *Pages) answer(c *fiber.Ctx, ws *workspace.Workspace, status int, v view, f freshRows) error {
	before := v.Users
	if v = v.Show(f.Open); f.Who != "" {
		v.Who, v.People = f.Who, 0
	}
	for _, id := range []schema.ClientID{f.Open, before} {
		if id.IsZero() || len(f.Rows) > 0 && id == f.Open {
			continue
		}
		client, err := ws.ClientRow(c.UserContext(), id, v.Query)
		if err != nil {
			return err
		}
		r, err := p.newRow(c.UserContext(), ws, client, v)
		if err != nil {
			return err
		}
		r.refuse(f.At, f.Reason)
		f.Rows = append(f.Rows, r)
	}
	f.Apart = page.ForDialog(c)
	c.Set("HX-Replace-Url", v.Path())
	return p.part(c, ws, status, "rows", f)
}

// part sends one block of the list's page.
func (p *Pages) part(c *fiber.Ctx, ws *workspace.Workspace, status int, block string, data any) error {
	frame, err := p.Frame(c, ws, "clients")
	if err != nil {
		return err
	}
	return pages.Part(c, status, "clients", block, frame, data)
}

// rows sends one client's rows to a list that is open. A client that is not on
// that list any more is taken off.
func (p *Pages) rows(c *fiber.Ctx, ws *workspace.Workspace) error {
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	id, err := clientID(c)
	if err != nil {
		return err
	}
	client, err := ws.ClientRow(c.UserContext(), id, v.Query)
	if err != nil {
		return err
	}
	if client.Deleted() != v.Deleted() {
		c.Set("HX-Reswap", "delete")
		return c.SendString("")
	}
	r, err := p.newRow(c.UserContext(), ws, client, v)
	if err != nil {
		return err
	}
	return p.part(c, ws, fiber.StatusOK, "client-rows", r)
}

// refuse says why nothing was done to a client: on top of the list with the
// client expanded, or in the dialog that was asked for.
func (p *Pages) refuse(c *fiber.Ctx, ws *workspace.Workspace, client schema.ClientID, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	if page.ForDialog(c) {
		return p.render(c, ws, status, "refused", refusedPage{View: around(c), Client: client, Refusal: e})
	}
	return p.show(c, ws, around(c).Show(client), status, e)
}

// refusedPage is the dialog that can't be shown.
type refusedPage struct {
	View    view
	Client  schema.ClientID
	Refusal *schema.Error
}

// refusePerson says why nothing was done to a person: in the person's row, where
// the list is open.
func (p *Pages) refusePerson(c *fiber.Ctx, ws *workspace.Workspace, u *workspace.UserRow, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	if v, open := onList(c); open {
		return p.answer(c, ws, status, v, freshRows{Open: u.ClientID, At: u.ID, Reason: e})
	}
	return p.refuse(c, ws, u.ClientID, err)
}
