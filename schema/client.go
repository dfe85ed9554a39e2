package schema

import "time"

// CascadeState is how far the work after a client's deletion is.
type CascadeState string

// The states of a cascade.
const (
	CascadeNone    CascadeState = "none"
	CascadeQueued  CascadeState = "queued"
	CascadeRunning CascadeState = "running"
	CascadeDone    CascadeState = "done"
)

// Client is a client of an agency.
type Client struct {
	ID             ClientID     `db:"id"`
	AgencyID       AgencyID     `db:"agency_id"`
	Name           string       `db:"name"`
	Email          string       `db:"email"`
	Website        string       `db:"website"`
	ExternalID     *string      `db:"external_id"`
	EventSeq       uint32       `db:"event_seq"`
	CreatedAt      time.Time    `db:"created_at"`
	DeletedAt      *time.Time   `db:"deleted_at"`
	DeletedBy      UserID       `db:"deleted_by"`
	CascadeState   CascadeState `db:"cascade_state"`
	CascadeAttempt uint32       `db:"cascade_attempt"`
	CascadeDueAt   *time.Time   `db:"cascade_due_at"`
	CascadeRing    uint32       `db:"cascade_ring"`
	EraseState     EraseState   `db:"erase_state"`
	EraseBy        UserID       `db:"erase_by"`
	EraseAttempt   uint32       `db:"erase_attempt"`
	EraseDueAt     *time.Time   `db:"erase_due_at"`
	EraseRing      uint32       `db:"erase_ring"`
	ErasedAt       *time.Time   `db:"erased_at"`

	ConnectGeneration uint32 `db:"connect_generation"` // of the connect link; zero before the first
	ConnectOn         bool   `db:"connect_on"`
}

// Deleted says that the client is gone and its portal closed.
func (c Client) Deleted() bool { return c.DeletedAt != nil }

// CascadeLease is how long one batch of a cascade holds its claim. A batch
// takes well under a second; one that is held up longer loses the claim, not
// its locks, and finds out at its next batch.
const CascadeLease = 5 * time.Second

// Delete closes the client and promises the cascade.
func (c *Client) Delete(now time.Time, by UserID) {
	c.DeletedAt, c.DeletedBy = &now, by
	c.CascadeState, c.CascadeDueAt = CascadeQueued, &now
}

// CascadeDue is the bell for the cascade.
func (c *Client) CascadeDue() Due {
	return Due{Work: WorkClientDeactivate, Row: c.ID.String(), Ring: c.CascadeRing}
}

// CascadeRingAt is when the relay looks at the cascade, nil when it owes
// nothing. A lapsed lease has no bell coming, so it gets no grace.
func (c *Client) CascadeRingAt() *time.Time {
	if c.CascadeDueAt == nil || c.CascadeState == CascadeRunning {
		return c.CascadeDueAt
	}
	at := c.CascadeDueAt.Add(RingGrace)
	return &at
}

// ClaimCascade decides for a worker at now and changes the row accordingly. A
// claim whose lease lapsed is simply due again: every batch looks afresh.
func (c *Client) ClaimCascade(now time.Time) ClaimVerdict {
	switch {
	case c.CascadeState != CascadeQueued && c.CascadeState != CascadeRunning:
		return ClaimDone
	case c.CascadeDueAt.After(now):
		return ClaimWait
	}
	c.CascadeAttempt++
	c.holdCascade(now)
	return ClaimTaken
}

// ContinueCascade lengthens the lease if the attempt is still the newest.
func (c *Client) ContinueCascade(now time.Time, attempt uint32) bool {
	if c.CascadeState != CascadeRunning || c.CascadeAttempt != attempt {
		return false
	}
	c.holdCascade(now)
	return true
}

func (c *Client) holdCascade(now time.Time) {
	lease := now.Add(CascadeLease)
	c.CascadeState, c.CascadeDueAt = CascadeRunning, &lease
}

// EndCascade marks the cascade complete.
func (c *Client) EndCascade() { c.CascadeState, c.CascadeDueAt = CascadeDone, nil }

// ReleaseCascade gives a claim back, so that the next worker needn't wait for
// the lease.
func (c *Client) ReleaseCascade(now time.Time) {
	c.CascadeState, c.CascadeDueAt = CascadeQueued, &now
}
