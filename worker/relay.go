package worker

import (
	"context"
	"time"

	"anteroom/jobs"
	"anteroom/schema"
)

const (
	relayEvery = 2 * time.Second
	relayBatch = 500
	// Many deliveries share a task, so there can be more of them.
	relayDeliveries = 2000
	announceEvery   = 15 * time.Second
)

// relay rings for rows whose bell was lost: Redis away or wiped, a worker
// killed, a crash between commit and ring. It goes past Redis, straight to the
// rows.
func (w *Worker) relay(ctx context.Context) {
	tick := time.NewTicker(relayEvery)
	defer tick.Stop()
	var announced time.Time
	for {
		if time.Since(announced) > announceEvery {
			if err := w.announce(ctx); err == nil {
				announced = time.Now()
			}
		}
		if err := w.relayOnce(ctx); err != nil && ctx.Err() == nil {
			w.o.Log.WarnContext(ctx, "relay", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (w *Worker) announce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return w.o.Bell.Announce(ctx)
}

// relayOnce rings for one batch. The rows were marked as looked at and that is
// committed, so a ring that fails here comes round again.
func (w *Worker) relayOnce(ctx context.Context) error {
	if err := w.relayDeliveries(ctx); err != nil {
		return err
	}
	due, err := w.system.Unrung(ctx, relayBatch)
	if err != nil {
		return err
	}
	var failed error
	for _, d := range due {
		if err := w.ringAgain(ctx, d); err != nil {
			// One row must not keep the bell from those behind it; Redis away
			// keeps it from all.
			if failed != nil || ctx.Err() != nil {
				return err
			}
			failed = err
		}
	}
	return failed
}

// relayDeliveries rings for deliveries, many in a task.
func (w *Worker) relayDeliveries(ctx context.Context) error {
	ids, err := w.system.UnrungDeliveries(ctx, relayDeliveries)
	if err != nil || len(ids) == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return w.o.Bell.DeliverAgain(ctx, ids)
}

func (w *Worker) ringAgain(ctx context.Context, d schema.Due) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	state, err := w.o.Bell.RingAgain(ctx, d)
	if err != nil || state != jobs.Dead {
		return err
	}
	raised, ok, err := w.system.RaiseRing(ctx, d)
	if err != nil || !ok {
		return err
	}
	w.o.Log.InfoContext(ctx, "relay raised a ring", "row", d.Row, "ring", raised.Ring)
	_, err = w.o.Bell.RingAgain(ctx, raised)
	return err
}
