package system

import (
	"time"

	"github.com/oklog/ulid/v2"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// attemptsEach is how many attempts go for each row that Prune may delete: they
// are narrow, and a delivery that failed has ten.
const attemptsEach = 4

// pruneDeliveries deletes deliveries that owe nothing, their attempts first. IDs
// ascend with time, so the old ones stand at the beginning; created_at, which is
// by the database's clock, decides.
func pruneDeliveries(tx *store.Tx, n int) (int, error) {
	old := tx.Now.Add(-schema.DeliveriesKept)
	first := firstID(old)
	var ids []schema.DeliveryID
	err := tx.Select(&ids, `SELECT id FROM webhook_deliveries WHERE id < ? AND created_at <= ?
		AND state NOT IN ('queued', 'waiting', 'sending') ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED`, first[:], old, n)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	attempts, err := tx.ExecIn(`DELETE FROM webhook_attempts WHERE delivery_id IN (?) LIMIT ?`, ids, attemptsEach*n)
	if err != nil || int(attempts) == attemptsEach*n {
		return int(attempts), err
	}
	done, err := tx.ExecIn(`DELETE FROM webhook_deliveries WHERE id IN (?)`, ids)
	return int(attempts + done), err
}

// idSkew is how far the clock that made an ID may be behind the database's.
const idSkew = time.Hour

// firstID is below every ID made from a moment on. The IDs are made by our own
// clocks.
func firstID(t time.Time) (id ulid.ULID) {
	if err := id.SetTime(ulid.Timestamp(t.Add(idSkew))); err != nil {
		panic(err) // only a year beyond 10889 fails
	}
	return id
}

func pruneReplays(tx *store.Tx, n int) (int, error) {
	old := tx.Now.Add(-schema.DeliveriesKept)
	first := firstID(old)
	done, err := tx.Exec(`DELETE FROM webhook_replays WHERE id < ? AND created_at <= ? AND state = 'done' ORDER BY id LIMIT ?`, first[:], old, n)
	return int(done), err
}

// pruneEndpoints deletes those that were deleted once the log has nothing of them.
func pruneEndpoints(tx *store.Tx, n int) (int, error) {
	var found []schema.EndpointID
	err := tx.Select(&found, `SELECT p.id FROM webhook_endpoints p WHERE p.status = 'deleted'
		AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = p.id)
		AND NOT EXISTS (SELECT 1 FROM webhook_replays r WHERE r.endpoint_id = p.id) LIMIT ?`, n)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	if _, err := endpoint.LockAll(tx, found); err != nil {
		return 0, err
	}
	// A delivery that is written beside this finds no endpoint and is cancelled.
	done, err := tx.ExecIn(`DELETE FROM webhook_endpoints WHERE id IN (?)`, found)
	return int(done), err
}
