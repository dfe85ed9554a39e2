// Package access ends sign-ins that lead nowhere any more.
package access

import (
	"slices"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// EndSessions ends the sessions of those users who have neither an agency nor
// an open portal left. Whoever has either keeps the session: a portal asks for
// its own membership at every request. The users are locked, so that of two
// removals at once the later sees what the earlier took.
func EndSessions(tx *store.Tx, ids ...schema.UserID) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := lock.Users(tx, ids); err != nil {
		return err
	}
	// Read apart from the DELETE, which would lock what it reads, after the user.
	var keep []schema.UserID
	err := tx.SelectIn(&keep, `SELECT user_id FROM members WHERE user_id IN (?)
		UNION SELECT u.user_id FROM client_users u JOIN clients c ON c.id = u.client_id
		WHERE u.user_id IN (?) AND u.status = 'active' AND c.deleted_at IS NULL`, ids, ids)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(ids), func(id schema.UserID) bool { return slices.Contains(keep, id) })
	if len(gone) == 0 {
		return nil
	}
	_, err = tx.ExecIn(`DELETE FROM sessions WHERE user_id IN (?)`, gone)
	return err
}
