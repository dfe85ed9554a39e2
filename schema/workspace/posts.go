package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// PostQuery is a span of time, narrowed down.
type PostQuery struct {
	From, To time.Time       // To is the first moment that is no longer asked for
	Client   schema.ClientID // zero: all
}

// PostRow is a post with the names around it. One whose account is nobody's, or was
// removed, has no client: no portal shows it.
type PostRow struct {
	schema.Post
	ClientID   schema.ClientID `db:"client_id"`
	ClientName string          `db:"client_name"`
	Network    string          `db:"network"`
	Handle     string          `db:"handle"`
	Cover      schema.MediaID  `db:"cover"` // the first file with a thumbnail
}

const postQuery = `SELECT p.id, p.agency_id, p.social_account_id, p.body, p.state, p.publish_at, p.link,
	COALESCE(p.updated_at, p.created_at) AS version, c.id AS client_id, COALESCE(c.name, '') AS client_name, s.network, s.handle,
	(SELECT m.id FROM post_media pm JOIN media m ON m.id = pm.media_id WHERE pm.post_id = p.id AND m.thumb_state = 'done'
		ORDER BY pm.position LIMIT 1) AS cover
	FROM posts p JOIN social_accounts s ON s.id = p.social_account_id
	LEFT JOIN clients c ON c.id = s.client_id AND c.deleted_at IS NULL
	WHERE p.agency_id = ?`

// Posts lists what goes out in a span of time, the earliest first.
func (w *Workspace) Posts(ctx context.Context, q PostQuery) (out []PostRow, err error) {
	where, args := postQuery+` AND p.publish_at >= ? AND p.publish_at < ?`, []any{w.Agency.ID, q.From.UTC(), q.To.UTC()}
	if !q.Client.IsZero() {
		where, args = where+` AND c.id = ?`, append(args, q.Client)
	}
	err = w.db.SelectContext(ctx, &out, where+` ORDER BY p.publish_at, p.id`, args...)
	return out, err
}

// Post reads a post of the agency, and its files in their order.
func (w *Workspace) Post(ctx context.Context, id schema.PostID) (p PostRow, files []schema.MediaID, err error) {
	if err = missing(w.db.GetContext(ctx, &p, postQuery+` AND p.id = ?`, w.Agency.ID, id)); err != nil {
		return p, nil, err
	}
	err = w.db.SelectContext(ctx, &files, `SELECT media_id FROM post_media WHERE post_id = ? ORDER BY position`, id)
	return p, files, err
}

// PostAccounts are the accounts that posts can go out through: those of clients that
// are there.
func (w *Workspace) PostAccounts(ctx context.Context) (out []Account, err error) {
	err = w.db.SelectContext(ctx, &out, `SELECT s.id, s.agency_id, s.client_id, s.network, s.handle, s.connected_at, c.name AS client_name
		FROM social_accounts s JOIN clients c ON c.id = s.client_id AND c.deleted_at IS NULL
		WHERE s.agency_id = ? AND s.status = 'connected' ORDER BY c.name, c.id, s.network, s.handle, s.id`, w.Agency.ID)
	return out, err
}
