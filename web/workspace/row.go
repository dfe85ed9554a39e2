package workspace

import (
	"context"
	"slices"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// row is a client on the list: one line and, when it is open, its people below.
type row struct {
	workspace.ClientRow
	View    view
	Manages bool
	Erases  bool // whoever looks may erase clients
	Zone    *time.Location
	Icons   []string // its networks, each once
	Open    bool

	workspace.PeoplePage // of the open one
	Users                []person
	Refusal              *schema.Error // of what was just tried
	// Again is in how many seconds the row is asked for again, because something
	// on it will have changed by then; zero is never.
	Again int
}

// newRow makes a client's row, with its people if the view has it open.
func (p *Pages) newRow(ctx context.Context, ws *workspace.Workspace, c workspace.ClientRow, v view) (row, error) {
	people, err := p.people(ctx, ws, v, c.ID)
	if err != nil {
		return row{}, err
	}
	return makeRow(ws, c, v, people), nil
}

// people reads those whom the view shows of a client: nobody unless it is open.
// Whoever comes upon a stale invitation rings for the sweep.
func (p *Pages) people(ctx context.Context, ws *workspace.Workspace, v view, id schema.ClientID) (out workspace.PeoplePage, err error) {
	if id.IsZero() || id != v.Users {
		return out, nil
	}
	out, err = ws.ClientUsers(ctx, id, workspace.PeopleFilter{Query: v.Who, Page: v.People})
	if slices.ContainsFunc(out.Rows, func(u workspace.UserRow) bool { return !u.ClientDeleted && u.Stale(u.Now) }) {
		p.Bell.Stale(ctx)
	}
	return out, err
}

func makeRow(ws *workspace.Workspace, c workspace.ClientRow, v view, people workspace.PeoplePage) row {
	r := row{ClientRow: c, View: v, Manages: ws.Role.Manages(), Erases: ws.Role.MayErase() == nil, Zone: desk.Zone(ws), Icons: slices.Compact(c.Networks), Open: c.ID == v.Users}
	if r.Erasing() {
		r.again(busyAgain)
	}
	if !r.Open {
		return r
	}
	r.PeoplePage, r.View.People = people, people.Page
	for i := range r.Rows {
		r.Users = append(r.Users, r.newPerson(&r.Rows[i]))
	}
	return r
}

// Show opens the row; where a person was found, it shows that person.
func (r row) Show() view {
	v := r.View.Show(r.ID)
	if r.Match.Count > 0 {
		v.Who = r.View.Query
	}
	return v
}

// Everybody is the open row with all of its people.
func (r row) Everybody() view { return r.View.Hide().Show(r.ID) }

// Beside is the open row on another page of its people.
func (r row) Beside(n int) view { r.View.People = n; return r.View }

// Earlier and Later are the pages of people beside this one.
func (r row) Earlier() view { return r.Beside(r.Page - 1) }

// Later is explained at Earlier.
func (r row) Later() view { return r.Beside(r.Page + 1) }

// First and Last count the page's people among all that are listed.
func (r row) First() int { return (r.Page-1)*workspace.PeoplePageSize + 1 }

// Last is explained at First.
func (r row) Last() int { return min(r.Page*workspace.PeoplePageSize, r.Total) }

// Crowded says that there are so many people that looking for one helps.
func (r row) Crowded() bool { return r.People > workspace.PeoplePageSize }

// refuse puts a refusal on a person's row; above all of them, if the person is
// not listed any more.
func (r *row) refuse(id schema.ClientUserID, e *schema.Error) {
	if i := slices.IndexFunc(r.Users, func(p person) bool { return p.ID == id }); i >= 0 {
		r.Users[i].Refusal = e
	} else if r.Open {
		r.Refusal = e
	}
}
