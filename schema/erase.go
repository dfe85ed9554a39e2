package schema

import "time"

// EraseState is how far the erasing of a deleted client is.
type EraseState string

// The states of an erasing.
const (
	EraseNone    EraseState = "none"
	EraseQueued  EraseState = "queued"
	EraseRunning EraseState = "running"
	EraseDone    EraseState = "done"
)

// EraseWhen is when a deleted client is to be erased.
type EraseWhen string

// The choices.
const (
	EraseAtOnce EraseWhen = "now"
	EraseLater  EraseWhen = "later" // EraseAfter its deletion
)

// EraseAfter is how long after its deletion a client is erased that is not to be
// erased at once. Until then it can be called off.
const EraseAfter = 30 * 24 * time.Hour

// EraseLease is how long one batch of an erasing holds its claim, EraseRest how
// long an erasing waits for what is under way.
const (
	EraseLease = 10 * time.Second
	EraseRest  = 5 * time.Second
)

// EraseAt is when a deleted client is erased that is not to be erased at once.
func (c *Client) EraseAt() time.Time { return c.DeletedAt.Add(EraseAfter) }

// EraseBegun says that there is no way back: what is left of the client is being
// erased, or is.
func (c *Client) EraseBegun() bool { return c.EraseAttempt > 0 }

// MayErase says in words why the role can't erase a client, if not.
func (r Role) MayErase() error {
	if r == RoleOwner {
		return nil
	}
	return &Error{Kind: Forbidden, Code: "owner_only", Message: "Only an owner can erase a client. Ask one of them."}
}

// MayBeErased says in words why the client can't be erased, if not.
func (c *Client) MayBeErased() error {
	if !c.Deleted() {
		return &Error{Kind: Conflict, Code: "client_present", Message: c.Name + " is not deleted. Delete it first, then it can be erased."}
	}
	if c.EraseBegun() {
		return &Error{Kind: Conflict, Code: "erase_begun", Message: "This client is being erased, or was already. There is nothing left to decide."}
	}
	return nil
}

// Erase promises that the client is erased. A form that comes twice changes
// nothing the second time.
func (c *Client) Erase(now time.Time, by UserID, when EraseWhen) error {
	if when == EraseAtOnce && c.Deleted() && c.EraseBegun() {
		return nil
	}
	if err := c.MayBeErased(); err != nil {
		return err
	}
	at := now
	switch when {
	case EraseAtOnce:
	case EraseLater:
		if at = c.EraseAt(); !at.After(now) {
			return &Error{Kind: Conflict, Code: "erase_due", Message: "The 30 days after its deletion are over. It can only be erased at once."}
		}
	default:
		return invalid("when", "required", "Choose when the client is erased.")
	}
	c.EraseState, c.EraseBy, c.EraseDueAt = EraseQueued, by, &at
	return nil
}

// CallOffErase takes the promise back, as long as its time has not come.
func (c *Client) CallOffErase(now time.Time) error {
	switch {
	case c.EraseState == EraseNone:
		return nil
	case c.EraseBegun() || !c.EraseDueAt.After(now):
		return &Error{Kind: Conflict, Code: "erase_begun", Message: "This client is being erased already. That can’t be called off."}
	}
	c.EraseState, c.EraseBy, c.EraseDueAt = EraseNone, UserID{}, nil
	return nil
}

// EraseDue is the bell for the erasing.
func (c *Client) EraseDue() Due {
	return Due{Work: WorkClientErase, Row: c.ID.String(), Ring: c.EraseRing}
}

// EraseRingAt is when the relay looks at the erasing, nil when it owes nothing. A
// lapsed lease has no bell coming, so it gets no grace.
func (c *Client) EraseRingAt() *time.Time {
	if c.EraseDueAt == nil || c.EraseState == EraseRunning {
		return c.EraseDueAt
	}
	at := c.EraseDueAt.Add(RingGrace)
	return &at
}

// ClaimErase decides for a worker at now and changes the row accordingly; wait is
// until it is due, when it has to wait. The cascade comes first: it still needs
// the people's rows. A claim whose lease lapsed is simply due again.
func (c *Client) ClaimErase(now time.Time) (v ClaimVerdict, wait time.Duration) {
	switch {
	case c.EraseState != EraseQueued && c.EraseState != EraseRunning:
		return ClaimDone, 0
	case c.EraseDueAt.After(now):
		return ClaimWait, c.EraseDueAt.Sub(now)
	case c.CascadeState != CascadeDone:
		return ClaimWait, EraseRest
	}
	c.EraseAttempt++
	c.holdErase(now)
	return ClaimTaken, 0
}

// ContinueErase lengthens the lease if the attempt is still the newest.
func (c *Client) ContinueErase(now time.Time, attempt uint32) bool {
	if c.EraseState != EraseRunning || c.EraseAttempt != attempt {
		return false
	}
	c.holdErase(now)
	return true
}

func (c *Client) holdErase(now time.Time) {
	lease := now.Add(EraseLease)
	c.EraseState, c.EraseDueAt = EraseRunning, &lease
}

// EndErase marks the client erased.
func (c *Client) EndErase(now time.Time) {
	c.EraseState, c.EraseDueAt, c.ErasedAt = EraseDone, nil, &now
}

// ReleaseErase gives a claim back, to be taken up again after a while.
func (c *Client) ReleaseErase(now time.Time, wait time.Duration) {
	at := now.Add(wait)
	c.EraseState, c.EraseDueAt = EraseQueued, &at
}
