package hooks

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"anteroom/schema"
)

// webhook is as much of Mailgun's payload as is used; the rest, which grows over
// the years, is passed over (documentation.mailgun.com, "Webhook Payloads").
type webhook struct {
	Signature signature `json:"signature"`
	Event     event     `json:"event-data"`
}

type event struct {
	Kind      text      `json:"event"`
	Timestamp text      `json:"timestamp"` // seconds, with a fraction
	Severity  text      `json:"severity"`
	Reason    text      `json:"reason"`
	Status    status    `json:"delivery-status"`
	Variables variables `json:"user-variables"`
	Domain    struct {
		Name text `json:"name"`
	} `json:"domain"`
	Message struct {
		Headers struct {
			ID text `json:"message-id"`
		} `json:"headers"`
	} `json:"message"`
}

// status is what the receiving server, or Mailgun in its place, said.
type status struct {
	Code         text `json:"code"`
	EnhancedCode text `json:"enhanced-code"`
	Message      text `json:"message"`
	Description  text `json:"description"`
	RetrySeconds text `json:"retry-seconds"`
}

// text is a string or a number: Mailgun writes some of its fields either way.
// Anything else is no text, and never an error, which would have a webhook sent
// again for hours for a field that nobody needs.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
	} else if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*t = text(b)
	}
	return nil
}

// variables are what the message was sent with: an object, `[]` if there are
// none, or a sentence that they could not be loaded.
type variables map[string]json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (v *variables) UnmarshalJSON(b []byte) error {
	m := map[string]json.RawMessage{}
	if json.Unmarshal(b, &m) != nil {
		m = nil
	}
	*v = m
	return nil
}

// emailID is our name for the message; see worker/mail.
func (v variables) emailID() string {
	var id text
	_ = id.UnmarshalJSON(v["email_id"]) // it never fails
	return string(id)
}

// known is the ID for the log, if it is one of ours.
func (v variables) known() string {
	id, err := schema.Parse[schema.EmailID](v.emailID())
	if err != nil {
		return ""
	}
	return id.String()
}

var kinds = []string{"accepted", "rejected", "stored", "delivered", "failed", "opened", "clicked", "unsubscribed", "complained"}

// kind is the event's name for the log, if it is one that Mailgun documents.
func (e *event) kind() string {
	if !slices.Contains(kinds, string(e.Kind)) {
		return "other"
	}
	return string(e.Kind)
}

// foreign says that the message was sent from another domain. Older payloads have
// no domain.name; then the message's ID tells, which Mailgun makes with the
// sending domain. Where neither is said, our variable on the message is enough.
func (e *event) foreign(domain string) bool {
	from := string(e.Domain.Name)
	if from == "" {
		_, from, _ = strings.Cut(e.messageID(), "@")
	}
	return from != "" && !strings.EqualFold(from, domain)
}

// messageID comes with angle brackets or without.
func (e *event) messageID() string { return strings.Trim(string(e.Message.Headers.ID), "<> ") }

// said is the event in our terms; not ours are those that say nothing of whether
// the email arrives.
func (e *event) said() (p schema.ProviderEvent, ours bool) {
	p = schema.ProviderEvent{At: moment(string(e.Timestamp)), MessageID: e.messageID()}
	switch {
	case e.Kind == "delivered":
		p.State = schema.EmailDelivered
	case e.Kind == "complained":
		p.State = schema.EmailComplained
	case e.Kind == "unsubscribed":
		p.State, p.Code, p.Reason = schema.EmailSuppressed, schema.CodeUnsubscribed, suppressions["suppress-unsubscribe"]
	case e.Kind == "failed" && e.Severity == "temporary":
		p.State, p.Code, p.Reason, p.RetryAt = schema.EmailDelayed, e.code(), e.words(), e.next(p.At)
	case e.Kind == "failed" && e.suppressed():
		p.State, p.Code, p.Reason = schema.EmailSuppressed, e.code(), e.words()
	case e.Kind == "failed":
		p.State, p.Code, p.Reason = schema.EmailBounced, e.code(), e.words()
	default:
		return p, false
	}
	return p, true
}

// suppressed says that Mailgun dropped the message because the address is on one
// of its lists: of those that bounced (605), unsubscribed or complained.
func (e *event) suppressed() bool {
	return strings.HasPrefix(string(e.Reason), "suppress-") || slices.Contains([]text{"605", "606", "607"}, e.Status.Code)
}

// statusCode is what codes look like: of SMTP, of Mailgun's own from 600 on.
var statusCode = regexp.MustCompile(`^[1-9][0-9]{2}$`)

func (e *event) code() string {
	if !statusCode.MatchString(string(e.Status.Code)) {
		return ""
	}
	return string(e.Status.Code)
}

// furthest is the longest wait that is believed of a next try; Mailgun gives up
// after 8 hours.
const furthest = 7 * 24 * time.Hour

func (e *event) next(at time.Time) *time.Time {
	seconds, err := strconv.ParseFloat(string(e.Status.RetrySeconds), 64)
	if err != nil || at.IsZero() || !(seconds > 0 && seconds <= furthest.Seconds()) {
		return nil
	}
	next := at.Add(time.Duration(math.Round(seconds*1e6)) * time.Microsecond)
	return &next
}

// moment reads seconds since 1970 to the microsecond: that many digits a float
// holds. What can't be one is zero.
func moment(s string) time.Time {
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || !(seconds > 0 && seconds < lastSecond-furthest.Seconds()) {
		return time.Time{}
	}
	return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC()
}
