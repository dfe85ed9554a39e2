// Package portal holds the queries of a client user. Every one is a method of
// Portal and so carries the clients whose doors are open to that person now.
package portal

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// Client is a client the person may look at.
type Client struct {
	ID         schema.ClientID `db:"id"`
	Name       string          `db:"name"`
	AgencyName string          `db:"agency_name"`
}

// Portal is one person's view of the clients they belong to.
type Portal struct {
	db      *schema.DB
	User    schema.User // name, address and time zone
	Clients []Client
}

// For opens the portal of a person. It is asked at every request: whoever has
// no active membership of a client that still exists gets ErrNotFound.
func For(ctx context.Context, db *schema.DB, user schema.UserID) (*Portal, error) {
	p := &Portal{db: db}
	err := db.SelectContext(ctx, &p.Clients, `SELECT c.id, c.name, a.name AS agency_name
		FROM client_users u JOIN clients c ON c.id = u.client_id JOIN agencies a ON a.id = c.agency_id
		WHERE u.user_id = ? AND u.status = 'active' AND c.deleted_at IS NULL ORDER BY c.name, c.id`, user)
	if err != nil {
		return nil, fmt.Errorf("portal: open: %w", err)
	}
	if len(p.Clients) == 0 {
		return nil, schema.ErrNotFound
	}
	err = db.GetContext(ctx, &p.User, `SELECT id, email, full_name, time_zone FROM users WHERE id = ?`, user)
	if err != nil {
		return nil, fmt.Errorf("portal: open: %w", err)
	}
	return p, nil
}

// Post is a post of one of the clients' social accounts.
type Post struct {
	ID         schema.PostID `db:"id"`
	Body       string        `db:"body"`
	Picture    string        `db:"picture"`
	State      string        `db:"state"` // scheduled, published or failed
	PublishAt  time.Time     `db:"publish_at"`
	Network    string        `db:"network"`
	Handle     string        `db:"handle"`
	ClientName string        `db:"client_name"`
}

// Posts lists what goes out from one moment to before another.
func (p *Portal) Posts(ctx context.Context, from, to time.Time) (out []Post, err error) {
	ids := make([]schema.ClientID, len(p.Clients))
	for i, c := range p.Clients {
		ids[i] = c.ID
	}
	query, args, err := sqlx.In(`SELECT p.id, p.body, p.picture, p.state, p.publish_at, s.network, s.handle, c.name AS client_name
		FROM posts p JOIN social_accounts s ON s.id = p.social_account_id JOIN clients c ON c.id = s.client_id
		WHERE s.client_id IN (?) AND c.deleted_at IS NULL AND p.publish_at >= ? AND p.publish_at < ?
		ORDER BY p.publish_at, p.id`, ids, from, to)
	if err != nil {
		return nil, err
	}
	err = p.db.SelectContext(ctx, &out, query, args...)
	return out, err
}
