package schema

import "time"

// BatchState is how far a list of people to invite is.
type BatchState string

// The states of a list.
const (
	BatchDraft   BatchState = "draft"
	BatchQueued  BatchState = "queued"
	BatchRunning BatchState = "running"
	BatchDone    BatchState = "done"
)

// MaxBatchLines is how many people stand on one list.
const MaxBatchLines = 5000

// DraftLifetime is how long a list waits for being sent. After that it is gone,
// swept or not.
const DraftLifetime = 7 * 24 * time.Hour

// BatchLease is how long a claim on a list holds from its last line. A line
// takes a few milliseconds.
const BatchLease = 5 * time.Second

// Batch is a list of people to invite to one client.
type Batch struct {
	ID         BatchID    `db:"id"`
	AgencyID   AgencyID   `db:"agency_id"`
	ClientID   ClientID   `db:"client_id"`
	CreatedBy  UserID     `db:"created_by"` // once it is sent: who sent it
	State      BatchState `db:"state"`
	TotalLines int        `db:"total_lines"`
	CreatedAt  time.Time  `db:"created_at"`
	StartedAt  *time.Time `db:"started_at"`
	FinishedAt *time.Time `db:"finished_at"`
	Attempt    uint32     `db:"attempt"`
	DueAt      *time.Time `db:"due_at"`
	Ring       uint32     `db:"ring"`
}

// Draft says that nothing on the list has been sent.
func (b *Batch) Draft() bool { return b.State == BatchDraft }

// Gone says that nobody sent the list in time.
func (b *Batch) Gone(now time.Time) bool {
	return b.Draft() && !b.CreatedAt.Add(DraftLifetime).After(now)
}

// Send promises that the list's people are invited, in the name of by.
func (b *Batch) Send(now time.Time, by UserID) {
	b.State, b.CreatedBy, b.DueAt = BatchQueued, by, &now
}

// Due is the bell for the list.
func (b *Batch) Due() Due { return Due{Work: WorkInvitationBatch, Row: b.ID.String(), Ring: b.Ring} }

// RingAt is when the relay looks at the list, nil when it owes nothing. A
// lapsed lease has no bell coming, so it gets no grace.
func (b *Batch) RingAt() *time.Time {
	if b.DueAt == nil || b.State == BatchRunning {
		return b.DueAt
	}
	at := b.DueAt.Add(RingGrace)
	return &at
}

// Claim decides for a worker at now and changes the row accordingly. A claim
// whose lease lapsed is simply due again: it goes on with the next line.
func (b *Batch) Claim(now time.Time) ClaimVerdict {
	switch {
	case b.State != BatchQueued && b.State != BatchRunning:
		return ClaimDone
	case b.DueAt.After(now):
		return ClaimWait
	}
	if b.StartedAt == nil {
		b.StartedAt = &now
	}
	b.Attempt++
	b.hold(now)
	return ClaimTaken
}

// Continue lengthens the lease if the attempt is still the newest.
func (b *Batch) Continue(now time.Time, attempt uint32) bool {
	if b.State != BatchRunning || b.Attempt != attempt {
		return false
	}
	b.hold(now)
	return true
}

func (b *Batch) hold(now time.Time) {
	lease := now.Add(BatchLease)
	b.State, b.DueAt = BatchRunning, &lease
}

// End marks the list complete.
func (b *Batch) End(now time.Time) { b.State, b.DueAt, b.FinishedAt = BatchDone, nil, &now }

// Release gives a claim back, so that the next worker needn't wait for the
// lease.
func (b *Batch) Release(now time.Time) { b.State, b.DueAt = BatchQueued, &now }
