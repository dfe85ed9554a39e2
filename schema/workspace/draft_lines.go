package workspace

import (
	"context"
	"strings"

	"anteroom/schema"
)

// LinePageSize is how many lines of a list stand on a page.
const LinePageSize = 100

// LineFilter narrows the lines of a list. Page counts from 1.
type LineFilter struct {
	Fate Fate // of a draft's lines; empty for all
	Left bool // of a list that was sent: who was left out, and not who was invited
	Page int
}

// DraftLine is a line of a draft with what would become of it.
type DraftLine struct {
	Number       int                 `db:"line"`
	FullName     string              `db:"full_name"`
	Email        string              `db:"email"`
	EmailKey     string              `db:"email_key"`
	Code         string              `db:"code"`
	Reason       string              `db:"reason"`
	First        int                 `db:"first"` // the line that counts with this address
	ClientUserID schema.ClientUserID `db:"client_user_id"`
	Fate         Fate                `db:"fate"`
	Person       *UserRow            `db:"-"` // the row with the address, if there is one
	NewDomain    bool                `db:"-"` // nobody of the client has had an address there, though others have theirs
}

// DraftLines is a page of a draft. Total counts what the filter lets through.
type DraftLines struct {
	Lines              []DraftLine
	Total, Page, Pages int
}

// DraftLines reads a page of a draft.
func (w *Workspace) DraftLines(ctx context.Context, id schema.BatchID, f LineFilter) (p DraftLines, err error) {
	b, err := w.Batch(ctx, id)
	if err != nil {
		return p, err
	}
	where, args := "", fateArgs(&b)
	if f.Fate != "" {
		where, args = ` WHERE l.fate = ?`, append(args, f.Fate)
	}
	if err := w.db.GetContext(ctx, &p.Total, `SELECT COUNT(*)`+fates+where, args...); err != nil {
		return p, err
	}
	var offset int
	p.Page, p.Pages, offset = turnLines(f.Page, p.Total)
	err = w.db.SelectContext(ctx, &p.Lines, `SELECT l.line, l.full_name, l.email, l.email_key, l.code, l.reason, l.first, l.client_user_id, l.fate`+
		fates+where+` ORDER BY l.line LIMIT ? OFFSET ?`, append(args, LinePageSize, offset)...)
	if err != nil {
		return p, err
	}
	if err := w.addPersons(ctx, p.Lines); err != nil {
		return p, err
	}
	return p, w.addDomains(ctx, b.ClientID, p.Lines)
}

// turnLines goes to a page, or to the last there is, and says how many lines
// stand before it.
func turnLines(page, total int) (at, pages, offset int) {
	pages = max(1, (total+LinePageSize-1)/LinePageSize)
	at = min(max(1, page), pages)
	return at, pages, (at - 1) * LinePageSize
}

func (w *Workspace) addPersons(ctx context.Context, lines []DraftLine) error {
	var ids []schema.ClientUserID
	for i := range lines {
		if !lines[i].ClientUserID.IsZero() {
			ids = append(ids, lines[i].ClientUserID)
		}
	}
	rows, err := w.userRows(ctx, ids)
	for i := range lines {
		lines[i].Person = rows[lines[i].ClientUserID]
	}
	return err
}

// userRows reads people of the agency.
func (w *Workspace) userRows(ctx context.Context, ids []schema.ClientUserID) (map[schema.ClientUserID]*UserRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []UserRow
	err := w.selectIn(ctx, &rows, userRow+` WHERE u.id IN (?) AND u.agency_id = ?`, ids, w.Agency.ID)
	out := make(map[schema.ClientUserID]*UserRow, len(rows))
	for i := range rows {
		out[rows[i].ID] = &rows[i]
	}
	return out, err
}

func (w *Workspace) addDomains(ctx context.Context, client schema.ClientID, lines []DraftLine) error {
	var known []string
	err := w.db.SelectContext(ctx, &known, `SELECT DISTINCT SUBSTRING_INDEX(email_key, '@', -1) FROM client_users WHERE client_id = ?`, client)
	if err != nil || len(known) == 0 {
		return err
	}
	used := make(map[string]bool, len(known))
	for _, d := range known {
		used[d] = true
	}
	for i := range lines {
		l := &lines[i]
		l.NewDomain = l.Fate == FateInvite && !used[l.EmailKey[strings.LastIndexByte(l.EmailKey, '@')+1:]]
	}
	return nil
}

// DraftList reads a draft as the list it was made of.
func (w *Workspace) DraftList(ctx context.Context, id schema.BatchID) (out []Listed, err error) {
	b, err := w.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		FullName string `db:"full_name"`
		Email    string `db:"email"`
	}
	err = w.db.SelectContext(ctx, &rows, `SELECT full_name, email FROM invitation_batch_lines WHERE batch_id = ? ORDER BY line`, b.ID)
	for _, r := range rows {
		out = append(out, Listed(r))
	}
	return out, err
}
