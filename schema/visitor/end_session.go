package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// EndSession signs a person out in one place. A session of somebody else is
// ErrNotFound.
func (v *Visitor) EndSession(ctx context.Context, who schema.UserID, id SessionID) error {
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		if _, err := lock.User(tx, who); err != nil {
			return err
		}
		n, err := tx.Exec(`DELETE FROM sessions WHERE token_hash = ? AND user_id = ?`, id.hash(), who)
		if err == nil && n == 0 {
			return schema.ErrNotFound
		}
		return err
	})
}

// SignOutEverywhere ends all of a person's sessions.
func (v *Visitor) SignOutEverywhere(ctx context.Context, who schema.UserID) error {
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		if _, err := lock.User(tx, who); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM sessions WHERE user_id = ?`, who)
		return err
	})
}
