package workspace

import (
	"context"

	"anteroom/schema"
)

// EndpointBacklog is what has not gone to an endpoint yet.
type EndpointBacklog struct {
	schema.Endpoint
	Open int // queued, in its lane, under way or to be tried again
	Held int // missed while it was disabled
}

// EndpointBacklog reads an endpoint and counts what has not gone to it, for the
// pages that ask before something is done to it.
func (w *Workspace) EndpointBacklog(ctx context.Context, id schema.EndpointID) (b EndpointBacklog, err error) {
	if b.Endpoint, err = w.Endpoint(ctx, id); err != nil {
		return b, err
	}
	var counts []struct {
		State schema.DeliveryState `db:"state"`
		N     int                  `db:"n"`
	}
	err = w.db.SelectContext(ctx, &counts, `SELECT state, COUNT(*) AS n FROM webhook_deliveries
		WHERE endpoint_id = ? AND state IN ('queued', 'waiting', 'sending', 'held') GROUP BY state`, id)
	for _, c := range counts {
		if c.State == schema.DeliveryHeld {
			b.Held += c.N
		} else {
			b.Open += c.N
		}
	}
	return b, err
}
