package portal

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// Account is a social account of one of the person's clients.
type Account struct {
	schema.SocialAccount
	ClientName string `db:"client_name"`
	// By is who connected it: a person of the same client, by name; empty for the
	// agency, and for somebody whose name is not this client's to see.
	By  string    `db:"by_name"`
	Now time.Time `db:"now"` // the database's
}

// NeedsSignIn says that the platform asks for a sign-in again.
func (a *Account) NeedsSignIn() bool { return a.SocialAccount.NeedsSignIn(a.Now) }

// accountQuery names a person only to those of a client that the person belongs, or
// belonged, to: accounts move between clients.
const accountQuery = `SELECT s.id, s.agency_id, s.client_id, s.network, s.handle, s.status, s.connected_by_type, s.connected_by,
	s.token_expires_at, s.connected_at, c.name AS client_name, UTC_TIMESTAMP(6) AS now,
	COALESCE((SELECT MAX(u.full_name) FROM client_users m JOIN users u ON u.id = m.user_id
		WHERE s.connected_by_type = 'recipient' AND m.client_id = s.client_id AND m.user_id = s.connected_by), '') AS by_name
	FROM social_accounts s JOIN clients c ON c.id = s.client_id
	WHERE s.agency_id = ? AND s.status = 'connected' AND c.deleted_at IS NULL`

// Accounts lists the social accounts of one of the person's clients, or of all with
// the zero ID. Another's client is ErrNotFound.
func (p *Portal) Accounts(ctx context.Context, client schema.ClientID) (out []Account, err error) {
	ids := p.clientIDs()
	if !client.IsZero() {
		if !p.has(client) {
			return nil, schema.ErrNotFound
		}
		ids = []schema.ClientID{client}
	}
	query, args, err := sqlx.In(accountQuery+` AND s.client_id IN (?) ORDER BY c.name, s.network, s.handle, s.id`, p.AgencyID, ids)
	if err != nil {
		return nil, err
	}
	err = p.db.SelectContext(ctx, &out, query, args...)
	return out, err
}

func (p *Portal) has(client schema.ClientID) bool {
	for _, c := range p.Clients {
		if c.ID == client {
			return true
		}
	}
	return false
}
