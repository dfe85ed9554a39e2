package endpoint

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// LockReplay locks a replay, after its endpoint.
func LockReplay(tx *store.Tx, id schema.ReplayID) (e schema.Endpoint, r schema.Replay, err error) {
	var of schema.EndpointID // never changes
	if err := tx.Get(&of, `SELECT endpoint_id FROM webhook_replays WHERE id = ?`, id); err != nil {
		return e, r, err
	}
	if e, err = Lock(tx, of); err != nil {
		return e, r, err
	}
	err = tx.Get(&r, `SELECT `+ReplayColumns+` FROM webhook_replays WHERE id = ? FOR UPDATE`, id)
	return e, r, err
}

// SaveReplay writes a locked replay as it stands now.
func SaveReplay(tx *store.Tx, r *schema.Replay) error {
	_, err := tx.Exec(`UPDATE webhook_replays SET state = ?, done = ?, delivery_id = ?, attempt = ?, due_at = ?, ring_at = ?,
		finished_at = ? WHERE id = ?`, r.State, r.Done, r.DeliveryID, r.Attempt, r.DueAt, r.RingAt(), r.FinishedAt, r.ID)
	return err
}

// NextOfReplay locks the next n deliveries that a locked replay takes. Within a
// state that owes nothing the index of the lanes is in the order of the IDs, so
// each row is looked at once however often a replay goes on.
func NextOfReplay(tx *store.Tx, r *schema.Replay, n int) (ids []schema.DeliveryID, err error) {
	err = tx.Select(&ids, `SELECT id FROM webhook_deliveries FORCE INDEX (webhook_deliveries_lane)
		WHERE endpoint_id = ? AND state = ? AND due_at IS NULL AND id > ? AND NOT test AND `+inRange+`
		AND `+NotErased+` ORDER BY id LIMIT ? FOR UPDATE`, r.EndpointID, takes(r.Kind), r.DeliveryID[:], r.Kind, r.UntilAt, r.FromAt, r.FromAt, n)
	return ids, err
}

// takes is the state of the deliveries that a replay takes.
func takes(k schema.ReplayKind) schema.DeliveryState {
	if k == schema.ReplayFailed {
		return schema.DeliveryFailed
	}
	return schema.DeliveryHeld
}
