package workspace

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// clientsPage is the list of clients.
type clientsPage struct {
	workspace.ClientPage
	View    view
	Manages bool
	List    []row
	Refusal *schema.Error // of an action that was tried from here
}

// row is a client on the list.
type row struct {
	workspace.ClientRow
	View  view
	Icons []string // its networks, each once
	Open  bool
	Users []person // of the open one
}

// Filter is the list of present or of deleted clients, searched for the same.
func (d clientsPage) Filter(deleted bool) string {
	return view{Query: d.View.Query, Deleted: deleted}.URL()
}

// All is the list without a search.
func (d clientsPage) All() string { return view{Deleted: d.View.Deleted}.URL() }

// Earlier and Later are the pages beside this one.
func (d clientsPage) Earlier() string { return d.View.At(d.Page - 1).URL() }

// Later is explained at Earlier.
func (d clientsPage) Later() string { return d.View.At(d.Page + 1).URL() }

// First and Last count the page's clients among all that the filter lets
// through.
func (d clientsPage) First() int { return (d.Page-1)*workspace.PageSize + 1 }

// Last is explained at First.
func (d clientsPage) Last() int { return min(d.Page*workspace.PageSize, d.Total) }

func (p *Pages) list(c *fiber.Ctx, ws *workspace.Workspace) error {
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	return p.show(c, ws, v, fiber.StatusOK, nil)
}

// show renders the list in a view, with a refusal on top if there is one.
func (p *Pages) show(c *fiber.Ctx, ws *workspace.Workspace, v view, status int, refused *schema.Error) error {
	d := clientsPage{View: v, Manages: ws.Role.Manages(), Refusal: refused}
	if err := p.fill(c.UserContext(), ws, &d); err != nil {
		return err
	}
	return p.render(c, ws, status, "clients", d)
}

func (p *Pages) fill(ctx context.Context, ws *workspace.Workspace, d *clientsPage) (err error) {
	var client schema.Client
	if id := d.View.Users; !id.IsZero() {
		if client, err = ws.Client(ctx, id); err != nil {
			return err
		}
		d.View.Deleted = client.Deleted() // the list that the open row is on
	}
	d.ClientPage, err = ws.Clients(ctx, workspace.ClientFilter{Query: d.View.Query, Deleted: d.View.Deleted, Page: d.View.Page})
	if err != nil {
		return err
	}
	d.View.Page = d.Page
	if !client.ID.IsZero() {
		if err := pin(ctx, ws, client, &d.Rows); err != nil {
			return err
		}
	}
	for _, r := range d.Rows {
		d.List = append(d.List, row{ClientRow: r, View: d.View, Icons: slices.Compact(r.Networks), Open: r.ID == d.View.Users})
	}
	return p.expand(ctx, ws, d)
}

// pin puts the open client on top where the page doesn't hold it: after an
// action its row is there, whichever page it would be on.
func pin(ctx context.Context, ws *workspace.Workspace, c schema.Client, rows *[]workspace.ClientRow) error {
	same := func(r workspace.ClientRow) bool { return r.ID == c.ID }
	if slices.ContainsFunc(*rows, same) {
		return nil
	}
	for n := 1; ; n++ {
		found, err := ws.Clients(ctx, workspace.ClientFilter{Query: c.Name, Deleted: c.Deleted(), Page: n})
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(found.Rows, same); i >= 0 {
			*rows = slices.Insert(*rows, 0, found.Rows[i])
			return nil
		}
		if n >= found.Pages {
			return nil // it was deleted or renamed this moment
		}
	}
}
