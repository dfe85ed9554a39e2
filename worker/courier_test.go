package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/egress"
	"anteroom/internal/live"
	"anteroom/internal/receiver"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/worker"
	"anteroom/worker/mail"
)

// courier is a worker that delivers webhooks to a receiver on loopback.
type courier struct {
	*fixture.World
	receiver *receiver.Server
	rdb      redis.UniversalClient
	bus      *live.Bus
}

func newCourier(t *testing.T, o receiver.Options) *courier {
	t.Helper()
	c := &courier{World: fixture.New(t), receiver: receiver.New(o), rdb: testkit.Redis(t)}
	t.Cleanup(c.receiver.Close)
	c.bus = live.New(c.rdb, slog.New(slog.DiscardHandler))
	return c
}

// work runs a worker until stop is called, or the test ends.
func (c *courier) work(plan schema.DeliveryPlan) (stop func()) {
	c.T.Helper()
	log := slog.New(slog.DiscardHandler)
	bell := jobs.NewBell(c.rdb, log)
	c.DB.OnDeliveries(bell.Deliver)
	w := worker.New(worker.Options{DB: c.DB, Redis: c.rdb, Bell: bell, Bus: c.bus, Keys: c.Keys, Log: log, Webhooks: plan,
		Egress: egress.New(netip.MustParsePrefix("127.0.0.0/8")), BaseURL: must(url.Parse("https://portal.example.com")),
		Mail: mail.Config{Domain: domain, APIKey: apiKey, APIBase: "http://127.0.0.1:1", From: "portal@" + domain}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	c.T.Cleanup(func() { c.receiver.Close(); stop() })
	return stop
}

// until waits for a count of an endpoint's deliveries in a state.
func (c *courier) until(id schema.EndpointID, s schema.DeliveryState, n int) {
	c.T.Helper()
	got := 0
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = fixture.Read[int](c.World, `SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ? AND state = ?`, id, s); got == n {
			return
		}
	}
	c.T.Fatalf("%d deliveries are %s, want %d: %v", got, s, n,
		fixture.ReadAll[string](c.World, `SELECT CONCAT(state, ' ', error_class, ' ', COUNT(*)) FROM webhook_deliveries GROUP BY state, error_class`))
}

// change commits n events of an agency's client, one after the other.
func change(t *testing.T, a *fixture.Agency, c schema.Client, n int) {
	t.Helper()
	ws := a.Workspace()
	for i := range n {
		if err := ws.EditClient(t.Context(), c.ID, workspace.ClientForm{Name: fmt.Sprintf("Name %d", i)}); err != nil {
			t.Error(err)
			return
		}
	}
}

func TestEveryDeliveryIsSignedAndDuringARotationByBothSecrets(t *testing.T) {
	t.Parallel()
	c := newCourier(t, receiver.Options{})
	a := c.Agency("Halden Street")
	client := a.BareClient("Orchard Lane")
	to, old := a.Endpoint(c.receiver.URL("/new"))
	newest := schema.NewEndpointSecret()
	c.Exec(`UPDATE webhook_endpoints SET secret = ?, old_secret = ?, old_secret_until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE id = ?`,
		schema.SealSecret(c.Keys, to.ID, newest), to.Secret, to.ID)
	for path, secret := range map[string]string{"/new": newest, "/old": old} {
		if err := c.receiver.Sign(path, secret); err != nil {
			t.Fatal(err)
		}
	}
	c.work(schema.DefaultDeliveryPlan)
	change(t, a, client, 20)
	c.until(to.ID, schema.DeliverySucceeded, 20)
	c.Exec(`UPDATE webhook_endpoints SET url = ? WHERE id = ?`, c.receiver.URL("/old"), to.ID)
	change(t, a, client, 20)
	c.until(to.ID, schema.DeliverySucceeded, 40)
	if n := c.receiver.Unverified("/new") + c.receiver.Unverified("/old"); n != 0 {
		t.Errorf("%d requests do not verify", n)
	}
	c.Exec(`UPDATE webhook_endpoints SET old_secret_until = UTC_TIMESTAMP(6) WHERE id = ?`, to.ID)
	change(t, a, client, 1)
	c.until(to.ID, schema.DeliverySucceeded, 41)
	if n := c.receiver.Unverified("/old"); n != 1 {
		t.Errorf("after the overlap the old secret still signs (%d do not verify)", n)
	}
}

func TestAnEndpointThatHangsHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	const events, within = 1000, time.Second
	var mu sync.Mutex
	arrived := map[string]time.Time{}
	c := newCourier(t, receiver.Options{Arrived: func(a receiver.Arrival) {
		mu.Lock()
		defer mu.Unlock()
		if _, twice := arrived[a.ID]; !twice && a.Path == "/well" {
			arrived[a.ID] = a.At
		}
	}})
	slow, well := c.Agency("Halden Street"), c.Agency("Tallyhouse")
	slowClient, wellClient := slow.BareClient("Orchard Lane"), well.BareClient("Kiln")
	hung, _ := slow.Endpoint(c.receiver.URL("/hung"))
	to, _ := well.Endpoint(c.receiver.URL("/well"))
	c.receiver.On("/hung", receiver.Always(receiver.Hang))
	c.work(schema.DefaultDeliveryPlan)
	change(t, slow, slowClient, events)
	if n := fixture.Read[int](c.World, `SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ? AND state = 'sending'`, hung.ID); n != schema.EndpointConcurrency {
		t.Errorf("%d deliveries to the endpoint that hangs are under way", n)
	}
	change(t, well, wellClient, events)
	c.until(to.ID, schema.DeliverySucceeded, events)
	var took []time.Duration
	for _, e := range fixture.ReadAll[struct {
		ID schema.EventID `db:"id"`
		At time.Time      `db:"occurred_at"`
	}](c.World, `SELECT id, occurred_at FROM events WHERE client_id = ? AND type = 'client.updated'`, wellClient.ID) {
		took = append(took, arrived[e.ID.String()].Sub(e.At))
	}
	slices.Sort(took)
	if p99 := took[len(took)*99/100]; len(took) != events || p99 > within {
		t.Errorf("of %d events the 99th percentile arrived after %s, want %s", len(took), p99, within)
	}
	if n := fixture.Read[int](c.World, `SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ? AND tries > 1`, hung.ID); n != 0 {
		t.Errorf("waiting was charged to %d deliveries", n)
	}
}

func TestAFailedDeliveryIsMadeAgainWithTheSameBytesAndID(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	bodies := map[string][]string{}
	c := newCourier(t, receiver.Options{Arrived: func(a receiver.Arrival) {
		mu.Lock()
		defer mu.Unlock()
		bodies[a.ID] = append(bodies[a.ID], string(a.Body))
	}})
	a := c.Agency("Halden Street")
	client := a.BareClient("Orchard Lane")
	to, _ := a.Endpoint(c.receiver.URL("/"))
	c.receiver.On("/", receiver.Always(receiver.Status(500)))
	c.work(schema.DeliveryPlan{Timeout: 2 * time.Second, Waits: []time.Duration{50 * time.Millisecond, 50 * time.Millisecond}})
	change(t, a, client, 3)
	c.until(to.ID, schema.DeliveryFailed, 3)
	mu.Lock()
	defer mu.Unlock()
	for id, b := range bodies {
		if len(b) != 3 || b[0] != b[1] || b[1] != b[2] {
			t.Errorf("%s came %d times, with %d bodies", id, len(b), len(slices.Compact(b)))
		}
	}
	d := c.Deliveries(to.ID)[0]
	if attempts := c.Attempts(d.ID); len(attempts) != 3 || attempts[0].StatusCode != 500 || attempts[0].Address == "" || attempts[0].TotalMicros == 0 {
		t.Errorf("%+v", attempts)
	}
}

func TestAStopFinishesWhatIsUnderWayAndChargesNothing(t *testing.T) {
	t.Parallel()
	c := newCourier(t, receiver.Options{})
	a := c.Agency("Halden Street")
	client := a.BareClient("Orchard Lane")
	to, _ := a.Endpoint(c.receiver.URL("/"))
	c.receiver.On("/", receiver.Always(receiver.After(2*time.Second, receiver.OK)))
	stop := c.work(schema.DefaultDeliveryPlan)
	change(t, a, client, 30)
	c.until(to.ID, schema.DeliverySending, schema.EndpointConcurrency)
	stop()
	got := map[schema.DeliveryState]int{}
	for _, d := range c.Deliveries(to.ID) {
		got[d.State]++
		if d.ErrorClass != "" || d.Tries > 1 {
			t.Errorf("the stop was charged: %+v", d)
		}
	}
	if got[schema.DeliverySending] != 0 || got[schema.DeliverySucceeded] < schema.EndpointConcurrency {
		t.Errorf("after the stop: %v", got)
	}
	c.work(schema.DefaultDeliveryPlan)
	c.until(to.ID, schema.DeliverySucceeded, 30)
	for id, n := range c.receiver.Seen("/") {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
}

func TestDeliveriesWhoseBellsWereLostAreMade(t *testing.T) {
	t.Parallel()
	c := newCourier(t, receiver.Options{})
	a := c.Agency("Halden Street")
	client := a.BareClient("Orchard Lane")
	to, _ := a.Endpoint(c.receiver.URL("/"))
	change(t, a, client, 50) // nobody rings
	c.Exec(`UPDATE webhook_deliveries SET ring_at = UTC_TIMESTAMP(6)`)
	c.work(schema.DefaultDeliveryPlan)
	c.until(to.ID, schema.DeliverySucceeded, 50)
}

func TestWithoutTheKeyADeliveryWaitsForItAndIsNotCharged(t *testing.T) {
	t.Parallel()
	c := newCourier(t, receiver.Options{})
	a := c.Agency("Halden Street")
	client := a.BareClient("Orchard Lane")
	to, _ := a.Endpoint(c.receiver.URL("/"))
	c.Exec(`UPDATE webhook_endpoints SET secret = 'rubbish' WHERE id = ?`, to.ID)
	c.work(schema.DefaultDeliveryPlan)
	change(t, a, client, 1)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		d := c.Deliveries(to.ID)[0]
		if d.Attempt == 1 && d.State == schema.DeliveryQueued {
			if d.Tries != 0 || time.Until(*d.DueAt) < 30*time.Second || len(c.Attempts(d.ID)) != 0 {
				t.Errorf("%+v", d)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%+v", d)
		}
	}
}

func TestARateIsWhatArrives(t *testing.T) {
	t.Parallel()
	c := newCourier(t, receiver.Options{})
	a := c.Agency("Halden Street")
	client := a.BareClient("Orchard Lane")
	to, _ := a.Endpoint(c.receiver.URL("/"))
	c.Exec(`UPDATE webhook_endpoints SET rate_per_minute = 120 WHERE id = ?`, to.ID) // 2 a second, 2 at once
	c.work(schema.DefaultDeliveryPlan)
	began := time.Now()
	change(t, a, client, 14)
	c.until(to.ID, schema.DeliverySucceeded, 14)
	if took := time.Since(began); took < 5500*time.Millisecond || took > 16*time.Second {
		t.Errorf("14 deliveries at 2 a second took %s", took)
	}
}
