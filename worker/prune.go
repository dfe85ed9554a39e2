package worker

import (
	"context"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema/system"
)

// prune deletes what has no more use, batch by batch. What is left at the end of
// its time the next hour's run takes.
func (w *Worker) prune(ctx context.Context, _ *asynq.Task) error {
	total := 0
	defer func() { note(ctx, "pruned", total) }()
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); {
		n, err := w.system.Prune(ctx, system.PruneBatch)
		total += n
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}
