package schema

import (
	"slices"
	"strings"
	"time"
)

// EndpointStatus says whether an endpoint takes events.
type EndpointStatus string

// The statuses of an endpoint. What happens while it is disabled is held for it;
// a deleted one gets nothing more and is shown nowhere.
const (
	EndpointEnabled  EndpointStatus = "enabled"
	EndpointDisabled EndpointStatus = "disabled"
	EndpointDeleted  EndpointStatus = "deleted"
)

// DisabledReason is why an endpoint is disabled.
type DisabledReason string

// The reasons.
const (
	DisabledManual  DisabledReason = "manual"
	DisabledFailing DisabledReason = "failing" // three days of nothing but failures
	DisabledGone    DisabledReason = "gone"    // it answered 410
)

// MaxEndpoints is how many endpoints an agency can have: each event costs a row
// for each of them, in the transaction of whoever caused it.
const MaxEndpoints = 10

// EndpointConcurrency is how many deliveries are under way to one endpoint at
// most, over all workers.
const EndpointConcurrency = 10

// MaxEndpointRate is the highest rate that can be set, in deliveries a minute.
const MaxEndpointRate = 60_000

// An endpoint's owners hear of its failures in three mails.
const (
	// NoticeAfter is how many failures in a row the first mail comes after.
	NoticeAfter = 10
	// DisableAfter is how long nothing but failures disables an endpoint.
	DisableAfter = 3 * 24 * time.Hour
	// WarnBefore is how long before that the second mail comes.
	WarnBefore = 24 * time.Hour
)

// Endpoint is where an agency's events go.
type Endpoint struct {
	ID             EndpointID     `db:"id"`
	AgencyID       AgencyID       `db:"agency_id"`
	Name           string         `db:"name"`
	URL            string         `db:"url"`
	Types          EventTypes     `db:"types"`
	RatePerMinute  int            `db:"rate_per_minute"` // 0: no limit
	Status         EndpointStatus `db:"status"`
	DisabledReason DisabledReason `db:"disabled_reason"`
	DisabledAt     *time.Time     `db:"disabled_at"`
	Secret         []byte         `db:"secret"` // sealed, as the next
	SecretHint     string         `db:"secret_hint"`
	OldSecret      []byte         `db:"old_secret"`
	OldSecretUntil *time.Time     `db:"old_secret_until"`
	Failures       int            `db:"failures"` // in a row
	FailingSince   *time.Time     `db:"failing_since"`
	Notices        int            `db:"notices"` // mails about them
	LastSuccessAt  *time.Time     `db:"last_success_at"`
	FreeAt         *time.Time     `db:"free_at"`
	EventSeq       uint32         `db:"event_seq"`
	Ring           uint32         `db:"ring"`
	RingAt         *time.Time     `db:"ring_at"` // set while deliveries wait in its lane
	CreatedBy      UserID         `db:"created_by"`
	CreatedAt      time.Time      `db:"created_at"`
}

// Crowded says that deliveries wait in its lane, so that newer ones queue up
// behind them.
func (e *Endpoint) Crowded() bool { return e.RingAt != nil }

// Due is the bell for the endpoint's lane.
func (e *Endpoint) Due() Due { return Due{Work: WorkWebhookDrain, Row: e.ID.String(), Ring: e.Ring} }

// Disable stops deliveries; what happens from now on is held. It reports false
// when the endpoint was not enabled.
func (e *Endpoint) Disable(now time.Time, why DisabledReason) bool {
	if e.Status != EndpointEnabled {
		return false
	}
	e.Status, e.DisabledReason, e.DisabledAt = EndpointDisabled, why, &now
	return true
}

// Enable lets deliveries go out again and forgets the failures.
func (e *Endpoint) Enable() bool {
	if e.Status != EndpointDisabled {
		return false
	}
	e.Status, e.DisabledReason, e.DisabledAt = EndpointEnabled, "", nil
	e.Failures, e.FailingSince, e.Notices = 0, nil, 0
	return true
}

// Succeeded counts a success: the row of failures is over.
func (e *Endpoint) Succeeded(now time.Time) {
	e.Failures, e.FailingSince, e.Notices, e.LastSuccessAt = 0, nil, 0, &now
}

// Failed counts a failure that was the endpoint's own.
func (e *Endpoint) Failed(now time.Time) {
	e.Failures++
	if e.FailingSince == nil {
		e.FailingSince = &now
	}
}

// OldSecretAt is the sealed secret before the last rotation while it still
// signs, else nil.
func (e *Endpoint) OldSecretAt(now time.Time) []byte {
	if e.OldSecretUntil == nil || !e.OldSecretUntil.After(now) {
		return nil
	}
	return e.OldSecret
}

// burst is how much of a minute's rate may go out at once.
const burst = time.Second

// Room says how many of n deliveries the rate allows at now, and takes them. It
// is the generic cell rate algorithm (ITU-T I.371) with a tolerance of a second:
// FreeAt is the theoretical arrival time of the next one.
func (e *Endpoint) Room(now time.Time, n int) int {
	if e.RatePerMinute == 0 || n == 0 {
		return n
	}
	each := time.Minute / time.Duration(e.RatePerMinute)
	free := now
	if e.FreeAt != nil && e.FreeAt.After(now) {
		free = *e.FreeAt
	}
	taken := 0
	for taken < n && !free.After(now.Add(max(0, burst-each))) {
		free = free.Add(each)
		taken++
	}
	if taken > 0 {
		e.FreeAt = &free
	}
	return taken
}

// Unused gives back what Room took and nobody used.
func (e *Endpoint) Unused(n int) {
	if e.RatePerMinute == 0 || n <= 0 || e.FreeAt == nil {
		return
	}
	free := e.FreeAt.Add(-time.Duration(n) * time.Minute / time.Duration(e.RatePerMinute))
	e.FreeAt = &free
}

// NextRoom is when the rate allows the next delivery.
func (e *Endpoint) NextRoom(now time.Time) time.Time {
	if e.RatePerMinute == 0 || e.FreeAt == nil {
		return now
	}
	each := time.Minute / time.Duration(e.RatePerMinute)
	if at := e.FreeAt.Add(-max(0, burst-each)); at.After(now) {
		return at
	}
	return now
}

// EventTypes are the types an endpoint takes, separated by spaces; empty means
// all of them, those to come too.
type EventTypes string

// TypesOf makes them of a list.
func TypesOf(types []EventType) EventTypes {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	slices.Sort(words)
	return EventTypes(strings.Join(slices.Compact(words), " "))
}

// All says that every type is taken.
func (t EventTypes) All() bool { return t == "" }

// List are the types; none when all are taken.
func (t EventTypes) List() []EventType {
	words := strings.Fields(string(t))
	out := make([]EventType, len(words))
	for i, w := range words {
		out[i] = EventType(w)
	}
	return out
}

// Takes says whether events of that type go there.
func (t EventTypes) Takes(e EventType) bool {
	if t == "" {
		return true
	}
	for w := range strings.FieldsSeq(string(t)) {
		if w == string(e) {
			return true
		}
	}
	return false
}
