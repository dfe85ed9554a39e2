package workspace

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

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

// Filter is another of the lists, searched and sorted for the same.
func (d clientsPage) Filter(l workspace.ClientList) view {
	return view{Query: d.View.Query, List: l, Sort: d.View.Sort}
}

// By is the list in another order.
func (d clientsPage) By(s workspace.ClientSort) view {
	return view{Query: d.View.Query, List: d.View.List, Sort: s}
}

// All is the list without a search.
func (d clientsPage) All() view { return view{List: d.View.List, Sort: d.View.Sort} }

// Earlier and Later are the pages beside this one.
func (d clientsPage) Earlier() view { return d.View.At(d.Page - 1) }

// Later is explained at Earlier.
func (d clientsPage) Later() view { return d.View.At(d.Page + 1) }

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
	var open schema.Client
	if id := d.View.Users; !id.IsZero() {
		if open, err = ws.Client(ctx, id); err != nil {
			return err
		}
		// The list that the open row is on.
		if open.Deleted() {
			d.View.List = workspace.ListDeleted
		} else if d.View.Deleted() {
			d.View.List = workspace.ListPresent
		}
	}
	people, err := p.read(ctx, ws, d)
	if err != nil {
		return err
	}
	d.View.Page = d.Page
	// After an action its row is there, on top where the page doesn't hold it.
	if !open.ID.IsZero() && !slices.ContainsFunc(d.Rows, func(r workspace.ClientRow) bool { return r.ID == open.ID }) {
		r, err := ws.ClientRow(ctx, open.ID, d.View.Query)
		if err != nil {
			return err
		}
		d.Rows = slices.Insert(d.Rows, 0, r)
	}
	for _, r := range d.Rows {
		d.List = append(d.List, makeRow(ws, r, d.View, people))
	}
	return nil
}

// read reads the page's clients, and beside them the people of the open one:
// there may be thousands of either.
func (p *Pages) read(ctx context.Context, ws *workspace.Workspace, d *clientsPage) (people workspace.PeoplePage, err error) {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		d.ClientPage, err = ws.Clients(ctx, workspace.ClientFilter{Query: d.View.Query, List: d.View.List, Sort: d.View.Sort, Page: d.View.Page})
		return err
	})
	both.Go(func() (err error) {
		people, err = p.people(ctx, ws, d.View, d.View.Users)
		return err
	})
	err = both.Wait()
	return people, err
}
