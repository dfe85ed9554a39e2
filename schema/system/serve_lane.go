package system

import (
	"time"

	"anteroom/schema"
)

// serve looks at a lane under its endpoint's lock: it claims the oldest for which
// there is room, and notes when the lane is to be looked at again. A disabled or
// deleted endpoint's it empties.
func (c *claiming) serve(id schema.EndpointID, ask int) error {
	e := c.endpoints[id]
	if e == nil {
		return nil
	}
	if e.Status != schema.EndpointEnabled {
		return c.empty(e, ask)
	}
	room := c.room[id]
	n := e.Room(c.tx.Now, min(room, c.left[ask]))
	var rows []schema.Delivery
	err := c.tx.Select(&rows, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE endpoint_id = ? AND state = 'waiting'
		ORDER BY due_at, id LIMIT ? FOR UPDATE`, id, n+1)
	if err != nil {
		return err
	}
	left := len(rows) > n
	for i := range rows[:min(n, len(rows))] {
		d := &rows[i]
		d.Claim(c.tx.Now, e, true, c.plan.Lease())
		c.of[d.ID] = ask
		c.take(d, e)
	}
	e.Unused(n - len(rows))
	if left && room > n && c.left[ask] == 0 {
		// There is room, and whoever asked can take no more.
		c.out[ask].Lanes = append(c.out[ask].Lanes, e.Due())
	}
	return c.lookAgain(e, ask, left)
}

// lookAgain notes on the row when the lane is to be looked at: nothing, when it is
// empty.
func (c *claiming) lookAgain(e *schema.Endpoint, ask int, left bool) error {
	var at *time.Time
	if left {
		next := e.NextRoom(c.tx.Now)
		if next.After(c.tx.Now) {
			// Nobody comes by when the rate has room again, so the lane's own bell is rung.
			due := e.Due()
			due.Wait = next.Sub(c.tx.Now)
			c.out[ask].Lanes = append(c.out[ask].Lanes, due)
		}
		look := next.Add(laneLook)
		at = &look
	}
	if at == nil && e.RingAt == nil {
		return nil
	}
	e.RingAt = at
	_, err := c.tx.Exec(`UPDATE webhook_endpoints SET ring_at = ? WHERE id = ?`, at, e.ID)
	return err
}

// empty holds what was about to go to a disabled endpoint, and cancels what was
// about to go to a deleted one.
func (c *claiming) empty(e *schema.Endpoint, ask int) error {
	to := schema.DeliveryHeld
	if e.Status == schema.EndpointDeleted {
		to = schema.DeliveryCancelled
	}
	n, err := c.tx.Exec(`UPDATE webhook_deliveries FORCE INDEX (webhook_deliveries_lane) SET state = ?, state_at = ?, due_at = NULL, ring_at = NULL
		WHERE endpoint_id = ? AND state IN ('queued', 'waiting') AND (NOT test OR ? = 'cancelled') LIMIT ?`,
		to, c.tx.Now, e.ID, to, c.hold)
	if err != nil {
		return err
	}
	var at *time.Time
	if c.hold -= int(n); c.hold == 0 {
		at = &c.tx.Now
		c.out[ask].Lanes = append(c.out[ask].Lanes, e.Due())
	}
	_, err = c.tx.Exec(`UPDATE webhook_endpoints SET ring_at = ? WHERE id = ?`, at, e.ID)
	return err
}
