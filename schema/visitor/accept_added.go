package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// hasAccess says of a user k that they have access at another client of the
// agency that the client user u is of.
const hasAccess = `EXISTS (SELECT 1 FROM client_users x JOIN clients o ON o.id = x.client_id AND o.deleted_at IS NULL
	WHERE x.user_id = k.id AND x.status = 'active' AND x.agency_id = u.agency_id AND x.client_id <> u.client_id)`

// AcceptAdded accepts for somebody who has access at another client of the same
// agency: holding the mail is proof enough that the added access goes to the
// right person. It opens no session, so whoever else holds the mail gains
// nothing. Anybody without such access is a SignIn error.
func (v *Visitor) AcceptAdded(ctx context.Context, token string) error {
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		s, err := v.openSeat(tx, token)
		if err != nil {
			return err
		}
		// A removal at the other client waits for this lock, or this waits for it.
		u, err := lock.UserByAddress(tx, s.User.EmailKey)
		if schema.KindOf(err) == schema.NotFound {
			return errKnown
		}
		if err != nil {
			return err
		}
		var has bool
		err = tx.Get(&has, `SELECT `+hasAccess+` FROM client_users u JOIN users k ON k.id = ? WHERE u.id = ?`, u.ID, s.User.ID)
		if err != nil {
			return err
		}
		if !has || !u.Confirmed() {
			return errKnown
		}
		return take(tx, s, u)
	})
}
