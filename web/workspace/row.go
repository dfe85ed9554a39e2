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
	Zone    *time.Location
	Icons   []string // its networks, each once
	Open    bool

	workspace.PeoplePage // of the open one
	Users                []person
	// Again is in how many seconds the row is asked for again, because something
	// on it will have changed by then; zero is never.
	Again int
}

// newRow makes a client's row. Whoever comes upon a stale invitation of the open
// one rings for the sweep.
func (p *Pages) newRow(ctx context.Context, ws *workspace.Workspace, c workspace.ClientRow, v view) (r row, err error) {
	r = row{ClientRow: c, View: v, Manages: ws.Role.Manages(), Zone: desk.Zone(ws), Icons: slices.Compact(c.Networks), Open: c.ID == v.Users}
	if !r.Open {
		return r, nil
	}
	r.PeoplePage, err = ws.ClientUsers(ctx, c.ID, workspace.PeopleFilter{Query: v.Who, Page: v.People})
	if err != nil {
		return r, err
	}
	r.View.People = r.PeoplePage.Page
	for i := range r.Rows {
		r.Users = append(r.Users, r.newPerson(&r.Rows[i]))
	}
	if slices.ContainsFunc(r.Rows, func(u workspace.UserRow) bool { return !u.ClientDeleted && u.Stale(u.Now) }) {
		p.Bell.Stale(ctx)
	}
	return r, nil
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

// refuse puts a refusal on a person's row.
func (r *row) refuse(id schema.ClientUserID, e *schema.Error) {
	for i := range r.Users {
		if r.Users[i].ID == id {
			r.Users[i].Refusal = e
		}
	}
}
