package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Batch reads a list of people to invite. A draft that nobody sent in time is
// ErrNotFound.
func (w *Workspace) Batch(ctx context.Context, id schema.BatchID) (b schema.Batch, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		err := tx.Get(&b, `SELECT id, agency_id, client_id, created_by, state, total_lines, created_at, started_at, finished_at
			FROM invitation_batches WHERE id = ? AND agency_id = ?`, id, w.Agency.ID)
		if err == nil && b.Gone(tx.Now) {
			err = schema.ErrNotFound
		}
		return err
	})
	return b, err
}

// lockBatch locks a list of this agency after its client.
func (w *Workspace) lockBatch(tx *store.Tx, id schema.BatchID) (c schema.Client, b schema.Batch, err error) {
	var client schema.ClientID
	if err := tx.Get(&client, `SELECT client_id FROM invitation_batches WHERE id = ? AND agency_id = ?`, id, w.Agency.ID); err != nil {
		return c, b, err
	}
	if c, err = lock.ClientShared(tx, client); err != nil {
		return c, b, err
	}
	b, err = lock.Batch(tx, id)
	if err == nil && b.Gone(tx.Now) {
		err = schema.ErrNotFound
	}
	return c, b, err
}

// lockDraft locks a list on which nothing has been sent.
func (w *Workspace) lockDraft(tx *store.Tx, id schema.BatchID) (schema.Batch, error) {
	_, b, err := w.lockBatch(tx, id)
	if err == nil && !b.Draft() {
		err = errSent
	}
	return b, err
}

var errSent = &schema.Error{Kind: schema.Conflict, Code: "batch_sent", Message: "This list is being sent already and can’t be changed."}
