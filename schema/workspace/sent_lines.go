package workspace

import (
	"context"

	"anteroom/schema"
)

// SentLine is a line of a list that was sent.
type SentLine struct {
	schema.BatchLine
	Person *UserRow `db:"-"` // who was invited, as they stand now; nil for all others
}

// SentLines is a page of a list that was sent. Total counts what the filter
// lets through.
type SentLines struct {
	Lines              []SentLine
	Total, Page, Pages int
}

// SentLines reads a page of a list: who was or will be invited or, by the
// filter, who was left out.
func (w *Workspace) SentLines(ctx context.Context, id schema.BatchID, f LineFilter) (p SentLines, err error) {
	b, err := w.Batch(ctx, id)
	if err != nil {
		return p, err
	}
	where := ` FROM invitation_batch_lines WHERE batch_id = ? AND state IN ('pending', 'invited')`
	if f.Left {
		where = ` FROM invitation_batch_lines WHERE batch_id = ? AND state IN ('omitted', 'skipped', 'refused')`
	}
	if err := w.db.GetContext(ctx, &p.Total, `SELECT COUNT(*)`+where, b.ID); err != nil {
		return p, err
	}
	var offset int
	p.Page, p.Pages, offset = turnLines(f.Page, p.Total)
	err = w.db.SelectContext(ctx, &p.Lines, `SELECT batch_id, line, full_name, email, email_key, state, code, reason, client_user_id, email_id`+
		where+` ORDER BY line LIMIT ? OFFSET ?`, b.ID, LinePageSize, offset)
	if err != nil {
		return p, err
	}
	var ids []schema.ClientUserID
	for i := range p.Lines {
		if p.Lines[i].State == schema.LineInvited {
			ids = append(ids, p.Lines[i].ClientUserID)
		}
	}
	rows, err := w.userRows(ctx, ids)
	for i := range p.Lines {
		p.Lines[i].Person = rows[p.Lines[i].ClientUserID]
	}
	return p, err
}

// LeftOut is why some lines were left out, and how many.
type LeftOut struct {
	State  schema.LineState `db:"state"`
	Code   string           `db:"code"`
	Reason string           `db:"reason"`
	Count  int              `db:"n"`
}

// LeftOut counts the lines of a list that nobody was invited from, by why.
func (w *Workspace) LeftOut(ctx context.Context, id schema.BatchID) (out []LeftOut, err error) {
	b, err := w.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	err = w.db.SelectContext(ctx, &out, `SELECT state, code, reason, COUNT(*) AS n FROM (
		SELECT state, CASE WHEN state = 'omitted' THEN '' ELSE code END AS code,
			CASE WHEN state = 'refused' THEN reason ELSE '' END AS reason
		FROM invitation_batch_lines WHERE batch_id = ? AND state IN ('omitted', 'skipped', 'refused')) l
		GROUP BY state, code, reason ORDER BY FIELD(state, 'skipped', 'omitted', 'refused'), n DESC, code, reason`, b.ID)
	return out, err
}
