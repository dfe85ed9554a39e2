package system

import "anteroom/schema/internal/store"

// pruneConnects deletes the ways to platforms that nobody can come back by.
func pruneConnects(tx *store.Tx, n int) (int, error) {
	done, err := tx.Exec(`DELETE FROM connects WHERE expires_at <= ? ORDER BY expires_at LIMIT ?`, tx.Now, n)
	return int(done), err
}
