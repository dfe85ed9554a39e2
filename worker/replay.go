package worker

import (
	"context"
	"errors"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
)

// replayDeliveries has many deliveries of an endpoint made again, or skips them.
// It can end at any point: each batch is a transaction, and the next run goes on
// after the last.
func (w *Worker) replayDeliveries(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.ReplayPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "replay_id", p.ReplayID.String())
	claim, err := w.system.ClaimReplay(ctx, p.ReplayID)
	if err != nil {
		return err
	}
	switch claim.Verdict {
	case schema.ClaimDone:
		return nil
	case schema.ClaimWait:
		return early(claim.Wait)
	}
	change := live.Change{Agency: claim.Agency.String(), Row: claim.Endpoint.String()}
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); {
		done, due, err := w.system.ReplayBatch(ctx, p.ReplayID, claim.Attempt)
		if errors.Is(err, system.ErrOvertaken) {
			return early(schema.ReplayLease) // look again whether the other one got through
		}
		if err != nil {
			return err
		}
		w.o.Bell.Ring(ctx, due...)
		w.o.Bus.Tell(ctx, change)
		if done {
			return nil
		}
	}
	if err := w.system.ReleaseReplay(context.WithoutCancel(ctx), p.ReplayID, claim.Attempt); err != nil {
		return err
	}
	return early(0)
}
