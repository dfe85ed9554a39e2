package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// AttemptsShown is how many attempts of a delivery are shown, the newest: a
// delivery can be replayed without end.
const AttemptsShown = 50

// DeliveryDetail is all there is to know about a delivery.
type DeliveryDetail struct {
	schema.Delivery
	Body     []byte           // as it is sent; nil once the event is pruned
	Erased   bool             // its client was erased: it is not sent again
	Attempts []schema.Attempt // newest first, without headers and bodies
	Earlier  int              // attempts before those
	Shown    *schema.Attempt  // the one that was asked for, whole; nil before the first is recorded
	Disabled bool             // the endpoint
	Now      time.Time
}

// Delivery reads a delivery of an endpoint, and one of its attempts by its
// number; 0 is the newest. What is not the endpoint's, or not there, is
// ErrNotFound.
func (w *Workspace) Delivery(ctx context.Context, endpoint schema.EndpointID, id schema.DeliveryID, attempt uint32) (d DeliveryDetail, err error) {
	if err := w.Role.MayManage(); err != nil {
		return d, err
	}
	var row struct {
		schema.Delivery
		Body     []byte
		Erased   bool
		Disabled bool
		Now      time.Time
	}
	err = w.db.GetContext(ctx, &row, `SELECT d.id, d.agency_id, d.endpoint_id, d.event_id, d.type, d.test, d.state, d.state_at, d.attempt,
		d.tries, d.due_at, d.status_code, d.error_class, d.created_at, COALESCE(d.payload, e.payload) AS body,
		e.erased_at IS NOT NULL AS erased, p.status = 'disabled' AS disabled, UTC_TIMESTAMP(6) AS now
		FROM webhook_deliveries d JOIN webhook_endpoints p ON p.id = d.endpoint_id LEFT JOIN events e ON e.id = d.event_id
		WHERE d.id = ? AND d.endpoint_id = ? AND p.agency_id = ? AND p.status <> 'deleted'`, id, endpoint, w.Agency.ID)
	if err != nil {
		return d, missing(err)
	}
	d = DeliveryDetail{Delivery: row.Delivery, Body: row.Body, Erased: row.Erased, Disabled: row.Disabled, Now: row.Now}
	if err := w.attempts(ctx, &d); err != nil {
		return d, err
	}
	err = w.shownAttempt(ctx, &d, attempt)
	return d, err
}

// OnItsWay says that the delivery goes out without being replayed.
func (d *DeliveryDetail) OnItsWay() bool { return onItsWay(&d.Delivery, d.Now) }

func (w *Workspace) attempts(ctx context.Context, d *DeliveryDetail) error {
	var n int
	err := w.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM webhook_attempts WHERE delivery_id = ?`, d.ID)
	if err != nil || n == 0 {
		return err
	}
	err = w.db.SelectContext(ctx, &d.Attempts, `SELECT delivery_id, attempt, started_at, succeeded, ambiguous, error_class, error_text,
		status_code, total_us FROM webhook_attempts WHERE delivery_id = ? ORDER BY attempt DESC LIMIT ?`, d.ID, AttemptsShown)
	d.Earlier = max(0, n-len(d.Attempts))
	return err
}

func (w *Workspace) shownAttempt(ctx context.Context, d *DeliveryDetail, number uint32) error {
	if number == 0 {
		if len(d.Attempts) == 0 {
			return nil
		}
		number = d.Attempts[0].Number
	}
	d.Shown = new(schema.Attempt)
	return missing(w.db.GetContext(ctx, d.Shown, `SELECT delivery_id, attempt, endpoint_id, started_at, succeeded, ambiguous, error_class,
		error_text, url, address, request_headers, status_code, response_headers, response_body, response_cut, dns_us, connect_us,
		tls_us, first_byte_us, total_us FROM webhook_attempts WHERE delivery_id = ? AND attempt = ?`, d.ID, number))
}
