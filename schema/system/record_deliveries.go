package system

import (
	"context"
	"math/rand/v2"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// DeliveryResult is the result of one attempt, for the claim that made it.
type DeliveryResult struct {
	ID       schema.DeliveryID
	Endpoint schema.EndpointID
	Agency   schema.AgencyID
	Attempt  uint32
	Test     bool
	schema.AttemptResult
}

// DeliveryAfter is where a delivery stands after its result.
type DeliveryAfter struct {
	State   schema.DeliveryState
	Wait    time.Duration // until it is due again, when it is queued
	Crowded bool          // others wait for the room that it left
}

// freshSuccess is how old an endpoint's last success may be on its row: written
// each time it would make one row of all its deliveries wait for each other.
const freshSuccess = time.Minute

// RecordDeliveries records the results of a group in one transaction, in the order
// given: the attempts, the deliveries, and how the endpoints fare. A result of
// ours gives the claim back and leaves no trace.
func (s *System) RecordDeliveries(ctx context.Context, results []DeliveryResult) (out []DeliveryAfter, err error) {
	if len(results) == 0 {
		return nil, nil
	}
	err = s.run(ctx, func(tx *store.Tx) error {
		r := recording{System: s, tx: tx, results: results, out: make([]DeliveryAfter, len(results)),
			gone: map[schema.EndpointID]bool{}}
		if err := r.record(); err != nil {
			return err
		}
		out = r.out
		return nil
	})
	return out, err
}

// recording is one run of RecordDeliveries.
type recording struct {
	*System
	tx        *store.Tx
	results   []DeliveryResult
	endpoints map[schema.EndpointID]*schema.Endpoint // those whose health changes, locked
	rows      map[schema.DeliveryID]*schema.Delivery
	out       []DeliveryAfter
	gone      map[schema.EndpointID]bool
	attempts  []schema.Attempt
	changed   []*schema.Delivery
	late      []schema.EventID // of results that were overtaken
}

func (r *recording) record() error {
	if err := r.lock(); err != nil {
		return err
	}
	for i := range r.results {
		r.apply(i)
	}
	if err := r.forget(); err != nil {
		return err
	}
	if err := insertAttempts(r.tx, r.attempts); err != nil {
		return err
	}
	if err := saveDeliveries(r.tx, r.changed); err != nil {
		return err
	}
	if err := r.saveHealth(); err != nil {
		return err
	}
	return r.crowded()
}

func (r *recording) lock() error {
	ids := keysOf(r.results, func(d *DeliveryResult) schema.EndpointID { return d.Endpoint })
	var present []schema.Endpoint
	err := r.tx.SelectIn(&present, `SELECT id, failures, last_success_at FROM webhook_endpoints WHERE id IN (?)`, ids)
	if err != nil {
		return err
	}
	locked, err := endpoint.LockAll(r.tx, r.affected(byKey(present, func(e *schema.Endpoint) schema.EndpointID { return e.ID })))
	if err != nil {
		return err
	}
	r.endpoints = byKey(locked, func(e *schema.Endpoint) schema.EndpointID { return e.ID })
	var rows []schema.Delivery
	err = r.tx.SelectIn(&rows, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE id IN (?) ORDER BY id FOR UPDATE`,
		keysOf(r.results, func(d *DeliveryResult) schema.DeliveryID { return d.ID }))
	r.rows = byKey(rows, func(d *schema.Delivery) schema.DeliveryID { return d.ID })
	return err
}

// affected are the endpoints whose row a result changes. In the steady state that
// is none.
func (r *recording) affected(present map[schema.EndpointID]*schema.Endpoint) (ids []schema.EndpointID) {
	seen := map[schema.EndpointID]bool{}
	for i := range r.results {
		d := &r.results[i]
		e := present[d.Endpoint]
		if e == nil || seen[d.Endpoint] || d.Ours {
			continue
		}
		fresh := e.LastSuccessAt != nil && r.tx.Now.Sub(*e.LastSuccessAt) < freshSuccess
		if !d.OK() || e.Failures > 0 || !fresh {
			seen[d.Endpoint] = true
			ids = append(ids, d.Endpoint)
		}
	}
	return ids
}

// apply takes one result to its delivery and its endpoint.
func (r *recording) apply(i int) {
	res := &r.results[i]
	d := r.rows[res.ID]
	if d == nil {
		return // pruned
	}
	counts := false
	if res.Ours {
		counts = d.Release(r.tx.Now, res.Attempt, res.RetryAfter)
	} else {
		// It was made, so it is told of, even when a newer claim has overtaken it.
		r.attempts = append(r.attempts, res.row(r.tx.Now))
		counts = d.Record(r.tx.Now, res.Attempt, res.AttemptResult, r.plan, rand.Float64())
	}
	r.out[i].State = d.State
	if d.State == schema.DeliveryQueued {
		r.out[i].Wait = d.DueAt.Sub(r.tx.Now)
	}
	if !counts {
		r.late = append(r.late, d.EventID)
		return
	}
	r.changed = append(r.changed, d)
	r.judge(res)
}

// judge takes a result that counts to its endpoint, if it was made where the
// endpoint still is: what an address before said is no matter any more. A test
// tells that it is well, and never that it isn't.
func (r *recording) judge(res *DeliveryResult) {
	e := r.endpoints[res.Endpoint]
	switch {
	case e == nil || res.Ours || e.Status != schema.EndpointEnabled || res.URL != e.URL:
	case res.OK():
		e.Succeeded(r.tx.Now)
	case res.Test:
	default:
		e.Failed(r.tx.Now)
		r.gone[e.ID] = r.gone[e.ID] || res.Gone()
	}
}

// saveHealth writes how the endpoints fare. One that answered 410 is disabled.
func (r *recording) saveHealth() error {
	for _, id := range keysOf(r.results, func(d *DeliveryResult) schema.EndpointID { return d.Endpoint }) {
		e := r.endpoints[id]
		if e == nil {
			continue
		}
		if r.gone[id] {
			if err := endpoint.Disable(r.tx, e, schema.DisabledGone, schema.System); err != nil {
				return err
			}
			continue
		}
		_, err := r.tx.Exec(`UPDATE webhook_endpoints SET failures = ?, failing_since = ?, notices = ?, last_success_at = ? WHERE id = ?`,
			e.Failures, e.FailingSince, e.Notices, e.LastSuccessAt, e.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// crowded looks whose lanes wait for the room that is free now.
func (r *recording) crowded() error {
	var ids []schema.EndpointID
	err := r.tx.SelectIn(&ids, `SELECT id FROM webhook_endpoints WHERE id IN (?) AND ring_at IS NOT NULL`,
		keysOf(r.results, func(d *DeliveryResult) schema.EndpointID { return d.Endpoint }))
	lanes := make(map[schema.EndpointID]bool, len(ids))
	for _, id := range ids {
		lanes[id] = true
	}
	for i := range r.results {
		r.out[i].Crowded = lanes[r.results[i].Endpoint]
	}
	return err
}
