package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// ReplayAtOnce is how many deliveries one transaction of a replay takes.
const ReplayAtOnce = 500

// ReplayClaim is what a worker gets that comes for a replay of many deliveries.
type ReplayClaim struct {
	Verdict  schema.ClaimVerdict
	Attempt  uint32
	Agency   schema.AgencyID
	Endpoint schema.EndpointID
	Wait     time.Duration // until it is due, when it has to wait
}

// ClaimReplay claims a replay. One that is gone is done.
func (s *System) ClaimReplay(ctx context.Context, id schema.ReplayID) (out ReplayClaim, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		_, r, err := endpoint.LockReplay(tx, id)
		if schema.KindOf(err) == schema.NotFound {
			out = ReplayClaim{Verdict: schema.ClaimDone}
			return nil
		}
		if err != nil {
			return err
		}
		out = ReplayClaim{Verdict: r.Claim(tx.Now), Attempt: r.Attempt, Agency: r.AgencyID, Endpoint: r.EndpointID}
		switch out.Verdict {
		case schema.ClaimTaken:
			return endpoint.SaveReplay(tx, &r)
		case schema.ClaimWait:
			out.Wait = r.DueAt.Sub(tx.Now)
		}
		return nil
	})
	return out, err
}

// ReplayBatch does one batch under the endpoint's lock and says whether that was the
// last. What it takes waits in the endpoint's lane, whose bell it returns, or is
// skipped. An endpoint that was disabled or deleted meanwhile ends it: the rest
// stays as it is.
func (s *System) ReplayBatch(ctx context.Context, id schema.ReplayID, attempt uint32) (done bool, due []schema.Due, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		done, due = false, nil
		e, r, err := endpoint.LockReplay(tx, id)
		if err != nil {
			return err
		}
		if !r.Continue(tx.Now, attempt) {
			return ErrOvertaken
		}
		n := 0
		if e.Status == schema.EndpointEnabled {
			if n, err = replay(tx, &e, &r); err != nil {
				return err
			}
		}
		if n > 0 && r.Kind != schema.ReplaySkip {
			due = []schema.Due{e.Due()}
		}
		if done = n < ReplayAtOnce; done {
			r.End(tx.Now)
		}
		return endpoint.SaveReplay(tx, &r)
	})
	return done, due, err
}

// replay takes one batch and says how many that were.
func replay(tx *store.Tx, e *schema.Endpoint, r *schema.Replay) (int, error) {
	ids, err := endpoint.NextOfReplay(tx, r, ReplayAtOnce)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	r.Done += len(ids)
	r.DeliveryID = ids[len(ids)-1]
	if r.Kind == schema.ReplaySkip {
		_, err := tx.ExecIn(`UPDATE webhook_deliveries SET state = 'skipped', state_at = ? WHERE id IN (?)`, tx.Now, ids)
		return len(ids), err
	}
	_, err = tx.ExecIn(`UPDATE webhook_deliveries SET state = 'waiting', state_at = ?, due_at = ?, ring_at = NULL, tries = 0
		WHERE id IN (?)`, tx.Now, tx.Now, ids)
	if err != nil || e.Crowded() {
		return len(ids), err
	}
	e.RingAt = &tx.Now
	_, err = tx.Exec(`UPDATE webhook_endpoints SET ring_at = ? WHERE id = ?`, e.RingAt, e.ID)
	return len(ids), err
}

// ReleaseReplay gives the claim back, so that the next worker needn't wait for
// the lease.
func (s *System) ReleaseReplay(ctx context.Context, id schema.ReplayID, attempt uint32) error {
	return s.run(ctx, func(tx *store.Tx) error {
		_, r, err := endpoint.LockReplay(tx, id)
		if err != nil {
			return err
		}
		if !r.Continue(tx.Now, attempt) {
			return ErrOvertaken
		}
		r.Release(tx.Now)
		return endpoint.SaveReplay(tx, &r)
	})
}
