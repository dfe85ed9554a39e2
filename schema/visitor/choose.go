package visitor

import (
	"context"
	"errors"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Choose notes the workspace that the session goes to. It must be one of the
// person's own.
func (v *Visitor) Choose(ctx context.Context, t SessionToken, agency schema.AgencyID) error {
	r, err := v.db.ExecContext(ctx, `UPDATE sessions s JOIN members m ON m.user_id = s.user_id AND m.agency_id = ?
		SET s.agency_id = m.agency_id WHERE s.token_hash = ?`, agency, t.hash())
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, schema.ErrNotFound)
	}
	return nil
}

// ChoosePortal notes the agency whose portal the session goes to. The person
// must be let in by one of its clients; whether they still are is asked again
// at every request, see portal.For.
func (v *Visitor) ChoosePortal(ctx context.Context, t SessionToken, agency schema.AgencyID) error {
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		var open bool
		err := tx.Get(&open, `SELECT EXISTS (SELECT 1 FROM sessions s JOIN client_users u ON u.user_id = s.user_id
			JOIN clients c ON c.id = u.client_id
			WHERE s.token_hash = ? AND u.status = 'active' AND c.agency_id = ? AND c.deleted_at IS NULL)`, t.hash(), agency)
		if err != nil {
			return err
		}
		if !open {
			return schema.ErrNotFound
		}
		_, err = tx.Exec(`UPDATE sessions SET portal_agency_id = ? WHERE token_hash = ?`, agency, t.hash())
		return err
	})
}
