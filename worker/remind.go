package worker

import (
	"context"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema/system"
)

// remindInvited writes the reminders that are due, batch by batch, and rings
// for their emails.
func (w *Worker) remindInvited(ctx context.Context, _ *asynq.Task) error {
	total := 0
	defer func() { note(ctx, "reminded", total) }()
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); {
		batch, err := w.system.Remind(ctx, system.RemindBatch)
		total += len(batch.Due)
		w.o.Bell.Ring(ctx, batch.Due...)
		if err != nil || batch.Done < system.RemindBatch {
			return err
		}
	}
	return early(0) // more to do
}
