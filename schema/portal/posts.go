package portal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"anteroom/schema"
)

// PostQuery is a span of time, narrowed down.
type PostQuery struct {
	From, To time.Time        // To is the first moment that is no longer asked for
	Client   schema.ClientID  // zero: all of the person's
	Account  schema.AccountID // zero: all of them
}

// Post is a post of one of the clients' social accounts.
type Post struct {
	schema.Post
	Network    string `db:"network"`
	Handle     string `db:"handle"`
	ClientName string `db:"client_name"`
	// Cover is the position of the first file with a thumbnail, nil without one.
	Cover *int `db:"cover"`
}

// The files of a post are shown to the client that they belong to: an account that
// moved takes its posts along, not the files of the client that had it before.
const (
	postFiles = ` FROM post_media pm JOIN media m ON m.id = pm.media_id AND m.client_id = s.client_id WHERE pm.post_id = p.id`
	postRows  = ` FROM posts p JOIN social_accounts s ON s.id = p.social_account_id JOIN clients c ON c.id = s.client_id
		WHERE s.client_id IN (?) AND s.status = 'connected' AND c.deleted_at IS NULL`
	postQuery = `SELECT p.id, p.agency_id, p.social_account_id, p.body, p.state, p.publish_at, p.link,
		COALESCE(p.updated_at, p.created_at) AS version, s.network, s.handle, c.name AS client_name,
		(SELECT MIN(pm.position)` + postFiles + ` AND m.thumb_state = 'done') AS cover` + postRows
)

// Posts lists what goes out in a span of time, the earliest first. A client that is
// not the person's is ErrNotFound.
func (p *Portal) Posts(ctx context.Context, q PostQuery) (out []Post, err error) {
	ids := p.clientIDs()
	if !q.Client.IsZero() {
		if !p.has(q.Client) {
			return nil, schema.ErrNotFound
		}
		ids = []schema.ClientID{q.Client}
	}
	where, args := postQuery+` AND p.publish_at >= ? AND p.publish_at < ?`, []any{ids, q.From.UTC(), q.To.UTC()}
	if !q.Account.IsZero() {
		where, args = where+` AND s.id = ?`, append(args, q.Account)
	}
	err = p.in(ctx, p.db.SelectContext, &out, where+` ORDER BY p.publish_at, p.id`, args...)
	return out, err
}

// Post reads one of them.
func (p *Portal) Post(ctx context.Context, id schema.PostID) (out Post, err error) {
	err = p.in(ctx, p.db.GetContext, &out, postQuery+` AND p.id = ?`, p.clientIDs(), id)
	return out, missing(err)
}

// PostFile is a file of a post, and where it stands in it.
type PostFile struct {
	schema.Media
	Position int `db:"position"`
}

const postFileQuery = `SELECT m.id, m.agency_id, m.client_id, m.name, m.type, m.size, m.blob_key, m.thumb_state, m.thumb_key,
	m.thumb_width, m.thumb_height, m.created_at, pm.position FROM post_media pm JOIN posts p ON p.id = pm.post_id
	JOIN social_accounts s ON s.id = p.social_account_id JOIN clients c ON c.id = s.client_id
	JOIN media m ON m.id = pm.media_id AND m.client_id = s.client_id
	WHERE s.client_id IN (?) AND s.status = 'connected' AND c.deleted_at IS NULL AND p.id = ?`

// PostFiles lists the files of a post, whoever uploaded them.
func (p *Portal) PostFiles(ctx context.Context, id schema.PostID) (out []PostFile, err error) {
	err = p.in(ctx, p.db.SelectContext, &out, postFileQuery+` ORDER BY pm.position`, p.clientIDs(), id)
	return out, err
}

// PostFile reads the file that stands at a position in a post.
func (p *Portal) PostFile(ctx context.Context, id schema.PostID, position int) (out PostFile, err error) {
	err = p.in(ctx, p.db.GetContext, &out, postFileQuery+` AND pm.position = ?`, p.clientIDs(), id, position)
	return out, missing(err)
}

func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return schema.ErrNotFound
	}
	return err
}
