package worker

import (
	"context"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema/system"
)

// expireInvitations sweeps what is stale, batch by batch.
func (w *Worker) expireInvitations(ctx context.Context, _ *asynq.Task) error {
	total := 0
	defer func() { note(ctx, "expired", total) }()
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); {
		swept, err := w.system.Expire(ctx, system.ExpireBatch)
		total += swept.Done
		w.tell(ctx, swept.Clients)
		if err != nil || !swept.More {
			return err
		}
	}
	return early(0) // more to do
}
