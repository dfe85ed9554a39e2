package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// ChangeRole gives a member another role. The last owner keeps theirs, and
// nobody changes their own.
func (w *Workspace) ChangeRole(ctx context.Context, id schema.UserID, role string) error {
	to, err := schema.ParseRole(role)
	if err != nil {
		return err
	}
	return w.staff(ctx, func(tx *store.Tx, by schema.Role) error {
		c, err := w.member(tx, id, by)
		if err != nil {
			return err
		}
		if err := c.MayBecome(to); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE members SET role = ? WHERE agency_id = ? AND user_id = ?`, to, w.Agency.ID, id)
		return err
	})
}
