package lock

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// DueReminders locks up to n client users whose reminder is due, passing over
// those that somebody else holds. It takes no client before them, and needs
// none: it waits for nobody, so nobody can wait in a circle with it.
func DueReminders(tx *store.Tx, n int) (out []schema.ClientUser, err error) {
	err = tx.Select(&out, `SELECT `+clientUserColumns+` FROM client_users
		WHERE remind_at <= ? ORDER BY remind_at LIMIT ? FOR UPDATE SKIP LOCKED`, tx.Now, n)
	return out, err
}
