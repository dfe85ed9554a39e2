package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// The refusals of a replay.
var (
	errEndpointDisabled = &schema.Error{Kind: schema.Conflict, Code: "endpoint_disabled",
		Message: "This endpoint is disabled. Enable it first, then replay."}
	errUnderWay = &schema.Error{Kind: schema.Conflict, Code: "delivery_under_way",
		Message: "This delivery is on its way already. Its result shows here in a moment."}
	errCancelled = &schema.Error{Kind: schema.Conflict, Code: "delivery_cancelled",
		Message: "This delivery was cancelled and can’t be sent again."}
	errErased = &schema.Error{Kind: schema.Conflict, Code: "event_erased",
		Message: "The client that this event is about was erased, so it can’t be sent again."}
	errPruned = &schema.Error{Kind: schema.Conflict, Code: "event_pruned",
		Message: "The event behind this delivery is no longer kept, so it can’t be sent again."}
)

// ReplayDelivery has a delivery made once more, from the start of the schedule.
// It adds attempts to those there are.
func (w *Workspace) ReplayDelivery(ctx context.Context, id schema.EndpointID, delivery schema.DeliveryID) error {
	return w.change(ctx, func(tx *store.Tx) error {
		if _, err := w.enabledEndpoint(tx, id); err != nil {
			return err
		}
		var d schema.Delivery
		err := tx.Get(&d, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE id = ? AND endpoint_id = ? FOR UPDATE`, delivery, id)
		if err != nil {
			return err
		}
		if err := mayReplay(tx, &d); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE webhook_deliveries SET state = ?, state_at = ?, due_at = ?, ring_at = ?, tries = ? WHERE id = ?`,
			d.State, d.StateAt, d.DueAt, d.RingAt(), d.Tries, d.ID)
		tx.Deliver(d.ID)
		return err
	})
}

// enabledEndpoint locks an endpoint of this agency that takes deliveries.
func (w *Workspace) enabledEndpoint(tx *store.Tx, id schema.EndpointID) (schema.Endpoint, error) {
	e, err := w.endpoint(tx, id)
	if err == nil && e.Status == schema.EndpointDisabled {
		err = errEndpointDisabled
	}
	return e, err
}

// mayReplay changes a locked delivery so that it is due, or says why it can't be.
func mayReplay(tx *store.Tx, d *schema.Delivery) error {
	if d.State == schema.DeliveryCancelled {
		return errCancelled
	}
	if onItsWay(d, tx.Now) || !d.Replay(tx.Now) {
		return errUnderWay
	}
	if d.Test {
		return nil // its body is its own
	}
	var erased bool
	err := tx.Get(&erased, `SELECT erased_at IS NOT NULL FROM events WHERE id = ?`, d.EventID)
	switch {
	case schema.KindOf(err) == schema.NotFound:
		return errPruned
	case err == nil && erased:
		return errErased
	}
	return err
}

// onItsWay says that the delivery goes out without being replayed: all but those
// that failed before and are to be tried again later. Whoever pressed a button
// at the same moment may have an earlier now than the row.
func onItsWay(d *schema.Delivery, now time.Time) bool {
	return d.State.Open() && (d.Tries == 0 || d.State != schema.DeliveryQueued || d.Ready(now))
}
