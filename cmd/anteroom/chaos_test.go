package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/internal/receiver"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

// chaos is twenty agencies with an endpoint each, at receivers at their worst.
type chaos struct {
	*site
	receiver *receiver.Server
	agencies []*fixture.Agency
	clients  []schema.Client
	to       []schema.Endpoint
}

const (
	chaosEndpoints = 20
	chaosEvents    = 5000
)

func newChaos(t *testing.T) *chaos {
	t.Helper()
	c := &chaos{site: newSite(t), receiver: receiver.New(receiver.Options{Seed: 4})}
	t.Cleanup(c.receiver.Close)
	c.env = append(c.env, "WEBHOOK_ALLOW_CIDRS=127.0.0.0/8", "WEBHOOK_TIMEOUT=500ms",
		"WEBHOOK_RETRIES=50ms,100ms,200ms,300ms,400ms,500ms,600ms,700ms,800ms")
	c.db.OnDeliveries(c.bell.Deliver)
	w := fixture.Over(t, c.db)
	w.Keys, w.Visitor = c.keys, visitor.New(c.db, c.keys, visitor.HashCost(64, 1))
	for i := range chaosEndpoints {
		a := w.Agency(fmt.Sprintf("Agency %d", i))
		path := fmt.Sprintf("/%d", i)
		client := a.BareClient("Orchard Lane Bakery")
		to, secret := a.Endpoint(c.receiver.URL(path))
		c.check(c.receiver.Sign(path, secret))
		c.receiver.On(path, receiver.Chaos(c.receiver.URL("/canary"))...)
		if i == 0 {
			c.receiver.On(path, receiver.Always(receiver.Status(500))) // no schedule helps this one
		}
		c.agencies, c.clients, c.to = append(c.agencies, a), append(c.clients, client), append(c.to, to)
	}
	return c
}

// happen commits the events from four callers, paced over about ten seconds.
func (c *chaos) happen() *sync.WaitGroup {
	var g sync.WaitGroup
	var next atomic.Int64
	for range 4 {
		spaces := make([]*workspace.Workspace, chaosEndpoints)
		for i, a := range c.agencies {
			spaces[i] = a.Workspace()
		}
		g.Go(func() {
			for n := next.Add(1); n <= chaosEvents; n = next.Add(1) {
				i := int(n) % chaosEndpoints
				if err := spaces[i].EditClient(c.t.Context(), c.clients[i].ID, workspace.ClientForm{Name: fmt.Sprintf("Name %d", n)}); err != nil {
					c.t.Errorf("event %d: %v", n, err)
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	return &g
}

// 5,000 events go to receivers that answer 500, hang, reset, break off, send
// without end and redirect, while the worker is killed every two seconds and
// Redis is wiped twice. Each delivery ends as the schedule says, and each event
// arrived. It runs alone: it takes the whole machine.
func TestNoWebhookIsLostOrStuckWhateverIsKilled(t *testing.T) {
	c := newChaos(t)
	worker := c.start("worker")
	events := c.happen()
	for kill := range 6 {
		time.Sleep(2 * time.Second)
		worker.kill()
		if kill == 1 || kill == 4 {
			c.check(c.rdb.FlushDB(t.Context()).Err())
		}
		worker = c.start("worker")
	}
	events.Wait()
	open := func() int {
		return c.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state NOT IN ('succeeded', 'failed')`)
	}
	c.eventually(120*time.Second, func() bool { return open() == 0 }, func() string {
		return fmt.Sprintf("%d deliveries are stuck\n%s", open(), worker.output())
	})
	if n := c.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE type = 'client.updated'`); n != chaosEvents {
		t.Errorf("%d deliveries for %d events", n, chaosEvents)
	}
	if n := c.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'failed' AND tries <> 10`); n != 0 {
		t.Errorf("%d deliveries were given up before their tenth try", n)
	}
	if n := c.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ? AND state = 'failed'`, c.to[0].ID); n != chaosEvents/chaosEndpoints {
		t.Errorf("%d deliveries failed for good where nothing else can be", n)
	}
	c.arrived()
}

// arrived compares what the receivers saw with the rows.
func (c *chaos) arrived() {
	c.t.Helper()
	twice, total := 0, 0
	for i, to := range c.to {
		path := fmt.Sprintf("/%d", i)
		seen, took := c.receiver.Seen(path), c.receiver.Took(path)
		var rows []schema.Delivery
		c.check(c.db.Unsafe().Select(&rows, `SELECT * FROM webhook_deliveries WHERE endpoint_id = ?`, to.ID))
		for _, d := range rows {
			id := d.EventID.String()
			if total++; seen[id] == 0 {
				c.t.Errorf("%s is %s and never arrived", id, d.State)
			}
			if d.State == schema.DeliverySucceeded && took[id] == 0 {
				c.t.Errorf("%s counts as succeeded and was never taken", id)
			}
			if took[id] > 1 {
				twice++
			}
		}
		if n := c.receiver.Unverified(path); n != 0 {
			c.t.Errorf("%d requests to %s do not verify", n, path)
		}
	}
	if n := c.receiver.Requests("/canary"); n != 0 {
		c.t.Errorf("%d redirects were followed", n)
	}
	c.t.Logf("%d events arrived; %d were taken more than once; %d deliveries failed for good", total, twice,
		c.count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'failed'`))
}
