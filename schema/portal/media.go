package portal

import (
	"context"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
	"anteroom/schema/internal/store"
	"anteroom/schema/internal/upload"
)

// MediaQuery narrows the person's uploads down.
type MediaQuery struct {
	Client schema.ClientID // zero: all of the person's
	Search string          // part of a name
	Before schema.MediaID  // those older than this one; zero: from the newest on
	Limit  int
}

// MediaRow is a file with the name of its client.
type MediaRow struct {
	schema.Media
	ClientName string `db:"client_name"`
}

// MediaPage is a page of files, the newest first.
type MediaPage struct {
	Files []MediaRow
	Total int  // of all pages
	More  bool // there are older ones
}

// owned is what the person may see: what they uploaded for clients whose doors are
// open to them now.
const owned = ` FROM media m JOIN clients c ON c.id = m.client_id
	WHERE m.uploaded_by = ? AND m.side = 'client' AND m.client_id IN (?)`

// MediaList lists the person's uploads.
func (p *Portal) MediaList(ctx context.Context, q MediaQuery) (out MediaPage, err error) {
	ids := p.clientIDs()
	if !q.Client.IsZero() {
		ids = []schema.ClientID{q.Client}
		if !p.has(q.Client) {
			return out, schema.ErrNotFound
		}
	}
	where, args := owned, []any{p.User.ID, ids}
	if q.Search != "" {
		where, args = where+` AND m.name LIKE ?`, append(args, upload.Like(q.Search))
	}
	if err := p.in(ctx, p.db.GetContext, &out.Total, `SELECT COUNT(*)`+where, args...); err != nil {
		return out, err
	}
	if !q.Before.IsZero() {
		where, args = where+` AND m.id < ?`, append(args, q.Before)
	}
	err = p.in(ctx, p.db.SelectContext, &out.Files, `SELECT m.id, m.agency_id, m.client_id, m.uploaded_by, m.side, m.name, m.type, m.size,
		m.blob_key, m.thumb_state, m.thumb_key, m.thumb_width, m.thumb_height, m.created_at, c.name AS client_name`+where+
		` ORDER BY m.id DESC LIMIT ?`, append(args, q.Limit+1)...)
	if len(out.Files) > q.Limit {
		out.Files, out.More = out.Files[:q.Limit], true
	}
	return out, err
}

// MediaFile reads one of the person's uploads.
func (p *Portal) MediaFile(ctx context.Context, id schema.MediaID) (m schema.Media, err error) {
	var row MediaRow
	err = p.in(ctx, p.db.GetContext, &row, `SELECT m.id, m.agency_id, m.client_id, m.uploaded_by, m.side, m.name, m.type, m.size,
		m.blob_key, m.thumb_state, m.thumb_key, m.thumb_width, m.thumb_height, m.created_at, c.name AS client_name`+owned+` AND m.id = ?`,
		p.User.ID, p.clientIDs(), id)
	return row.Media, missing(err)
}

// DeleteMedia deletes one of the person's uploads that no post uses, and names what
// lies in the bucket of it.
func (p *Portal) DeleteMedia(ctx context.Context, id schema.MediaID) (keys []string, err error) {
	found, err := p.MediaFile(ctx, id)
	if err != nil {
		return nil, err
	}
	err = store.Run(ctx, p.db, func(tx *store.Tx) error {
		if _, err := p.hold(tx, found.ClientID); err != nil {
			return err
		}
		m, err := upload.LockMedia(tx, p.AgencyID, id)
		if err == nil {
			keys, err = upload.Delete(tx, &m)
		}
		return err
	})
	return keys, err
}

// in runs a query with lists in it.
func (p *Portal) in(ctx context.Context, run func(context.Context, any, string, ...any) error, dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	return run(ctx, dest, query, args...)
}
