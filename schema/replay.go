package schema

import "time"

// ReplayKind is what a replay of many deliveries takes.
type ReplayKind string

// The kinds.
const (
	ReplayFailed ReplayKind = "failed" // those that failed in a time range
	ReplayHeld   ReplayKind = "held"   // those held while the endpoint was disabled
	ReplaySkip   ReplayKind = "skip"   // those, to forget them
)

// ReplayState is how far it is.
type ReplayState string

// The states of a replay.
const (
	ReplayQueued  ReplayState = "queued"
	ReplayRunning ReplayState = "running"
	ReplayDone    ReplayState = "done"
)

// ReplayLease is how long one batch holds the claim.
const ReplayLease = 10 * time.Second

// Replay is a replay of many deliveries of one endpoint, in the order of their
// IDs. DeliveryID is how far it is: those up to it are done.
type Replay struct {
	ID         ReplayID    `db:"id"`
	AgencyID   AgencyID    `db:"agency_id"`
	EndpointID EndpointID  `db:"endpoint_id"`
	Kind       ReplayKind  `db:"kind"`
	FromAt     *time.Time  `db:"from_at"`
	UntilAt    time.Time   `db:"until_at"`
	State      ReplayState `db:"state"`
	Total      int         `db:"total"` // as counted before it began
	Done       int         `db:"done"`
	DeliveryID DeliveryID  `db:"delivery_id"`
	Attempt    uint32      `db:"attempt"`
	DueAt      *time.Time  `db:"due_at"`
	Ring       uint32      `db:"ring"`
	CreatedBy  UserID      `db:"created_by"`
	CreatedAt  time.Time   `db:"created_at"`
	FinishedAt *time.Time  `db:"finished_at"`
}

// Due is the bell for the replay.
func (r *Replay) Due() Due { return Due{Work: WorkWebhookReplay, Row: r.ID.String(), Ring: r.Ring} }

// RingAt is when the relay looks at the replay, nil when it owes nothing.
func (r *Replay) RingAt() *time.Time {
	if r.DueAt == nil || r.State == ReplayRunning {
		return r.DueAt
	}
	at := r.DueAt.Add(RingGrace)
	return &at
}

// Claim decides for a worker at now. A claim whose lease lapsed is due again.
func (r *Replay) Claim(now time.Time) ClaimVerdict {
	switch {
	case r.State == ReplayDone:
		return ClaimDone
	case r.DueAt.After(now):
		return ClaimWait
	}
	r.Attempt++
	r.hold(now)
	return ClaimTaken
}

// Continue lengthens the lease if the attempt is still the newest.
func (r *Replay) Continue(now time.Time, attempt uint32) bool {
	if r.State != ReplayRunning || r.Attempt != attempt {
		return false
	}
	r.hold(now)
	return true
}

func (r *Replay) hold(now time.Time) {
	lease := now.Add(ReplayLease)
	r.State, r.DueAt = ReplayRunning, &lease
}

// Release gives the claim back.
func (r *Replay) Release(now time.Time) { r.State, r.DueAt = ReplayQueued, &now }

// End marks it done.
func (r *Replay) End(now time.Time) { r.State, r.DueAt, r.FinishedAt = ReplayDone, nil, &now }
