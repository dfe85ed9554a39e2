package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// EndpointHealth is how an endpoint is doing.
type EndpointHealth struct {
	schema.Endpoint
	Stats  EndpointStats
	Counts DeliveryCounts
	// Failed is how many deliveries a replay of all that failed would take:
	// tests and what was erased are not among them.
	Failed int
	Missed int // of all types, held while it is disabled
	Last   LastAnswer
	Replay *ReplayRow // the one that runs
	Now    time.Time
}

// ReplayRow is a replay of many deliveries and who started it.
type ReplayRow struct {
	schema.Replay
	By string `db:"full_name"`
}

// EndpointHealth reads it; the counts are of one type of events, or of all.
func (w *Workspace) EndpointHealth(ctx context.Context, id schema.EndpointID, t schema.EventType) (h EndpointHealth, err error) {
	if h.Endpoint, err = w.Endpoint(ctx, id); err != nil {
		return h, err
	}
	stats, err := w.EndpointStats(ctx, id)
	if err != nil {
		return h, err
	}
	h.Stats = stats[id]
	if err := w.countHealth(ctx, &h, t); err != nil {
		return h, err
	}
	err = w.lately(ctx, &h)
	return h, err
}

func (w *Workspace) countHealth(ctx context.Context, h *EndpointHealth, t schema.EventType) (err error) {
	if h.Counts, err = w.countDeliveries(ctx, h.ID, t); err != nil {
		return err
	}
	return store.Run(ctx, w.db, func(tx *store.Tx) error {
		h.Now = tx.Now
		if h.Failed, err = endpoint.CountReplay(tx, h.ID, schema.ReplayFailed, nil, tx.Now); err != nil {
			return err
		}
		h.Missed, err = endpoint.CountReplay(tx, h.ID, schema.ReplayHeld, nil, tx.Now)
		return err
	})
}

// lately reads what came last.
func (w *Workspace) lately(ctx context.Context, h *EndpointHealth) error {
	var err error
	if h.Last, err = w.lastAnswer(ctx, h.ID); err != nil {
		return err
	}
	var replays []ReplayRow
	err = w.db.SelectContext(ctx, &replays, `SELECT r.id, r.agency_id, r.endpoint_id, r.kind, r.state, r.total, r.done, r.created_by,
		r.created_at, u.full_name FROM webhook_replays r JOIN users u ON u.id = r.created_by
		WHERE r.endpoint_id = ? AND r.state <> 'done' ORDER BY r.created_at LIMIT 1`, h.ID)
	if len(replays) > 0 {
		h.Replay = &replays[0]
	}
	return err
}
