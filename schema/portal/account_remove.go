package portal

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
	"anteroom/schema/internal/connect"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

// Removal is an account with what its removal would do.
type Removal struct {
	Account
	Scheduled int `db:"-"` // posts that will not go out through it
}

// RemovalEffects says what removing an account of the person's clients does.
func (p *Portal) RemovalEffects(ctx context.Context, id schema.AccountID) (r Removal, err error) {
	query, args, err := sqlx.In(accountQuery+` AND s.client_id IN (?) AND s.id = ?`, p.AgencyID, p.clientIDs(), id)
	if err != nil {
		return r, err
	}
	err = p.db.GetContext(ctx, &r.Account, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return r, schema.ErrNotFound
	}
	if err != nil {
		return r, err
	}
	err = p.db.GetContext(ctx, &r.Scheduled, `SELECT COUNT(*) FROM posts WHERE social_account_id = ? AND state = 'scheduled'`, id)
	return r, err
}

// RemoveAccount disconnects a social account of one of the person's clients, whose
// ID it returns.
func (p *Portal) RemoveAccount(ctx context.Context, id schema.AccountID) (client schema.ClientID, err error) {
	err = store.Run(ctx, p.db, func(tx *store.Tx) error {
		err := tx.Get(&client, `SELECT client_id FROM social_accounts WHERE id = ? AND agency_id = ? AND client_id IS NOT NULL`, id, p.AgencyID)
		if err != nil {
			return err
		}
		c, err := p.hold(tx, client)
		if err != nil {
			return err
		}
		a, err := connect.Account(tx, id)
		if err != nil {
			return err
		}
		if a.ClientID != c.ID || a.Status != schema.AccountConnected {
			return schema.ErrNotFound
		}
		a.Remove(tx.Now)
		e := schema.NewAccountEvent(schema.SocialAccountRemoved, tx.Now, &c, &a, p.actor())
		if err := connect.Update(tx, &a); err != nil {
			return err
		}
		return event.Append(tx, e)
	})
	return client, err
}
