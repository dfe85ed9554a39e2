package worker

import (
	"context"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema/system"
)

// checkEndpoints looks after endpoints that fail, batch by batch.
func (w *Worker) checkEndpoints(ctx context.Context, _ *asynq.Task) error {
	found, disabled := 0, 0
	defer func() { note(ctx, "endpoints", found); note(ctx, "disabled", disabled) }()
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); {
		out, err := w.system.CheckEndpoints(ctx, system.HealthBatch)
		if err != nil {
			return err
		}
		found += out.Found
		disabled += len(out.Disabled)
		w.o.Bell.Ring(ctx, out.Due...)
		for _, e := range out.Disabled {
			w.o.Bus.Tell(ctx, live.Change{Agency: e.AgencyID.String(), Row: e.ID.String()})
		}
		if out.Found < system.HealthBatch {
			return nil
		}
	}
	return early(0) // more to do
}
