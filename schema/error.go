package schema

import "errors"

// Kind sorts errors by what the caller can do about them.
type Kind uint8

const (
	// NotFound: there is no such row, or it is not the caller's to see.
	NotFound Kind = iota + 1
	// Invalid: the input can't be taken as it is.
	Invalid
	// Conflict: the row is in a state that does not allow it.
	Conflict
	// Forbidden: the caller is known and may not.
	Forbidden
	// SignIn: the caller has to sign in first.
	SignIn
	// TooSoon: it was done a moment ago; later it will be allowed.
	TooSoon
)

// Error is a refusal that a person can read. Whatever else goes wrong is an
// ordinary error: it is logged and never shown.
type Error struct {
	Kind    Kind
	Code    string // stable, for machines and for the page that adds a way out
	Field   string // the form field it belongs to, or empty
	Message string // one sentence or two that say the fix
	// ClientUser is the row that stands in the way, where there is one.
	ClientUser ClientUserID
	// MemberInvitation is the same for an invitation of a colleague.
	MemberInvitation MemberInvitationID
}

func (e *Error) Error() string { return e.Message }

// ErrNotFound is the one answer to what does not exist and to what belongs to
// somebody else.
var ErrNotFound = &Error{Kind: NotFound, Code: "not_found", Message: "There is nothing here."}

// KindOf returns the kind of a refusal, and zero for any other error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

// CodeOf returns the code of a refusal, and "" for any other error.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

func invalid(field, code, message string) *Error {
	return &Error{Kind: Invalid, Field: field, Code: code, Message: message}
}
