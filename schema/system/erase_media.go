package system

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// eraseMedia deletes one batch of a client's files, also from the posts that use
// them. What lies in the bucket of them is swept.
func eraseMedia(tx *store.Tx, id schema.ClientID, n int) (int, error) {
	var files []schema.MediaID
	err := tx.Select(&files, `SELECT id FROM media WHERE client_id = ? ORDER BY id LIMIT ? FOR UPDATE`, id, n)
	if err != nil || len(files) == 0 {
		return 0, err
	}
	if _, err := tx.ExecIn(`DELETE FROM post_media WHERE media_id IN (?)`, files); err != nil {
		return 0, err
	}
	done, err := tx.ExecIn(`DELETE FROM media WHERE id IN (?)`, files)
	return int(done), err
}

// eraseUploads deletes what was on its way.
func eraseUploads(tx *store.Tx, id schema.ClientID, n int) (int, error) {
	done, err := tx.Exec(`DELETE FROM uploads WHERE client_id = ? LIMIT ?`, id, n)
	return int(done), err
}

// eraseConnects deletes the ways to platforms.
func eraseConnects(tx *store.Tx, id schema.ClientID, n int) (int, error) {
	done, err := tx.Exec(`DELETE FROM connects WHERE client_id = ? LIMIT ?`, id, n)
	return int(done), err
}
