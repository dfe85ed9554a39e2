package visitor

import (
	"context"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// StillOpen says whether a session is open and its user may still look at each
// of the clients that an open portal shows. Like StillMember it counts as no use.
func (v *Visitor) StillOpen(ctx context.Context, t SessionToken, clients []schema.ClientID) (bool, error) {
	if len(clients) == 0 {
		return false, nil
	}
	query, args, err := sqlx.In(`SELECT COUNT(DISTINCT u.client_id) FROM sessions s
		JOIN client_users u ON u.user_id = s.user_id AND u.status = 'active'
		JOIN clients c ON c.id = u.client_id AND c.deleted_at IS NULL
		WHERE s.token_hash = ? AND s.expires_at > UTC_TIMESTAMP(6) AND s.last_seen_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND
		AND u.client_id IN (?)`, t.hash(), int(schema.SessionIdle.Seconds()), clients)
	if err != nil {
		return false, err
	}
	var n int
	err = v.db.GetContext(ctx, &n, query, args...)
	return n == len(clients), err
}
