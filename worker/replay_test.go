package worker_test

import (
	"log/slog"
	"testing"
	"time"

	"anteroom/internal/receiver"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
)

// The replay is rung for once; a second one is rung for by nobody, and the relay
// finds it.
func TestAReplayOfManyDeliversThemAndAddsAnAttemptToEach(t *testing.T) {
	t.Parallel()
	const n = system.ReplayAtOnce + 50
	c := newCourier(t, receiver.Options{})
	a := c.Agency("Halden Street")
	to, _ := a.Endpoint(c.receiver.URL("/crm"))
	for range n {
		d := c.Delivery(to, func(d *schema.Delivery) {
			d.State, d.Tries, d.Attempt, d.StatusCode, d.ErrorClass = schema.DeliveryFailed, 10, 10, 500, schema.ErrorStatus
		})
		c.Attempt(d, func(x *schema.Attempt) { x.Succeeded, x.StatusCode, x.ErrorClass = false, 500, schema.ErrorStatus })
	}
	c.work(schema.DefaultDeliveryPlan)
	bell := jobs.NewBell(c.rdb, slog.New(slog.DiscardHandler))
	for _, rings := range []bool{true, false} {
		due, err := a.Workspace().ReplayMany(t.Context(), to.ID, c.Now().Add(-time.Hour), c.Now())
		if err != nil {
			t.Fatal(err)
		}
		if rings {
			bell.Ring(t.Context(), due...)
		}
		c.until(to.ID, schema.DeliverySucceeded, n)
		if left := fixture.Read[int](c.World, `SELECT COUNT(*) FROM webhook_replays WHERE state <> 'done' OR done <> total`); left > 0 {
			t.Errorf("%d replays are not done", left)
		}
		c.Exec(`UPDATE webhook_deliveries SET state = 'failed'`)
	}
	for _, one := range fixture.ReadAll[struct{ Old, Every int }](c.World, `SELECT SUM(attempt = 10) AS old, COUNT(*) AS every FROM webhook_attempts GROUP BY delivery_id`) {
		if one.Old != 1 || one.Every != 3 {
			t.Fatalf("a delivery has %d attempts, %d of them the old one", one.Every, one.Old)
		}
	}
}
