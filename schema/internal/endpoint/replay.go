package endpoint

import (
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// ReplayColumns are all that schema.Replay has.
const ReplayColumns = `id, agency_id, endpoint_id, kind, from_at, until_at, state, total, done, delivery_id, attempt, due_at,
	ring, created_by, created_at, finished_at`

// NotErased is the condition on webhook_deliveries that their event was not erased.
const NotErased = `NOT EXISTS (SELECT 1 FROM events e WHERE e.id = webhook_deliveries.event_id AND e.erased_at IS NOT NULL)`

// inRange is the condition of kind, end and twice the beginning. What is held has
// none: the endpoint's lock bounds it, and an event that waited for that lock was
// written after the moment at which its transaction began.
const inRange = `(? <> 'failed' OR (created_at <= ? AND (? IS NULL OR created_at >= ?)))`

// CountReplay counts what a replay of that kind would take: what failed between
// from, which may be nil, and until, or all that is held. What was erased is not
// sent again.
func CountReplay(tx *store.Tx, id schema.EndpointID, k schema.ReplayKind, from *time.Time, until time.Time) (n int, err error) {
	err = tx.Get(&n, `SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ? AND state = ? AND NOT test
		AND `+inRange+` AND `+NotErased, id, takes(k), k, until, from, from)
	return n, err
}

// StartReplay writes a replay of many of a locked endpoint's deliveries, to be done
// by a worker. Without any to take it writes nothing and Total is 0.
func StartReplay(tx *store.Tx, e *schema.Endpoint, k schema.ReplayKind, from *time.Time, until time.Time, by schema.UserID) (r schema.Replay, err error) {
	r = schema.Replay{ID: schema.New[schema.ReplayID](), AgencyID: e.AgencyID, EndpointID: e.ID, Kind: k, FromAt: from, UntilAt: until,
		State: schema.ReplayQueued, DueAt: &tx.Now, CreatedBy: by, CreatedAt: tx.Now}
	if r.Total, err = CountReplay(tx, e.ID, k, from, until); err != nil || r.Total == 0 {
		return r, err
	}
	_, err = tx.Exec(`INSERT INTO webhook_replays (id, agency_id, endpoint_id, kind, from_at, until_at, state, total, due_at, ring_at,
		created_by, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`, r.ID, r.AgencyID, r.EndpointID, r.Kind, r.FromAt, r.UntilAt, r.State,
		r.Total, r.DueAt, r.RingAt(), r.CreatedBy, r.CreatedAt)
	return r, err
}
