package system

import (
	"slices"
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// eraseLook is how many events one batch looks at; it takes as many of them as
// their deliveries and attempts leave room for.
const eraseLook = 500

// sentEvent is an event to erase, with its deliveries under lock.
type sentEvent struct {
	schema.Event
	deliveries []schema.Delivery
}

// rows bounds what erasing it writes. A delivery has an attempt for each claim at
// most.
func (e *sentEvent) rows() int {
	n := 1
	for i := range e.deliveries {
		n += 1 + int(e.deliveries[i].Attempt)
	}
	return n
}

// eraseEvents takes names and addresses out of one batch of a client's events, and
// of what receivers answered to them, and cancels deliveries that could still go
// out. It returns the last event it came to, zero when there was none. Events with
// a delivery under way it passes over: its result is yet to be written.
func eraseEvents(tx *store.Tx, c *schema.Client, after schema.EventID, most int) (last schema.EventID, err error) {
	var found []sentEvent
	err = tx.Select(&found, `SELECT id, agency_id, client_id, subject_id, sequence, type, actor_type, actor_id, occurred_at, payload
		FROM events FORCE INDEX (events_client) WHERE client_id = ? AND erased_at IS NULL AND id > ? ORDER BY id LIMIT ?`,
		c.ID, after[:], eraseLook)
	if err != nil || len(found) == 0 {
		return last, err
	}
	if err := lockDeliveries(tx, c.AgencyID, found); err != nil {
		return last, err
	}
	n, rows := 0, 0
	for ; n < len(found) && (n == 0 || rows+found[n].rows() <= most); n++ {
		rows += found[n].rows()
	}
	last = found[n-1].ID
	taken := slices.DeleteFunc(found[:n], func(e sentEvent) bool {
		return slices.ContainsFunc(e.deliveries, func(d schema.Delivery) bool {
			return d.State == schema.DeliverySending && d.DueAt.After(tx.Now)
		})
	})
	return last, eraseTaken(tx, taken)
}

// lockDeliveries locks the deliveries of events to all of the agency's endpoints,
// deleted ones too.
func lockDeliveries(tx *store.Tx, agency schema.AgencyID, events []sentEvent) error {
	var endpoints []schema.EndpointID
	err := tx.Select(&endpoints, `SELECT id FROM webhook_endpoints WHERE agency_id = ?`, agency)
	if err != nil || len(endpoints) == 0 {
		return err
	}
	var ids []schema.DeliveryID
	err = tx.SelectIn(&ids, `SELECT id FROM webhook_deliveries FORCE INDEX (webhook_deliveries_event)
		WHERE endpoint_id IN (?) AND event_id IN (?)`, endpoints, keysOf(events, func(e *sentEvent) schema.EventID { return e.ID }))
	if err != nil || len(ids) == 0 {
		return err
	}
	var rows []schema.Delivery
	err = tx.SelectIn(&rows, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	of := byKey(events, func(e *sentEvent) schema.EventID { return e.ID })
	for _, d := range rows {
		of[d.EventID].deliveries = append(of[d.EventID].deliveries, d)
	}
	return err
}

func eraseTaken(tx *store.Tx, events []sentEvent) error {
	if len(events) == 0 {
		return nil
	}
	args := make([]any, 0, len(events)*2+1)
	var all, cancelled []schema.DeliveryID
	for i := range events {
		e := &events[i]
		if err := e.Scrub(); err != nil {
			return err
		}
		args = append(args, e.ID[:], e.Payload)
		for _, d := range e.deliveries {
			if all = append(all, d.ID); d.MayGoOut() {
				cancelled = append(cancelled, d.ID)
			}
		}
	}
	if err := eraseDeliveries(tx, all, cancelled); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE (SELECT ? AS id, ? AS payload`+strings.Repeat(` UNION ALL SELECT ?,?`, len(events)-1)+`) v
		STRAIGHT_JOIN events e ON e.id = v.id SET e.payload = v.payload, e.erased_at = ?,
		e.actor_id = IF(e.actor_type = 'recipient', NULL, e.actor_id)`, append(args, tx.Now)...)
	return err
}

// eraseDeliveries keeps of the attempts what was done, when and how it ended. What
// the receiver said may repeat what it was sent.
func eraseDeliveries(tx *store.Tx, all, cancelled []schema.DeliveryID) error {
	if len(cancelled) > 0 {
		_, err := tx.ExecIn(`UPDATE webhook_deliveries SET state = 'cancelled', state_at = ?, due_at = NULL, ring_at = NULL
			WHERE id IN (?)`, tx.Now, cancelled)
		if err != nil {
			return err
		}
	}
	if len(all) == 0 {
		return nil
	}
	_, err := tx.ExecIn(`UPDATE webhook_attempts SET response_headers = '{}', response_body = NULL, error_text = ''
		WHERE delivery_id IN (?)`, all)
	return err
}
