package workspace

import (
	"context"
	"slices"
	"strings"

	"anteroom/schema"
)

// PeopleFilter narrows the list of a client's people. Page counts from 1.
type PeopleFilter struct {
	Query string // part of a name or address
	Page  int
}

// PeoplePageSize is how many people stand on a page.
const PeoplePageSize = 100

// PeoplePage is a page of a client's people. Total counts what the filter lets
// through.
type PeoplePage struct {
	Rows               []UserRow
	Total, Page, Pages int
}

// ClientUsers lists the people of a client, those with access first.
func (w *Workspace) ClientUsers(ctx context.Context, id schema.ClientID, f PeopleFilter) (p PeoplePage, err error) {
	c, err := w.Client(ctx, id)
	if err != nil {
		return p, err
	}
	if c.EraseBegun() {
		return PeoplePage{Page: 1, Pages: 1}, nil // nobody is left to be told apart
	}
	where, args := ` FROM client_users u WHERE u.client_id = ? AND u.status <> 'revoked'`, []any{id}
	if q := strings.TrimSpace(strings.ToValidUTF8(f.Query, "")); q != "" {
		where += ` AND (` + personLike + `)`
		args = append(args, personArgs(q)...)
	}
	if err := w.db.GetContext(ctx, &p.Total, `SELECT COUNT(*)`+where, args...); err != nil {
		return p, err
	}
	p.Pages = max(1, (p.Total+PeoplePageSize-1)/PeoplePageSize)
	p.Page = min(max(1, f.Page), p.Pages)
	var ids []schema.ClientUserID
	err = w.db.SelectContext(ctx, &ids, `SELECT u.id`+where+` ORDER BY FIELD(u.status, 'active', 'invited', 'expired', 'deactivated'),
		u.full_name, u.id LIMIT ? OFFSET ?`, append(args, PeoplePageSize, (p.Page-1)*PeoplePageSize)...)
	if err != nil || len(ids) == 0 {
		return p, err
	}
	if err := w.selectIn(ctx, &p.Rows, userRow+` WHERE u.id IN (?) AND u.agency_id = ?`, ids, w.Agency.ID); err != nil {
		return p, err
	}
	slices.SortFunc(p.Rows, func(a, b UserRow) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	if c.Deleted() {
		err = w.addStillAt(ctx, ids, p.Rows)
	}
	return p, err
}

// SeveralPages says that a client's people fill more than one page. It counts no
// further than that: it is asked at every invitation.
func (w *Workspace) SeveralPages(ctx context.Context, id schema.ClientID) (several bool, err error) {
	err = w.db.GetContext(ctx, &several, `SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM client_users
		WHERE client_id = ? AND status <> 'revoked' LIMIT ?) some) > ? FROM clients WHERE id = ? AND agency_id = ?`,
		id, PeoplePageSize+1, PeoplePageSize, id, w.Agency.ID)
	return several, missing(err)
}

// addStillAt says of people at a deleted client where in the agency they have
// access all the same, known by their address.
func (w *Workspace) addStillAt(ctx context.Context, ids []schema.ClientUserID, rows []UserRow) error {
	var found []struct {
		ID   schema.ClientUserID `db:"id"`
		Name string              `db:"name"`
	}
	err := w.selectIn(ctx, &found, `SELECT u.id, c.name FROM client_users u JOIN users p ON p.email_key = u.email_key
		JOIN client_users x ON x.user_id = p.id AND x.status = 'active' AND x.agency_id = ?
		JOIN clients c ON c.id = x.client_id AND c.deleted_at IS NULL WHERE u.id IN (?) ORDER BY c.name, c.id`, w.Agency.ID, ids)
	for _, f := range found {
		if i := slices.IndexFunc(rows, func(r UserRow) bool { return r.ID == f.ID }); i >= 0 {
			rows[i].StillAt = append(rows[i].StillAt, f.Name)
		}
	}
	return err
}
