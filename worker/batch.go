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

// Open pages hear of a list that is being sent this often at most: each time
// they read it again.
const (
	tellLines = 20
	tellEvery = 300 * time.Millisecond
)

// sendBatch invites the people on a list, line by line. It can end at any point:
// each line is a transaction, and the next run goes on after the last.
func (w *Worker) sendBatch(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.BatchPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "batch_id", p.BatchID.String())
	claim, err := w.system.ClaimBatch(ctx, p.BatchID)
	if err != nil {
		return err
	}
	switch claim.Verdict {
	case schema.ClaimDone:
		return nil
	case schema.ClaimWait:
		return early(claim.Wait)
	}
	done, err := w.sendLines(ctx, p.BatchID, claim)
	if errors.Is(err, system.ErrOvertaken) {
		return early(schema.BatchLease) // look again whether the other one got through
	}
	if err != nil || done {
		return err
	}
	if err := w.system.ReleaseBatch(context.WithoutCancel(ctx), p.BatchID, claim.Attempt); err != nil {
		return err
	}
	return early(0)
}

// sendLines reports false when it has to stop before the last line.
func (w *Worker) sendLines(ctx context.Context, id schema.BatchID, claim system.BatchClaim) (done bool, err error) {
	change := live.Change{Agency: claim.Agency.String(), Row: claim.Client.String()}
	lines, last, told, at := 0, 0, 0, time.Now()
	defer func() {
		note(ctx, "lines", lines)
		w.o.Bus.Tell(ctx, change)
	}()
	for end := time.Now().Add(jobs.RunFor); !w.stops() && time.Now().Before(end); lines++ {
		line, err := w.system.SendLine(ctx, id, claim.Attempt, last)
		if err != nil || line.Done {
			return line.Done, err
		}
		last = line.Line
		w.o.Bell.Ring(ctx, line.Due...)
		if lines-told >= tellLines && time.Since(at) >= tellEvery {
			w.o.Bus.Tell(ctx, change)
			told, at = lines, time.Now()
		}
	}
	return false, nil
}
