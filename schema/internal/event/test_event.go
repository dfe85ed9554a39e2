package event

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Test writes the delivery of a test event, with its body: no row of the log has
// it. It is rung for after the commit.
func Test(tx *store.Tx, d *schema.Delivery, payload []byte) error {
	_, err := tx.Exec(`INSERT INTO webhook_deliveries (id, agency_id, endpoint_id, event_id, type, test, payload, state, state_at,
		due_at, ring_at, created_at) VALUES (?,?,?,?,?,TRUE,?,?,?,?,?,?)`, d.ID, d.AgencyID, d.EndpointID, d.EventID, d.Type,
		payload, d.State, d.StateAt, d.DueAt, d.RingAt(), d.CreatedAt)
	if err == nil {
		tx.Deliver(d.ID)
	}
	return err
}
