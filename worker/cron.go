package worker

import (
	"context"
	"time"

	"github.com/robfig/cron/v3"
)

// entry is a line of the timetable: what is enqueued for each slot.
type entry struct {
	spec string
	slot time.Duration // what the moments of spec are multiples of
	ring func(context.Context, time.Time) error
}

func (w *Worker) entries() []entry {
	return []entry{
		{"* * * * *", time.Minute, w.o.Bell.Sweep},
		{"* * * * *", time.Minute, w.o.Bell.Health},
		{"*/5 * * * *", 5 * time.Minute, w.o.Bell.Remind},
		{"0 * * * *", time.Hour, w.o.Bell.Prune},
		{"40 * * * *", time.Minute, w.o.Bell.SweepMedia},
	}
}

// timetable enqueues; it does no work itself. Replicas fire for the same slot,
// whose task ID keeps them from doubling it.
func (w *Worker) timetable(ctx context.Context) *cron.Cron {
	log := cronLog{w.o.Log}
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log),
		cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	for _, e := range w.entries() {
		_, err := c.AddFunc(e.spec, func() {
			ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
			defer cancel()
			// Rounded: a replica may fire a moment before or after the slot.
			if err := e.ring(ctx, time.Now().Round(e.slot)); err != nil {
				w.o.Log.WarnContext(ctx, "timetable", "error", err)
			}
		})
		if err != nil {
			panic(err) // the specs are constants
		}
	}
	return c
}
