package workspace

import (
	"context"
	"database/sql"
	"errors"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
	"anteroom/schema/internal/upload"
)

// MediaQuery narrows the agency's library down.
type MediaQuery struct {
	Client schema.ClientID  // zero: of all clients
	Side   schema.MediaSide // empty: from both
	Search string           // part of a name
	Before schema.MediaID   // those older than this one; zero: from the newest on
	Limit  int
}

// MediaRow is a file with the names of its client and of who uploaded it.
type MediaRow struct {
	schema.Media
	ClientName    string `db:"client_name"`
	ClientDeleted bool   `db:"client_deleted"`
	UploaderName  string `db:"uploader_name"`
}

// MediaPage is a page of files, the newest first. The counts are of all pages.
type MediaPage struct {
	Files                        []MediaRow
	Total, FromClients, FromTeam int
	More                         bool // there are older ones
}

const mediaRow = `SELECT m.id, m.agency_id, m.client_id, m.uploaded_by, m.side, m.name, m.type, m.size, m.blob_key, m.thumb_state,
	m.thumb_key, m.thumb_width, m.thumb_height, m.created_at, c.name AS client_name, c.deleted_at IS NOT NULL AS client_deleted,
	u.full_name AS uploader_name FROM media m JOIN clients c ON c.id = m.client_id JOIN users u ON u.id = m.uploaded_by
	WHERE m.agency_id = ?`

// MediaLibrary lists the files of the agency's clients, those of deleted clients
// included.
func (w *Workspace) MediaLibrary(ctx context.Context, q MediaQuery) (out MediaPage, err error) {
	where, args := ``, []any{w.Agency.ID}
	if !q.Client.IsZero() {
		where, args = where+` AND m.client_id = ?`, append(args, q.Client)
	}
	if q.Search != "" {
		where, args = where+` AND m.name LIKE ?`, append(args, upload.Like(q.Search))
	}
	err = w.db.QueryRowxContext(ctx, `SELECT COUNT(*), COALESCE(SUM(m.side = 'client'), 0) FROM media m WHERE m.agency_id = ?`+where, args...).Scan(&out.Total, &out.FromClients)
	if err != nil {
		return out, err
	}
	out.FromTeam = out.Total - out.FromClients
	if q.Side != "" {
		where, args = where+` AND m.side = ?`, append(args, q.Side)
	}
	if !q.Before.IsZero() {
		where, args = where+` AND m.id < ?`, append(args, q.Before)
	}
	err = w.db.SelectContext(ctx, &out.Files, mediaRow+where+` ORDER BY m.id DESC LIMIT ?`, append(args, q.Limit+1)...)
	if len(out.Files) > q.Limit {
		out.Files, out.More = out.Files[:q.Limit], true
	}
	return out, err
}

// MediaItem reads a file of the agency with its names.
func (w *Workspace) MediaItem(ctx context.Context, id schema.MediaID) (m MediaRow, err error) {
	err = w.db.GetContext(ctx, &m, mediaRow+` AND m.id = ?`, w.Agency.ID, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = schema.ErrNotFound
	}
	return m, err
}

// MediaFile reads a file of the agency.
func (w *Workspace) MediaFile(ctx context.Context, id schema.MediaID) (schema.Media, error) {
	m, err := w.MediaItem(ctx, id)
	return m.Media, err
}

// MediaClients are up to n clients with files, the one with the newest first.
func (w *Workspace) MediaClients(ctx context.Context, n int) (out []schema.Client, err error) {
	err = w.db.SelectContext(ctx, &out, `SELECT c.id, c.name, c.deleted_at FROM clients c
		JOIN (SELECT client_id, MAX(id) AS newest FROM media WHERE agency_id = ? GROUP BY client_id) m ON m.client_id = c.id
		ORDER BY m.newest DESC LIMIT ?`, w.Agency.ID, n)
	return out, err
}

// UploadClients are the clients that files can be uploaded for, by name.
func (w *Workspace) UploadClients(ctx context.Context) (out []schema.Client, err error) {
	err = w.db.SelectContext(ctx, &out, `SELECT id, name FROM clients WHERE agency_id = ? AND deleted_at IS NULL ORDER BY name, id`, w.Agency.ID)
	return out, err
}

// MayDelete says that the member may delete a file: owners and admins any, others
// their own.
func (w *Workspace) MayDelete(m schema.Media) bool {
	return w.Role.Manages() || m.UploadedBy == w.User.ID && m.Side == schema.SideAgency
}

// DeleteMedia deletes a file that no post uses, and names what lies in the bucket
// of it.
func (w *Workspace) DeleteMedia(ctx context.Context, id schema.MediaID) (keys []string, err error) {
	found, err := w.MediaFile(ctx, id)
	if err != nil {
		return nil, err
	}
	if !w.MayDelete(found) {
		return nil, w.Role.MayManage()
	}
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		if _, err := lock.ClientShared(tx, found.ClientID); err != nil {
			return err
		}
		m, err := upload.LockMedia(tx, w.Agency.ID, id)
		if err == nil {
			keys, err = upload.Delete(tx, &m)
		}
		return err
	})
	return keys, err
}
