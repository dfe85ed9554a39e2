package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// BatchClaim is what a worker gets that comes for a list of people to invite.
type BatchClaim struct {
	Verdict schema.ClaimVerdict
	Attempt uint32
	Agency  schema.AgencyID
	Client  schema.ClientID
	Wait    time.Duration // until it is due, when it has to wait
}

// ClaimBatch claims a list that was sent. A list that is gone is done.
func (s *System) ClaimBatch(ctx context.Context, id schema.BatchID) (out BatchClaim, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		b, err := lock.Batch(tx, id)
		if schema.KindOf(err) == schema.NotFound {
			out = BatchClaim{Verdict: schema.ClaimDone}
			return nil
		}
		if err != nil {
			return err
		}
		out = BatchClaim{Verdict: b.Claim(tx.Now), Attempt: b.Attempt, Agency: b.AgencyID, Client: b.ClientID}
		switch out.Verdict {
		case schema.ClaimTaken:
			return lock.SaveBatch(tx, &b)
		case schema.ClaimWait:
			out.Wait = b.DueAt.Sub(tx.Now)
		}
		return nil
	})
	return out, err
}

// ReleaseBatch gives the claim back, so that the next worker needn't wait for
// the lease.
func (s *System) ReleaseBatch(ctx context.Context, id schema.BatchID, attempt uint32) error {
	return s.run(ctx, func(tx *store.Tx) error {
		b, err := lock.Batch(tx, id)
		if err != nil {
			return err
		}
		if !b.Continue(tx.Now, attempt) {
			return ErrOvertaken
		}
		b.Release(tx.Now)
		return lock.SaveBatch(tx, &b)
	})
}
