package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// staff runs a verb about the people of the agency: one at a time, so that each
// sees the owners that the one before has left, and with the role that the
// member has now. The session's copy may be older.
func (w *Workspace) staff(ctx context.Context, fn func(tx *store.Tx, by schema.Role) error) error {
	return w.change(ctx, func(tx *store.Tx) error {
		if _, err := lock.Agency(tx, w.Agency.ID); err != nil {
			return err
		}
		var by schema.Role
		if err := tx.Get(&by, `SELECT role FROM members WHERE agency_id = ? AND user_id = ?`, w.Agency.ID, w.User.ID); err != nil {
			return err
		}
		return fn(tx, by)
	})
}

// member reads somebody who works here, and what a change of their place is
// judged by. The agency is locked.
func (w *Workspace) member(tx *store.Tx, id schema.UserID, by schema.Role) (schema.MemberChange, error) {
	var r MemberRow
	err := tx.Get(&r, memberRow+` AND m.user_id = ?`, w.Agency.ID, id)
	return r.Change(by, w.User.ID), err
}
