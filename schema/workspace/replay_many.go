package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

var (
	errNothingFailed = &schema.Error{Kind: schema.Invalid, Field: "range", Code: "nothing_failed",
		Message: "Nothing failed in that time. Choose a longer one."}
	errReplayRuns = &schema.Error{Kind: schema.Conflict, Code: "replay_runs",
		Message: "A replay of this endpoint is running. Wait until it is done, then start the next one."}
	errBackwards = &schema.Error{Kind: schema.Invalid, Field: "until", Code: "backwards",
		Message: "The end has to come after the beginning."}
)

// CountFailed counts what ReplayMany would take.
func (w *Workspace) CountFailed(ctx context.Context, id schema.EndpointID, from, until time.Time) (n int, err error) {
	if _, err = w.checkEndpoints(ctx, []schema.EndpointID{id}, 1); err != nil {
		return 0, err
	}
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		n, err = endpoint.CountReplay(tx, id, schema.ReplayFailed, &from, until)
		return err
	})
	return n, err
}

// ReplayMany has all deliveries made once more that failed, of events from one
// time to another, in the background. Those to be tried again by themselves and
// tests are left out. A second replay waits for the first.
func (w *Workspace) ReplayMany(ctx context.Context, id schema.EndpointID, from, until time.Time) (due []schema.Due, err error) {
	if until.Before(from) {
		return nil, errBackwards
	}
	err = w.change(ctx, func(tx *store.Tx) error {
		e, err := w.enabledEndpoint(tx, id)
		if err != nil {
			return err
		}
		var runs bool
		err = tx.Get(&runs, `SELECT EXISTS (SELECT 1 FROM webhook_replays WHERE endpoint_id = ? AND state <> 'done')`, id)
		if err != nil {
			return err
		}
		if runs {
			return errReplayRuns
		}
		if until.After(tx.Now) {
			until = tx.Now
		}
		r, err := endpoint.StartReplay(tx, &e, schema.ReplayFailed, &from, until, w.User.ID)
		if err != nil {
			return err
		}
		if r.Total == 0 {
			return errNothingFailed
		}
		due = []schema.Due{r.Due()}
		return nil
	})
	return due, err
}
