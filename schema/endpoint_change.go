package schema

import "time"

// DefaultOverlap is how long an old secret goes on signing unless another time is
// chosen, and MaxOverlap the longest: long enough for a receiver's next deploy.
const (
	DefaultOverlap = 24 * time.Hour
	MaxOverlap     = 7 * 24 * time.Hour
)

// Rotate puts a new sealed secret in the place of the present one, which signs
// beside it for the overlap; none ends it at once. One that still signed from the
// rotation before is dropped: two secrets are the most.
func (e *Endpoint) Rotate(now time.Time, sealed []byte, hint string, overlap time.Duration) {
	e.OldSecret, e.OldSecretUntil = nil, nil
	if overlap > 0 {
		until := now.Add(overlap)
		e.OldSecret, e.OldSecretUntil = e.Secret, &until
	}
	e.Secret, e.SecretHint = sealed, hint
}

// StopOldSecret ends the overlap. It reports false when none is under way.
func (e *Endpoint) StopOldSecret(now time.Time) bool {
	signs := e.OldSecretAt(now) != nil
	e.OldSecret, e.OldSecretUntil = nil, nil
	return signs
}

// Remove deletes the endpoint and forgets its secrets. The lane's next look
// cancels what was about to go out.
func (e *Endpoint) Remove(now time.Time) {
	e.Status, e.DisabledReason, e.DisabledAt = EndpointDeleted, "", nil
	e.Secret, e.SecretHint, e.OldSecret, e.OldSecretUntil = []byte{}, "", nil, nil
	e.RingAt = &now
}

// NewTest makes the delivery of a test event, which is in no log of events. It is
// sent to a disabled endpoint too: to see whether that can be enabled again.
func NewTest(now time.Time, to *Endpoint, t EventType) Delivery {
	return Delivery{ID: New[DeliveryID](), AgencyID: to.AgencyID, EndpointID: to.ID, EventID: New[EventID](), Type: t, Test: true,
		State: DeliveryQueued, StateAt: now, DueAt: &now, CreatedAt: now}
}
