package schema

import (
	"strings"
	"unicode/utf8"
)

// LineState is what became of a line of a list.
type LineState string

// The states of a line. Pending is the only one that isn't an end, but for
// omitted, which can be taken in again while the list is a draft.
const (
	LinePending LineState = "pending"
	LineOmitted LineState = "omitted" // by hand
	LineInvited LineState = "invited"
	LineSkipped LineState = "skipped" // there was nothing to do
	LineRefused LineState = "refused"
)

// CodeDuplicate is the code of a line whose address stands on an earlier one.
const CodeDuplicate = "duplicate"

// BatchLine is a person on a list. FullName and Email are as they stood there,
// good or not; Code and Reason say what is wrong with them or, when the list was
// sent, why nobody was invited.
type BatchLine struct {
	BatchID      BatchID      `db:"batch_id"`
	Number       int          `db:"line"` // from 1
	FullName     string       `db:"full_name"`
	Email        string       `db:"email"`
	EmailKey     string       `db:"email_key"` // empty for what is no address
	State        LineState    `db:"state"`
	Code         string       `db:"code"`
	Reason       string       `db:"reason"`
	ClientUserID ClientUserID `db:"client_user_id"`
	EmailID      EmailID      `db:"email_id"`
}

// The widths of the columns, in characters. Both are above what is a name or an
// address, so what is cut off to fit is refused all the same.
const (
	maxLineName  = 255
	maxLineEmail = 320
)

// NewBatchLine makes a line of what stands on a list.
func NewBatchLine(id BatchID, number int, fullName, email string) BatchLine {
	l := BatchLine{BatchID: id, Number: number, State: LinePending}
	l.Mend(fullName, email)
	return l
}

// Mend changes who stands on the line and looks at it afresh.
func (l *BatchLine) Mend(fullName, email string) {
	l.FullName, l.Email = cut(fullName, maxLineName), cut(email, maxLineEmail)
	l.EmailKey, l.Code, l.Reason = "", "", ""
	c := CheckLine(l.FullName, l.Email)
	fault := c.EmailFault
	if fault == nil {
		l.EmailKey, fault = c.Address.Key, c.NameFault
	}
	if fault != nil {
		l.Code, l.Reason = fault.Code, fault.Message
	}
}

// cut drops what is no UTF-8 and what is beyond n characters.
func cut(s string, n int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) > n {
		return string([]rune(s)[:n])
	}
	return s
}

// Invited notes that the person got an invitation.
func (l *BatchLine) Invited(u ClientUserID, email EmailID) {
	l.State, l.ClientUserID, l.EmailID, l.Code, l.Reason = LineInvited, u, email, "", ""
}

// Refused notes why nobody was invited. A person who has what the invitation
// would give is passed over; everything else is a refusal.
func (l *BatchLine) Refused(e *Error) {
	l.State, l.Code, l.Reason, l.ClientUserID = LineRefused, e.Code, cut(e.Message, maxLineName), e.ClientUser
	switch e.Code {
	case "already_invited", "already_active", "invitation_expired", CodeDuplicate:
		l.State = LineSkipped
	}
}
