package worker

import (
	"context"
	"time"

	"github.com/robfig/cron/v3"
)

// timetable enqueues; it does no work itself. Replicas fire for the same slot,
// whose task ID keeps them from doubling it.
func (w *Worker) timetable(ctx context.Context) *cron.Cron {
	log := cronLog{w.o.Log}
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log),
		cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	_, err := c.AddFunc("* * * * *", func() {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		// Rounded: a replica may fire a moment before or after the minute.
		if err := w.o.Bell.Sweep(ctx, time.Now().Round(time.Minute)); err != nil {
			w.o.Log.WarnContext(ctx, "timetable", "error", err)
		}
	})
	if err != nil {
		panic(err) // the spec is a constant
	}
	return c
}
