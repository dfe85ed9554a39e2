package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// SendBatch promises invitations to a draft's people, in this member's name, and
// settles the lines that get none. A list that was sent before is left as it is
// and leaves nothing due.
func (w *Workspace) SendBatch(ctx context.Context, id schema.BatchID) (due []schema.Due, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		due = nil
		c, b, err := w.lockBatch(tx, id)
		if err != nil || !b.Draft() {
			return err
		}
		if _, err := w.own(c, nil); err != nil {
			return err
		}
		if _, err := w.mayInvite(tx, c.ID); err != nil {
			return err
		}
		left, err := settleLines(tx, &b)
		if err != nil {
			return err
		}
		if left == 0 {
			return &schema.Error{Kind: schema.Conflict, Code: "nobody", Message: "Nobody on this list can be invited as it stands. Mend it, or change the list."}
		}
		b.Send(tx.Now, w.User.ID)
		due = []schema.Due{b.Due()}
		return lock.SaveBatch(tx, &b)
	})
	return due, err
}

// settled is what becomes of lines that get no invitation. The sentences of
// those to mend stand on the lines already.
var settled = map[Fate]struct {
	state        schema.LineState
	code, reason string
}{
	FateDuplicate: {schema.LineSkipped, schema.CodeDuplicate, "The address stands on an earlier line."},
	FateInvited:   {schema.LineSkipped, "already_invited", "Already invited."},
	FateActive:    {schema.LineSkipped, "already_active", "Already has access."},
	FateExpired:   {schema.LineSkipped, "invitation_expired", "The earlier invitation has expired. Resend it on the client’s row."},
}

// settleLines settles what gets no invitation and counts what is left. The lines
// are read apart from being written: the join would lock the client's people.
func settleLines(tx *store.Tx, b *schema.Batch) (left int, err error) {
	var rows []struct {
		Number int  `db:"line"`
		Fate   Fate `db:"fate"`
	}
	if err := tx.Select(&rows, `SELECT l.line, l.fate`+fates, fateArgs(b)...); err != nil {
		return 0, err
	}
	lines := map[Fate][]int{}
	for _, r := range rows {
		lines[r.Fate] = append(lines[r.Fate], r.Number)
	}
	for fate, to := range settled {
		if len(lines[fate]) == 0 {
			continue
		}
		_, err := tx.ExecIn(`UPDATE invitation_batch_lines SET state = ?, code = ?, reason = ? WHERE batch_id = ? AND line IN (?)`,
			to.state, to.code, to.reason, b.ID, lines[fate])
		if err != nil {
			return 0, err
		}
	}
	if len(lines[FateMend]) > 0 {
		_, err = tx.ExecIn(`UPDATE invitation_batch_lines SET state = 'refused' WHERE batch_id = ? AND line IN (?)`, b.ID, lines[FateMend])
	}
	return len(lines[FateInvite]), err
}
