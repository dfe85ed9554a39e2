package schema

import "time"

// DeliveryState is where the delivery of one event to one endpoint stands.
type DeliveryState string

// The states of a delivery. Queued, waiting and sending owe something; held is
// kept for an endpoint that is disabled.
const (
	DeliveryQueued    DeliveryState = "queued"
	DeliveryWaiting   DeliveryState = "waiting" // due, and there is no room at its endpoint
	DeliverySending   DeliveryState = "sending"
	DeliverySucceeded DeliveryState = "succeeded"
	DeliveryFailed    DeliveryState = "failed"
	DeliveryHeld      DeliveryState = "held"
	DeliverySkipped   DeliveryState = "skipped"   // held, and the agency did not want it
	DeliveryCancelled DeliveryState = "cancelled" // the endpoint was deleted or the client erased
)

// Open says that the delivery still owes an attempt.
func (s DeliveryState) Open() bool {
	return s == DeliveryQueued || s == DeliveryWaiting || s == DeliverySending
}

// Delivery is one event on its way to one endpoint. EventID is the webhook-id,
// the same over retries and replays.
type Delivery struct {
	ID         DeliveryID    `db:"id"`
	AgencyID   AgencyID      `db:"agency_id"`
	EndpointID EndpointID    `db:"endpoint_id"`
	EventID    EventID       `db:"event_id"`
	Type       EventType     `db:"type"`
	Test       bool          `db:"test"`
	State      DeliveryState `db:"state"`
	StateAt    time.Time     `db:"state_at"`
	Attempt    uint32        `db:"attempt"` // numbers the claims
	Tries      int           `db:"tries"`   // attempts that count of the present run
	DueAt      *time.Time    `db:"due_at"`
	StatusCode int           `db:"status_code"` // of the newest attempt; 0 without an answer
	ErrorClass ErrorClass    `db:"error_class"`
	CreatedAt  time.Time     `db:"created_at"`
}

// DeliveryPlan is how deliveries are tried.
type DeliveryPlan struct {
	Waits   []time.Duration // after the first failure, the second and so on
	Timeout time.Duration   // of one attempt
}

// DefaultDeliveryPlan is the schedule that Standard Webhooks recommends
// (specification, "Deliverability and reliability"): ten tries over three days.
var DefaultDeliveryPlan = DeliveryPlan{Timeout: 15 * time.Second, Waits: []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}}

// Tries is how often a delivery is tried before it counts as failed.
func (p DeliveryPlan) Tries() int { return len(p.Waits) + 1 }

// Lease is how long a claim holds a delivery: longer than an attempt takes, so a
// lapsed lease means a dead worker.
func (p DeliveryPlan) Lease() time.Duration { return p.Timeout + 10*time.Second }

// jitter is how far a wait may be off, to either side, so that what failed
// together is not tried together.
const jitter = 0.2

// DeliveriesKept is how long the log of deliveries goes back.
const DeliveriesKept = 30 * 24 * time.Hour

// MaxRetryAfter is the longest Retry-After that is honoured.
const MaxRetryAfter = 24 * time.Hour

// wait is the time to the next try after a number of failed ones; luck is from 0
// to 1.
func (p DeliveryPlan) wait(tries int, luck float64, retryAfter time.Duration) time.Duration {
	w := p.Waits[tries-1]
	w += time.Duration(float64(w) * jitter * (2*luck - 1))
	return max(w, min(retryAfter, MaxRetryAfter))
}

// NewDelivery makes the delivery of an event to an endpoint.
func NewDelivery(now time.Time, e *Event, to *Endpoint) Delivery {
	d := Delivery{ID: New[DeliveryID](), AgencyID: e.AgencyID, EndpointID: to.ID, EventID: e.ID, Type: e.Type,
		State: DeliveryQueued, StateAt: now, DueAt: &now, CreatedAt: now}
	if to.Status == EndpointDisabled {
		d.State, d.DueAt = DeliveryHeld, nil
	}
	return d
}

// RingAt is when the relay looks at the delivery, nil when it owes nothing or
// waits in its endpoint's lane. A lapsed lease has no bell coming, so it gets no
// grace.
func (d *Delivery) RingAt() *time.Time {
	switch d.State {
	case DeliverySending:
		return d.DueAt
	case DeliveryQueued:
		at := d.DueAt.Add(RingGrace)
		return &at
	}
	return nil
}

// Ready says that it could be claimed now, were there room.
func (d *Delivery) Ready(now time.Time) bool { return d.State.Open() && !d.DueAt.After(now) }

// Claim decides for a worker at now and changes the delivery accordingly. room
// says whether there is room at the endpoint; a claim whose lease lapsed is
// simply due again.
func (d *Delivery) Claim(now time.Time, to *Endpoint, room bool, lease time.Duration) ClaimVerdict {
	switch {
	case !d.State.Open():
		return ClaimDone
	case d.State == DeliverySending && d.DueAt.After(now):
		return ClaimWait // another worker's lease
	case to == nil || to.Status == EndpointDeleted:
		d.end(DeliveryCancelled, now)
		return ClaimDone
	case to.Status == EndpointDisabled && !d.Test:
		d.end(DeliveryHeld, now)
		return ClaimDone
	case d.State == DeliveryQueued && d.DueAt.After(now):
		return ClaimWait
	case !room && d.Test:
		return ClaimWait // somebody looks at the page; the lane may be long, or being emptied
	case !room && d.State == DeliveryWaiting:
		return ClaimLane // it keeps its place
	case !room:
		d.State, d.StateAt, d.DueAt = DeliveryWaiting, now, &now
		return ClaimLane
	}
	end := now.Add(lease)
	d.State, d.StateAt, d.DueAt = DeliverySending, now, &end
	d.Attempt++
	return ClaimTaken
}

// Record takes the result of one attempt. It reports whether the result counts:
// one of an attempt that is no longer the newest does not. A test is tried once.
func (d *Delivery) Record(now time.Time, attempt uint32, r AttemptResult, p DeliveryPlan, luck float64) bool {
	if d.Attempt != attempt || d.State != DeliverySending {
		return false
	}
	d.Tries++
	d.StatusCode, d.ErrorClass = r.StatusCode, r.Class
	switch {
	case r.OK():
		d.end(DeliverySucceeded, now)
	case d.Tries >= p.Tries() || d.Test:
		d.end(DeliveryFailed, now)
	default:
		at := now.Add(p.wait(d.Tries, luck, r.RetryAfter))
		d.State, d.StateAt, d.DueAt = DeliveryQueued, now, &at
	}
	return true
}

// Release gives back a claim that came to nothing through a fault of ours, to be
// taken up after a while: it is not counted against the endpoint.
func (d *Delivery) Release(now time.Time, attempt uint32, wait time.Duration) bool {
	if d.Attempt != attempt || d.State != DeliverySending {
		return false
	}
	at := now.Add(wait)
	d.State, d.StateAt, d.DueAt = DeliveryQueued, now, &at
	return true
}

// Replay makes it due once more, from the start of the schedule. It reports
// false when it is under way already, or must not be replayed.
func (d *Delivery) Replay(now time.Time) bool {
	switch d.State {
	case DeliverySending, DeliveryWaiting, DeliveryCancelled:
		return false
	}
	d.State, d.StateAt, d.DueAt, d.Tries = DeliveryQueued, now, &now, 0
	return true
}

func (d *Delivery) end(to DeliveryState, now time.Time) {
	d.State, d.StateAt, d.DueAt = to, now, nil
}
