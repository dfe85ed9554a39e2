package workspace

import (
	"context"
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Listed is a person as a list names them, good or not.
type Listed struct{ FullName, Email string }

// DraftBatch writes down a list of people to invite to a client, and sends
// nothing. An earlier draft, if there is one, is replaced by it. No line and more
// than schema.MaxBatchLines are an Invalid error at "lines".
func (w *Workspace) DraftBatch(ctx context.Context, client schema.ClientID, list []Listed, earlier schema.BatchID) (b schema.Batch, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		c, err := w.own(lock.ClientShared(tx, client))
		if err != nil {
			return err
		}
		if err := countLines(len(list)); err != nil {
			return err
		}
		if _, err := w.mayInvite(tx, c.ID); err != nil {
			return err
		}
		if err := w.dropDraft(tx, c.ID, earlier); err != nil {
			return err
		}
		b = schema.Batch{ID: schema.New[schema.BatchID](), AgencyID: c.AgencyID, ClientID: c.ID, CreatedBy: w.User.ID,
			State: schema.BatchDraft, TotalLines: len(list), CreatedAt: tx.Now}
		_, err = tx.Named(`INSERT INTO invitation_batches (id, agency_id, client_id, created_by, state, total_lines, created_at)
			VALUES (:id, :agency_id, :client_id, :created_by, :state, :total_lines, :created_at)`, &b)
		if err != nil {
			return err
		}
		return insertLines(tx, b.ID, list)
	})
	return b, err
}

func countLines(n int) error {
	if n == 0 {
		return &schema.Error{Kind: schema.Invalid, Field: "lines", Code: "no_lines", Message: "There is nobody on the list. Paste it, or choose a file."}
	}
	if n > schema.MaxBatchLines {
		return errTooManyLines
	}
	return nil
}

var errTooManyLines = &schema.Error{Kind: schema.Invalid, Field: "lines", Code: "too_many_lines",
	Message: "There are more than 5,000 people on the list. Split it into several."}

// dropDraft deletes the draft that a new one takes the place of. What is sent,
// or another client's, stays.
func (w *Workspace) dropDraft(tx *store.Tx, client schema.ClientID, id schema.BatchID) error {
	if id.IsZero() {
		return nil
	}
	_, b, err := w.lockBatch(tx, id)
	if schema.KindOf(err) == schema.NotFound {
		return nil
	}
	if err != nil || b.ClientID != client || !b.Draft() {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM invitation_batch_lines WHERE batch_id = ?`, b.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM invitation_batches WHERE id = ?`, b.ID)
	return err
}

// insertLines writes a thousand lines a statement.
func insertLines(tx *store.Tx, id schema.BatchID, list []Listed) error {
	const row = `(?,?,?,?,?,?,?,?)`
	for from := 0; from < len(list); from += 1000 {
		part := list[from:min(from+1000, len(list))]
		args := make([]any, 0, len(part)*8)
		for i, p := range part {
			l := schema.NewBatchLine(id, from+i+1, p.FullName, p.Email)
			args = append(args, l.BatchID, l.Number, l.FullName, l.Email, l.EmailKey, l.State, l.Code, l.Reason)
		}
		_, err := tx.Exec(`INSERT INTO invitation_batch_lines (batch_id, line, full_name, email, email_key, state, code, reason)
			VALUES `+row+strings.Repeat(`,`+row, len(part)-1), args...)
		if err != nil {
			return err
		}
	}
	return nil
}
