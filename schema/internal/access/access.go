// Package access ends sign-ins that lead nowhere any more.
package access

import (
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
	_, err := tx.ExecIn(`DELETE FROM sessions WHERE user_id IN (?)
		AND NOT EXISTS (SELECT 1 FROM members m WHERE m.user_id = sessions.user_id)
		AND NOT EXISTS (SELECT 1 FROM client_users cu JOIN clients c ON c.id = cu.client_id
			WHERE cu.user_id = sessions.user_id AND cu.status = 'active' AND c.deleted_at IS NULL)`, ids)
	return err
}
