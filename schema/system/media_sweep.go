package system

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// PruneUploads deletes up to n uploads that have expired, whole ones too, whose
// files stay, and names what lies in the bucket of the others. It returns how many
// went.
func (s *System) PruneUploads(ctx context.Context, n int) (done int, keys []string, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		done, keys = 0, nil
		var ids []schema.UploadID
		err := tx.Select(&ids, `SELECT id FROM uploads WHERE expires_at <= ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED`, tx.Now, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := tx.SelectIn(&keys, `SELECT blob_key FROM upload_parts WHERE upload_id IN (?)`, ids); err != nil {
			return err
		}
		_, err = tx.ExecIn(`DELETE FROM uploads WHERE id IN (?)`, ids) // their parts go with them
		done = len(ids)
		return err
	})
	return done, keys, err
}

// BlobsInUse says which of some keys of the bucket a row names.
func (s *System) BlobsInUse(ctx context.Context, keys []string) (used []string, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	err = s.run(ctx, func(tx *store.Tx) error {
		used = nil
		return tx.SelectIn(&used, `SELECT blob_key FROM media WHERE blob_key IN (?)
			UNION SELECT thumb_key FROM media WHERE thumb_key IN (?)
			UNION SELECT blob_key FROM upload_parts WHERE blob_key IN (?)`, keys, keys, keys)
	})
	return used, err
}
