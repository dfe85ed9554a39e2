package worker

import (
	"context"
	"errors"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
)

// deactivateClient runs the cascade after a client's deletion. It can end at
// any point: each batch is a transaction, and the next run goes on from there.
func (w *Worker) deactivateClient(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.ClientPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "client_id", p.ClientID.String())
	claim, err := w.system.ClaimCascade(ctx, p.ClientID)
	if err != nil {
		return err
	}
	switch claim.Verdict {
	case schema.ClaimDone:
		return nil
	case schema.ClaimWait:
		return early(claim.Wait)
	}
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); {
		done, err := w.system.Cascade(ctx, p.ClientID, claim.Attempt)
		if errors.Is(err, system.ErrOvertaken) {
			return early(schema.CascadeLease) // look again whether the other one got through
		}
		if err != nil || done {
			return err
		}
	}
	if err := w.system.ReleaseCascade(context.WithoutCancel(ctx), p.ClientID, claim.Attempt); err != nil {
		return err
	}
	return early(0)
}
