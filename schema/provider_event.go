package schema

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"
)

// ProviderEvent is what the provider says became of an email that it took.
type ProviderEvent struct {
	State  EmailState // delayed, delivered, suppressed, bounced or complained
	At     time.Time  // by the provider's clock; zero if it didn't say
	Code   string     // a status such as 550, or a short stable word
	Reason string     // one sentence for the agency; may be empty
	// RetryAt is when the provider tries a delayed email again; nil if it didn't
	// say.
	RetryAt *time.Time
	// MessageID is the provider's name for the message, without angle brackets.
	MessageID string
}

// CodeUnsubscribed is the code of an email that arrived, and whose reader then
// asked the provider for no more of them. Its state is suppressed: that is what
// the next email would meet.
const CodeUnsubscribed = "unsubscribed"

// standings order what a provider says by how much it says: whatever comes later
// in this list is believed over what comes before, in whatever order it is heard.
// A refusal after a delivery is a late bounce. Suppressed beside bounced, or
// beside delivered, comes of an email that was handed over twice because nobody
// knew of the first; a bounce says more about why. Every other state is our own,
// and less than anything the provider says: held and sending are settled by it,
// and what we failed or cancelled had gone out all the same.
var standings = map[EmailState]int{EmailDelayed: 1, EmailDelivered: 2, EmailSuppressed: 3, EmailBounced: 4, EmailComplained: 5}

// The widths of the columns, in characters.
const (
	maxEmailCode   = 40
	maxEmailReason = 255
	maxProviderID  = 200
)

// Hear takes what the provider says and reports whether the row has changed by
// it. Where the email ends is a function of all that was said, in whatever order
// and however often: the state that stands highest, as said last by the
// provider's clock. From then on the machine owes nothing, so that no worker
// sends the email again, and a worker's late result doesn't count.
func (e *Email) Hear(now time.Time, p ProviderEvent) bool {
	p = p.fit()
	if standings[p.State] == 0 || e.compare(&p) >= 0 {
		return false
	}
	if e.State != p.State {
		e.State, e.StateAt = p.State, now
	}
	e.DueAt, e.Code, e.Reason, e.RetryAt = nil, p.Code, p.Reason, p.RetryAt
	e.ProviderAt = nil
	if !p.At.IsZero() {
		e.ProviderAt = &p.At
	}
	if p.MessageID != "" {
		e.ProviderID = p.MessageID
	}
	return true
}

// compare orders what the row holds and what is said: by standing, then by the
// provider's clock, and then by the words, so that there are no ties.
func (e *Email) compare(p *ProviderEvent) int {
	if standings[e.State] == 0 {
		return -1
	}
	return cmp.Or(cmp.Compare(standings[e.State], standings[p.State]), moment(e.ProviderAt).Compare(p.At),
		strings.Compare(e.Code, p.Code), strings.Compare(e.Reason, p.Reason), moment(e.RetryAt).Compare(moment(p.RetryAt)))
}

// fit makes the event what the row can hold, so that what is compared is what
// was saved.
func (p ProviderEvent) fit() ProviderEvent {
	p.At = p.At.UTC().Truncate(time.Microsecond)
	p.Code, p.Reason = cut(p.Code, maxEmailCode), cut(p.Reason, maxEmailReason)
	if utf8.RuneCountInString(p.MessageID) > maxProviderID {
		p.MessageID = ""
	}
	if p.State != EmailDelayed {
		p.RetryAt = nil
	} else if p.RetryAt != nil {
		at := p.RetryAt.UTC().Truncate(time.Microsecond)
		p.RetryAt = &at
	}
	return p
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// Barred says that the address stands on the provider's lists as far as this email
// tells: it was dropped, or it was to be taken off them first and never left.
func (e *Email) Barred() bool {
	return e.State.Barred() || e.Unsuppress && (e.State == EmailFailed || e.State == EmailCancelled)
}

// Barred says that the provider sends nothing to the address until it is taken
// off its lists.
func (s EmailState) Barred() bool { return s == EmailSuppressed || s == EmailComplained }
