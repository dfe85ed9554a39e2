package upload

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Columns are those of a file that pages show and the bucket is read by.
const Columns = `id, agency_id, client_id, uploaded_by, side, name, type, size, blob_key, thumb_state, thumb_key,
	thumb_width, thumb_height, thumb_attempt, thumb_due_at, thumb_ring, event_seq, created_at`

// LockMedia locks a file of the agency.
func LockMedia(tx *store.Tx, agency schema.AgencyID, id schema.MediaID) (m schema.Media, err error) {
	err = tx.Get(&m, `SELECT `+Columns+` FROM media WHERE id = ? AND agency_id = ? FOR UPDATE`, id, agency)
	return m, err
}

// Of reads the file that an upload became.
func Of(tx *store.Tx, u *schema.Upload) (m schema.Media, err error) {
	err = tx.Get(&m, `SELECT `+Columns+` FROM media WHERE id = ?`, u.MediaID)
	return m, err
}

// Delete removes a locked file that no post uses, and names what lies in the bucket
// of it.
func Delete(tx *store.Tx, m *schema.Media) (keys []string, err error) {
	var used int
	if err := tx.Get(&used, `SELECT COUNT(*) FROM post_media WHERE media_id = ?`, m.ID); err != nil {
		return nil, err
	}
	if used > 0 {
		return nil, &schema.Error{Kind: schema.Conflict, Code: "media_used", Message: "A post uses this file, so it stays. It can be deleted when no post uses it any more."}
	}
	if _, err := tx.Exec(`DELETE FROM media WHERE id = ?`, m.ID); err != nil {
		return nil, err
	}
	return []string{m.BlobKey, m.ThumbKey}, nil
}

// Like is a pattern for names that contain what was typed.
func Like(typed string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(typed)) + "%"
}
