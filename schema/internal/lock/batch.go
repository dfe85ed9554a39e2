package lock

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

const batchColumns = `id, agency_id, client_id, created_by, state, total_lines, created_at, started_at, finished_at,
	attempt, due_at, ring`

// Batch locks a list of people to invite. Its client is locked before it, its
// lines and the client's users after it.
func Batch(tx *store.Tx, id schema.BatchID) (b schema.Batch, err error) {
	err = tx.Get(&b, `SELECT `+batchColumns+` FROM invitation_batches WHERE id = ? FOR UPDATE`, id)
	return b, err
}

// SaveBatch writes a locked list as it stands now.
func SaveBatch(tx *store.Tx, b *schema.Batch) error {
	_, err := tx.Exec(`UPDATE invitation_batches SET created_by = ?, state = ?, started_at = ?, finished_at = ?,
		attempt = ?, due_at = ?, ring_at = ? WHERE id = ?`,
		b.CreatedBy, b.State, b.StartedAt, b.FinishedAt, b.Attempt, b.DueAt, b.RingAt(), b.ID)
	return err
}

const lineColumns = `batch_id, line, full_name, email, email_key, state, code, reason, client_user_id, email_id`

// NextLine locks the first line behind another that waits for being sent. The
// list is locked before it. Looking for it from the start each time would pass
// over all that were sent before, whose index entries stay for a while.
func NextLine(tx *store.Tx, id schema.BatchID, after int) (l schema.BatchLine, err error) {
	err = tx.Get(&l, `SELECT `+lineColumns+` FROM invitation_batch_lines WHERE batch_id = ? AND state = 'pending' AND line > ?
		ORDER BY line LIMIT 1 FOR UPDATE`, id, after)
	return l, err
}

// BatchLine locks one line of a locked list.
func BatchLine(tx *store.Tx, id schema.BatchID, number int) (l schema.BatchLine, err error) {
	err = tx.Get(&l, `SELECT `+lineColumns+` FROM invitation_batch_lines WHERE batch_id = ? AND line = ? FOR UPDATE`, id, number)
	return l, err
}

// SaveLine writes a locked line as it stands now.
func SaveLine(tx *store.Tx, l *schema.BatchLine) error {
	_, err := tx.Named(`UPDATE invitation_batch_lines SET full_name = :full_name, email = :email, email_key = :email_key,
		state = :state, code = :code, reason = :reason, client_user_id = :client_user_id, email_id = :email_id
		WHERE batch_id = :batch_id AND line = :line`, l)
	return err
}
