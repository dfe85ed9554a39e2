package workspace

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// ClientRow is a line of the list.
type ClientRow struct {
	schema.Client
	DeletedByName string `db:"deleted_by_name"`
	EraseLater    bool   `db:"erase_later"` // by the database's clock, its erasing is yet to come
	People        int    `db:"people"`      // on the list of its users; none once it is being erased

	Networks []string `db:"-"` // of its social accounts
	Trouble  Trouble  `db:"-"` // the worst there is
	Match    Match    `db:"-"` // the people that the search found it by
}

// Match is the people of a client that a search finds; Name is the first.
type Match struct {
	Name  string `db:"name"`
	Count int    `db:"count"`
}

// More is how many there are beside the first.
func (m Match) More() int { return m.Count - 1 }

// ClientRow reads one client as the list shows it, deleted or not; on a list that
// is searched, with those of its people who are found.
func (w *Workspace) ClientRow(ctx context.Context, id schema.ClientID, search string) (ClientRow, error) {
	rows, err := w.clientRows(ctx, []schema.ClientID{id}, strings.TrimSpace(strings.ToValidUTF8(search, "")))
	if err == nil && len(rows) == 0 {
		err = schema.ErrNotFound
	}
	if err != nil {
		return ClientRow{}, err
	}
	return rows[0], nil
}

// clientRows reads the agency's clients with these IDs, in their order. search
// is what they were found by, or empty.
func (w *Workspace) clientRows(ctx context.Context, ids []schema.ClientID, search string) ([]ClientRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []ClientRow
	err := w.selectIn(ctx, &found, `SELECT c.id, c.agency_id, c.name, c.email, c.website, c.external_id, c.created_at,
		c.deleted_at, c.cascade_state, c.erase_state, c.erase_attempt, c.erase_due_at, c.erased_at, COALESCE(c.erase_due_at > UTC_TIMESTAMP(6), FALSE) AS erase_later, COALESCE(d.full_name, '') AS deleted_by_name,
		(SELECT COUNT(*) FROM client_users u WHERE u.client_id = c.id AND u.status <> 'revoked' AND c.erase_attempt = 0) AS people
		FROM clients c LEFT JOIN users d ON d.id = c.deleted_by WHERE c.id IN (?) AND c.agency_id = ?`, ids, w.Agency.ID)
	if err != nil {
		return nil, err
	}
	byID := make(map[schema.ClientID]*ClientRow, len(found))
	for i := range found {
		byID[found[i].ID] = &found[i]
	}
	for _, add := range []func(context.Context, []schema.ClientID, map[schema.ClientID]*ClientRow) error{w.addNetworks, w.addTrouble} {
		if err := add(ctx, ids, byID); err != nil {
			return nil, err
		}
	}
	if search != "" {
		if err := w.addMatches(ctx, ids, byID, search); err != nil {
			return nil, err
		}
	}
	rows := make([]ClientRow, 0, len(found))
	for _, id := range ids {
		if r, ok := byID[id]; ok {
			rows = append(rows, *r)
		}
	}
	return rows, nil
}

func (w *Workspace) addNetworks(ctx context.Context, ids []schema.ClientID, rows map[schema.ClientID]*ClientRow) error {
	var found []struct {
		ClientID schema.ClientID `db:"client_id"`
		Network  string          `db:"network"`
	}
	err := w.selectIn(ctx, &found, `SELECT client_id, network FROM social_accounts WHERE client_id IN (?) ORDER BY network, handle`, ids)
	for _, f := range found {
		if r, ok := rows[f.ClientID]; ok {
			r.Networks = append(r.Networks, f.Network)
		}
	}
	return err
}

// addMatches names a person where it wasn't the client itself that was found.
func (w *Workspace) addMatches(ctx context.Context, ids []schema.ClientID, rows map[schema.ClientID]*ClientRow, search string) error {
	var found []struct {
		ClientID schema.ClientID `db:"client_id"`
		Match
	}
	args := append([]any{ids}, personArgs(search)...)
	err := w.selectIn(ctx, &found, `SELECT u.client_id, MIN(u.full_name) AS name, COUNT(*) AS count
		FROM client_users u JOIN clients c ON c.id = u.client_id WHERE u.client_id IN (?) AND u.status <> 'revoked' AND (`+personLike+`)
		AND c.name NOT LIKE ? AND c.website NOT LIKE ? GROUP BY u.client_id`, append(args, like(search), like(search))...)
	for _, f := range found {
		if r, ok := rows[f.ClientID]; ok {
			r.Match = f.Match
		}
	}
	return err
}

// selectIn reads rows by a query with slices among its arguments, which must
// not be empty.
func (w *Workspace) selectIn(ctx context.Context, dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	return w.db.SelectContext(ctx, dest, query, args...)
}
