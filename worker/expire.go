package worker

import (
	"context"

	"github.com/hibiken/asynq"

	"anteroom/schema/system"
)

// expireInvitations sweeps what is stale, batch by batch.
func (w *Worker) expireInvitations(ctx context.Context, _ *asynq.Task) error {
	total := 0
	defer func() { note(ctx, "expired", total) }()
	for ctx.Err() == nil {
		n, err := w.system.Expire(ctx, system.ExpireBatch)
		total += n
		if err != nil || n < system.ExpireBatch {
			return err
		}
	}
	return early(0) // out of time with more to do
}
