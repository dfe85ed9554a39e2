package workspace

import (
	"context"
	"slices"
	"time"

	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// person is a line of the expanded list.
type person struct {
	workspace.UserRow
	Note    desk.Note
	Actions []action
}

// expand reads the people of the open row. Whoever comes upon a stale
// invitation rings for the sweep.
func (p *Pages) expand(ctx context.Context, ws *workspace.Workspace, d *clientsPage) error {
	i := slices.IndexFunc(d.List, func(r row) bool { return r.Open })
	if i < 0 {
		return nil
	}
	open := &d.List[i]
	users, err := ws.ClientUsers(ctx, open.ID)
	if err != nil {
		return err
	}
	open.Users = people(ws, open, users)
	if slices.ContainsFunc(users, func(u workspace.UserRow) bool { return !u.ClientDeleted && u.Stale(u.Now) }) {
		p.Bell.Stale(ctx)
	}
	return nil
}

func people(ws *workspace.Workspace, r *row, users []workspace.UserRow) []person {
	out := make([]person, len(users))
	zone := desk.Zone(ws)
	for i := range users {
		out[i] = newPerson(&users[i], r, zone, ws.Role.Manages())
	}
	return out
}

func newPerson(u *workspace.UserRow, r *row, zone *time.Location, manages bool) person {
	p := person{UserRow: *u, Note: desk.Describe(u, &r.Client, zone)}
	if manages {
		p.Actions = actions(u, r.View)
	}
	return p
}
