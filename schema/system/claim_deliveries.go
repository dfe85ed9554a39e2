package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// DeliveryAsk is what a worker comes for: deliveries by their IDs, or whatever
// waits in the lane of an endpoint. In the place of one that has to queue up it
// may get another that came first.
type DeliveryAsk struct {
	IDs  []schema.DeliveryID
	Lane schema.EndpointID
}

// Most is how many it gets at most.
func (a DeliveryAsk) Most() int {
	if !a.Lane.IsZero() {
		return schema.EndpointConcurrency
	}
	return len(a.IDs)
}

// DeliveryAnswer is what it gets.
type DeliveryAnswer struct {
	Taken []DeliveryClaim
	Early []EarlyDelivery // not due yet
	Lanes []schema.Due    // endpoints to look at again: the rate, or many rows to hold
}

// DeliveryClaim is a delivery to make.
type DeliveryClaim struct {
	schema.Delivery
	Endpoint *schema.Endpoint
	Body     []byte
	// OldSecret is the sealed secret before the last rotation while it still signs.
	OldSecret []byte
}

// EarlyDelivery is one that is due after a while.
type EarlyDelivery struct {
	ID   schema.DeliveryID
	Wait time.Duration
}

// HoldBatch is how many deliveries of disabled or deleted endpoints one transaction
// holds or cancels.
const HoldBatch = 2000

// laneLook is how long the relay leaves a lane alone whose deliveries wait for
// those under way: whoever records one of these looks at it.
const laneLook = 5 * time.Second

// testAgain is when a test that found no room is looked at again.
const testAgain = time.Second

const deliveryColumns = `id, agency_id, endpoint_id, event_id, type, test, state, state_at, attempt, tries, due_at,
	status_code, error_class, created_at`

// ClaimDeliveries answers several asks in one transaction, in their order. Under
// the lock of an endpoint it counts what is under way there: no more than
// schema.EndpointConcurrency, over all workers, and no more than its rate. The
// others wait in its lane, which is served in the order of arrival.
func (s *System) ClaimDeliveries(ctx context.Context, asks []DeliveryAsk) (out []DeliveryAnswer, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		c := claiming{System: s, tx: tx, of: map[schema.DeliveryID]int{}, lanes: map[schema.EndpointID]int{},
			out: make([]DeliveryAnswer, len(asks)), left: make([]int, len(asks)), hold: HoldBatch}
		for i, a := range asks {
			c.left[i] = a.Most()
		}
		if err := c.claim(asks); err != nil {
			return err
		}
		out = c.out
		return nil
	})
	return out, err
}

// claiming is one run of ClaimDeliveries.
type claiming struct {
	*System
	tx        *store.Tx
	of        map[schema.DeliveryID]int // the ask each is of
	lanes     map[schema.EndpointID]int // and each lane
	endpoints map[schema.EndpointID]*schema.Endpoint
	room      map[schema.EndpointID]int
	out       []DeliveryAnswer
	left      []int // how many each ask may still get
	hold      int   // how many more rows may be held or cancelled

	taken, waiting, held, cancelled []schema.DeliveryID
	claims                          []DeliveryClaim
}

func (c *claiming) claim(asks []DeliveryAsk) error {
	var ids []schema.DeliveryID
	for i, a := range asks {
		for _, id := range a.IDs {
			if _, twice := c.of[id]; !twice {
				ids, c.of[id] = append(ids, id), i
			}
		}
		if !a.Lane.IsZero() {
			c.lanes[a.Lane] = i
		}
	}
	rows, err := c.lock(ids)
	if err != nil {
		return err
	}
	for i := range rows {
		c.decide(&rows[i])
	}
	if err := c.save(); err != nil {
		return err
	}
	for id, ask := range c.lanes {
		if err := c.serve(id, ask); err != nil {
			return err
		}
	}
	return c.hand()
}

// lock locks the endpoints, counts what is under way to each, then locks the
// deliveries. Which endpoint one goes to never changes, so it is read before.
func (c *claiming) lock(ids []schema.DeliveryID) (rows []schema.Delivery, err error) {
	var to []schema.EndpointID
	if len(ids) > 0 {
		if err := c.tx.SelectIn(&to, `SELECT DISTINCT endpoint_id FROM webhook_deliveries WHERE id IN (?)`, ids); err != nil {
			return nil, err
		}
	}
	for id := range c.lanes {
		to = append(to, id)
	}
	endpoints, err := endpoint.LockAll(c.tx, to)
	if err != nil {
		return nil, err
	}
	c.endpoints = byKey(endpoints, func(e *schema.Endpoint) schema.EndpointID { return e.ID })
	if err := c.count(to); err != nil || len(ids) == 0 {
		return nil, err
	}
	err = c.tx.SelectIn(&rows, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return rows, err
}

func (c *claiming) count(to []schema.EndpointID) error {
	c.room = make(map[schema.EndpointID]int, len(to))
	for _, id := range to {
		c.room[id] = schema.EndpointConcurrency
	}
	if len(to) == 0 {
		return nil
	}
	var busy []struct {
		ID schema.EndpointID `db:"endpoint_id"`
		N  int               `db:"n"`
	}
	err := c.tx.SelectIn(&busy, `SELECT endpoint_id, COUNT(*) AS n FROM webhook_deliveries
		WHERE endpoint_id IN (?) AND state = 'sending' AND due_at > ? GROUP BY endpoint_id`, to, c.tx.Now)
	for _, b := range busy {
		c.room[b.ID] = max(0, c.room[b.ID]-b.N)
	}
	return err
}

// decide claims one delivery, or says what is to happen to it.
func (c *claiming) decide(d *schema.Delivery) {
	ask, to, before := c.of[d.ID], c.endpoints[d.EndpointID], *d
	switch d.Claim(c.tx.Now, to, c.hasRoom(d, to), c.plan.Lease()) {
	case schema.ClaimTaken:
		c.take(d, to)
	case schema.ClaimLane:
		if before.State != schema.DeliveryWaiting {
			c.waiting = append(c.waiting, d.ID)
		}
		if present, ok := c.lanes[d.EndpointID]; !ok || c.left[present] < c.left[ask] {
			c.lanes[d.EndpointID] = ask
		}
	case schema.ClaimWait:
		if d.State == schema.DeliveryQueued {
			// One that is due is a test that found no room.
			c.out[ask].Early = append(c.out[ask].Early, EarlyDelivery{d.ID, max(d.DueAt.Sub(c.tx.Now), testAgain)})
		}
	case schema.ClaimDone:
		if d.State != before.State {
			c.end(d)
		}
	}
}

// hasRoom takes room for a delivery. Behind a lane there is none: those in it came
// first, and the lane is looked at in this transaction too.
func (c *claiming) hasRoom(d *schema.Delivery, to *schema.Endpoint) bool {
	if to == nil || !d.Ready(c.tx.Now) || c.room[to.ID] == 0 {
		return false
	}
	if to.Crowded() && !d.Test {
		return false
	}
	if to.Room(c.tx.Now, 1) == 0 {
		return false
	}
	c.room[to.ID]--
	return true
}

func (c *claiming) take(d *schema.Delivery, to *schema.Endpoint) {
	c.taken = append(c.taken, d.ID)
	c.left[c.of[d.ID]]--
	c.claims = append(c.claims, DeliveryClaim{Delivery: *d, Endpoint: to, OldSecret: to.OldSecretAt(c.tx.Now)})
}

func (c *claiming) end(d *schema.Delivery) {
	if d.State == schema.DeliveryHeld {
		c.held = append(c.held, d.ID)
		return
	}
	c.cancelled = append(c.cancelled, d.ID)
}

// save writes what was decided.
func (c *claiming) save() error {
	for _, change := range []struct {
		ids   []schema.DeliveryID
		query string
		args  []any
	}{
		{c.waiting, `UPDATE webhook_deliveries SET state = 'waiting', state_at = ?, due_at = ?, ring_at = NULL WHERE id IN (?)`, []any{c.tx.Now, c.tx.Now}},
		{c.held, `UPDATE webhook_deliveries SET state = 'held', state_at = ?, due_at = NULL, ring_at = NULL WHERE id IN (?)`, []any{c.tx.Now}},
		{c.cancelled, `UPDATE webhook_deliveries SET state = 'cancelled', state_at = ?, due_at = NULL, ring_at = NULL WHERE id IN (?)`, []any{c.tx.Now}},
	} {
		if len(change.ids) == 0 {
			continue
		}
		if _, err := c.tx.ExecIn(change.query, append(change.args, change.ids)...); err != nil {
			return err
		}
	}
	return nil
}

// hand writes the claims and gives them out with their bodies.
func (c *claiming) hand() error {
	if len(c.taken) == 0 {
		return nil
	}
	lease := c.tx.Now.Add(c.plan.Lease())
	_, err := c.tx.ExecIn(`UPDATE webhook_deliveries SET state = 'sending', state_at = ?, due_at = ?, ring_at = ?, attempt = attempt + 1
		WHERE id IN (?)`, c.tx.Now, lease, lease, c.taken)
	if err != nil {
		return err
	}
	var bodies []struct {
		ID   schema.DeliveryID `db:"id"`
		Body []byte            `db:"body"`
	}
	err = c.tx.SelectIn(&bodies, `SELECT d.id, COALESCE(d.payload, e.payload) AS body FROM webhook_deliveries d
		LEFT JOIN events e ON e.id = d.event_id WHERE d.id IN (?)`, c.taken)
	if err != nil {
		return err
	}
	body := make(map[schema.DeliveryID][]byte, len(bodies))
	for _, b := range bodies {
		body[b.ID] = b.Body
	}
	for _, claim := range c.claims {
		claim.Body = body[claim.ID]
		ask := c.of[claim.ID]
		c.out[ask].Taken = append(c.out[ask].Taken, claim)
	}
	return c.saveRates()
}

// saveRates writes what the rates have come to.
func (c *claiming) saveRates() error {
	for _, e := range c.endpoints {
		if e.RatePerMinute == 0 || e.FreeAt == nil {
			continue
		}
		if _, err := c.tx.Exec(`UPDATE webhook_endpoints SET free_at = ? WHERE id = ?`, e.FreeAt, e.ID); err != nil {
			return err
		}
	}
	return nil
}
