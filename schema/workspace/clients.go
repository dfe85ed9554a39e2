package workspace

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// ClientFilter narrows the list of clients. Page counts from 1.
type ClientFilter struct {
	Query   string // part of a name or website
	Deleted bool
	Page    int
}

// PageSize is how many clients stand on a page.
const PageSize = 50

// ClientRow is a line of the list.
type ClientRow struct {
	schema.Client
	People   int      `db:"people"`   // on the list of its users
	Troubled int      `db:"troubled"` // of them, those whose email needs a look
	Networks []string `db:"-"`        // of its social accounts
}

// ClientPage is a page of the list. Total counts what the filter lets through,
// Present and Gone the agency's clients on either side of deletion.
type ClientPage struct {
	Rows                 []ClientRow
	Total, Present, Gone int
	Page, Pages          int
}

// Clients lists the agency's clients by name.
func (w *Workspace) Clients(ctx context.Context, f ClientFilter) (p ClientPage, err error) {
	err = w.db.GetContext(ctx, &p, `SELECT COUNT(CASE WHEN deleted_at IS NULL THEN 1 END) AS present,
		COUNT(CASE WHEN deleted_at IS NOT NULL THEN 1 END) AS gone FROM clients WHERE agency_id = ?`, w.Agency.ID)
	if err != nil {
		return p, err
	}
	where, args := ` FROM clients c WHERE c.agency_id = ? AND (c.deleted_at IS NOT NULL) = ?`, []any{w.Agency.ID, f.Deleted}
	if q := strings.TrimSpace(strings.ToValidUTF8(f.Query, "")); q != "" {
		like := "%" + escapeLike.Replace(q) + "%"
		where += ` AND (c.name LIKE ? OR c.website LIKE ?)`
		args = append(args, like, like)
	}
	if err := w.db.GetContext(ctx, &p.Total, `SELECT COUNT(*)`+where, args...); err != nil {
		return p, err
	}
	p.Pages = max(1, (p.Total+PageSize-1)/PageSize)
	p.Page = min(max(1, f.Page), p.Pages)
	args = append(args, PageSize, (p.Page-1)*PageSize)
	err = w.db.SelectContext(ctx, &p.Rows, `SELECT c.id, c.agency_id, c.name, c.email, c.website, c.external_id,
		c.created_at, c.deleted_at, c.cascade_state,
		(SELECT COUNT(*) FROM client_users u WHERE u.client_id = c.id AND u.status <> 'revoked') AS people,
		(SELECT COUNT(*) FROM client_users u JOIN emails e ON e.id = u.email_id WHERE u.client_id = c.id
			AND u.status = 'invited' AND e.state IN ('bounced', 'failed', 'suppressed', 'complained')) AS troubled`+
		where+` ORDER BY c.name, c.id LIMIT ? OFFSET ?`, args...)
	if err != nil {
		return p, err
	}
	return p, w.addNetworks(ctx, p.Rows)
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (w *Workspace) addNetworks(ctx context.Context, rows []ClientRow) error {
	if len(rows) == 0 {
		return nil
	}
	at := map[schema.ClientID]*ClientRow{}
	ids := make([]schema.ClientID, len(rows))
	for i := range rows {
		ids[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	query, args, err := sqlx.In(`SELECT client_id, network FROM social_accounts WHERE client_id IN (?) ORDER BY network, handle`, ids)
	if err != nil {
		return err
	}
	var found []struct {
		ClientID schema.ClientID `db:"client_id"`
		Network  string          `db:"network"`
	}
	if err := w.db.SelectContext(ctx, &found, query, args...); err != nil {
		return err
	}
	for _, f := range found {
		at[f.ClientID].Networks = append(at[f.ClientID].Networks, f.Network)
	}
	return nil
}

// Client reads one client, deleted or not.
func (w *Workspace) Client(ctx context.Context, id schema.ClientID) (c schema.Client, err error) {
	err = w.db.GetContext(ctx, &c, `SELECT id, agency_id, name, email, website, external_id, created_at, deleted_at, cascade_state
		FROM clients WHERE id = ? AND agency_id = ?`, id, w.Agency.ID)
	return c, missing(err)
}

// OpenClients lists all clients that people can be invited to, by name.
func (w *Workspace) OpenClients(ctx context.Context) (out []schema.Client, err error) {
	err = w.db.SelectContext(ctx, &out, `SELECT id, agency_id, name, website FROM clients
		WHERE agency_id = ? AND deleted_at IS NULL ORDER BY name, id`, w.Agency.ID)
	return out, err
}

func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return schema.ErrNotFound
	}
	return err
}
