package workspace

import (
	"context"
	"fmt"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// What may be done with the events that an endpoint missed.
const (
	ReplayMissed = "replay"
	SkipMissed   = "skip"
)

// EnableEndpoint lets deliveries go to an endpoint again. missed says what becomes
// of those that were held for it, in the background; it is not asked for when none
// were.
func (w *Workspace) EnableEndpoint(ctx context.Context, id schema.EndpointID, missed string) (due []schema.Due, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		if !e.Enable() {
			return &schema.Error{Kind: schema.Conflict, Code: "endpoint_enabled", Message: e.Name + " is enabled already."}
		}
		e.RingAt = &tx.Now // what is still in its lane goes out
		if err := endpoint.Save(tx, &e); err != nil {
			return err
		}
		replay, err := w.missed(tx, &e, missed)
		due = append(replay, e.Due())
		return err
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}

// missed starts the replay or the skipping of what was held.
func (w *Workspace) missed(tx *store.Tx, e *schema.Endpoint, missed string) ([]schema.Due, error) {
	// What was said about those missed before is over, done or not: of two that run,
	// one would skip what the other replays.
	_, err := tx.Exec(`UPDATE webhook_replays SET state = 'done', finished_at = ?, due_at = NULL, ring_at = NULL
		WHERE endpoint_id = ? AND state <> 'done' AND kind IN ('held', 'skip')`, tx.Now, e.ID)
	if err != nil {
		return nil, err
	}
	kind, said := map[string]schema.ReplayKind{ReplayMissed: schema.ReplayHeld, SkipMissed: schema.ReplaySkip}[missed]
	if !said {
		n, err := endpoint.CountReplay(tx, e.ID, schema.ReplayHeld, nil, tx.Now)
		if err == nil && n > 0 {
			err = &schema.Error{Kind: schema.Invalid, Field: "missed", Code: "missed",
				Message: fmt.Sprintf("Say what is to become of the %d missed events: replay them, or skip them.", n)}
		}
		return nil, err
	}
	r, err := endpoint.StartReplay(tx, e, kind, nil, tx.Now, w.User.ID)
	if err != nil || r.Total == 0 {
		return nil, err
	}
	return []schema.Due{r.Due()}, nil
}
