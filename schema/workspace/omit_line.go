package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// OmitLine leaves a line of a draft out; once more does nothing.
func (w *Workspace) OmitLine(ctx context.Context, id schema.BatchID, number int) error {
	return w.setLine(ctx, id, number, schema.LineOmitted)
}

// IncludeLine takes a line in again that was left out.
func (w *Workspace) IncludeLine(ctx context.Context, id schema.BatchID, number int) error {
	return w.setLine(ctx, id, number, schema.LinePending)
}

func (w *Workspace) setLine(ctx context.Context, id schema.BatchID, number int, to schema.LineState) error {
	return w.change(ctx, func(tx *store.Tx) error {
		b, err := w.lockDraft(tx, id)
		if err != nil {
			return err
		}
		l, err := lock.BatchLine(tx, b.ID, number)
		if err != nil {
			return err
		}
		l.State = to
		return lock.SaveLine(tx, &l)
	})
}
