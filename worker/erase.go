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

// eraseClient erases what is left of a deleted client. It can end at any point:
// each batch is a transaction, and the next run goes on from there.
func (w *Worker) eraseClient(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.ClientPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "client_id", p.ClientID.String())
	claim, err := w.system.ClaimErase(ctx, p.ClientID)
	if err != nil {
		return err
	}
	switch claim.Verdict {
	case schema.ClaimDone:
		return nil
	case schema.ClaimWait:
		return early(claim.Wait)
	}
	tell := func() {
		w.o.Bus.Tell(ctx, live.Change{Agency: claim.Agency.String(), Row: p.ClientID.String()})
	}
	tell()
	var last system.Erased
	for end := time.Now().Add(jobs.RunFor); !w.stops() && !last.Busy && time.Now().Before(end); {
		last, err = w.system.Erase(ctx, p.ClientID, claim.Attempt, last.After)
		if errors.Is(err, system.ErrOvertaken) {
			return early(schema.EraseLease) // look again whether the other one got through
		}
		if err != nil {
			return err
		}
		if last.Done {
			tell()
			return nil
		}
	}
	var wait time.Duration
	if last.Busy {
		wait = schema.EraseRest
	}
	if err := w.system.ReleaseErase(context.WithoutCancel(ctx), p.ClientID, claim.Attempt, wait); err != nil {
		return err
	}
	return early(wait)
}
