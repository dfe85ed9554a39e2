package workspace_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// rung gathers the deliveries that are rung for.
func rung(a *fixture.Agency) func() []schema.DeliveryID {
	var mu sync.Mutex
	var ids []schema.DeliveryID
	a.DB.OnDeliveries(func(due []schema.DeliveryID) {
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, due...)
	})
	return func() []schema.DeliveryID {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(ids)
	}
}

func TestADeliveryIsReplayedUnlessItIsUnderWay(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	bells := rung(a)
	for state, c := range map[schema.DeliveryState]struct {
		tries int
		code  string
	}{
		schema.DeliverySucceeded: {1, ""}, schema.DeliveryFailed: {10, ""}, schema.DeliveryHeld: {0, ""}, schema.DeliverySkipped: {0, ""},
		schema.DeliveryQueued:  {3, ""}, // it is to be tried again in an hour
		schema.DeliveryWaiting: {1, "delivery_under_way"}, schema.DeliverySending: {1, "delivery_under_way"},
		schema.DeliveryCancelled: {1, "delivery_cancelled"},
	} {
		d := a.Delivery(e, in(state, c.tries))
		err := a.Workspace().ReplayDelivery(t.Context(), e.ID, d.ID)
		if schema.CodeOf(err) != c.code {
			t.Errorf("%s: %v", state, err)
			continue
		}
		now := fixture.Read[schema.Delivery](a.World, `SELECT * FROM webhook_deliveries WHERE id = ?`, d.ID)
		if c.code != "" {
			if schema.KindOf(err) != schema.Conflict || now.State != state || now.Tries != c.tries || slices.Contains(bells(), d.ID) {
				t.Errorf("%s was refused, and is changed: %+v", state, now)
			}
			continue
		}
		if now.State != schema.DeliveryQueued || now.Tries != 0 || now.DueAt.After(a.Now()) || now.Attempt != d.Attempt || now.StatusCode != d.StatusCode {
			t.Errorf("%s: %+v", state, now)
		}
		if !slices.Contains(bells(), d.ID) {
			t.Errorf("nobody rings for the one that was %s", state)
		}
		if err := a.Workspace().ReplayDelivery(t.Context(), e.ID, d.ID); schema.CodeOf(err) != "delivery_under_way" {
			t.Errorf("%s, once more: %v", state, err)
		}
	}
}

func TestWhatCannotGoOutIsNotReplayed(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	erased, pruned := a.Delivery(e, in(schema.DeliveryFailed, 10)), a.Delivery(e, in(schema.DeliveryFailed, 10))
	a.Exec(`UPDATE events SET erased_at = UTC_TIMESTAMP(6) WHERE id = ?`, erased.EventID)
	a.Exec(`DELETE FROM events WHERE id = ?`, pruned.EventID)
	d := a.Delivery(e, in(schema.DeliveryFailed, 10))
	test := a.Delivery(e, func(d *schema.Delivery) { in(schema.DeliveryFailed, 1)(d); d.Test = true })
	for id, code := range map[schema.DeliveryID]string{erased.ID: "event_erased", pruned.ID: "event_pruned", test.ID: "", d.ID: ""} {
		if err := a.Workspace().ReplayDelivery(t.Context(), e.ID, id); schema.CodeOf(err) != code {
			t.Errorf("%q: %v", code, err)
		}
	}
	a.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6)`)
	held := a.Delivery(e, in(schema.DeliveryHeld, 0))
	if err := a.Workspace().ReplayDelivery(t.Context(), e.ID, held.ID); schema.CodeOf(err) != "endpoint_disabled" || schema.KindOf(err) != schema.Conflict {
		t.Errorf("to a disabled endpoint: %v", err)
	}
	if _, err := a.Workspace().ReplayMany(t.Context(), e.ID, a.Now().Add(-time.Hour), a.Now()); schema.CodeOf(err) != "endpoint_disabled" {
		t.Errorf("many to a disabled endpoint: %v", err)
	}
}

func TestReplayPressedTwiceAtOnceAddsOneAttempt(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	for range 20 {
		d := a.Delivery(e, in(schema.DeliveryFailed, 10))
		ws := []*workspace.Workspace{a.Workspace(), a.Workspace()}
		errs := fixture.Together(2, func(i int) error { return ws[i].ReplayDelivery(t.Context(), e.ID, d.ID) })
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or neither: %v, %v", errs[0], errs[1])
		}
	}
}

func TestManyAreReplayedByTheRangeOfTheirEvents(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	now := a.Now()
	for _, ago := range []time.Duration{time.Minute, 2 * time.Hour, 3 * time.Hour, 48 * time.Hour} {
		a.Delivery(e, func(d *schema.Delivery) { d.CreatedAt = now.Add(-ago); in(schema.DeliveryFailed, 10)(d) })
	}
	a.Delivery(e, in(schema.DeliveryQueued, 3)) // tries again by itself
	a.Delivery(e, func(d *schema.Delivery) { in(schema.DeliveryFailed, 1)(d); d.Test = true })
	w := a.Workspace()
	for _, c := range []struct {
		from, until time.Duration
		n           int
	}{{time.Hour, 0, 1}, {24 * time.Hour, 0, 3}, {24 * time.Hour, 90 * time.Minute, 2}, {30 * 24 * time.Hour, 0, 4}, {30 * time.Second, 0, 0}} {
		if n, err := w.CountFailed(t.Context(), e.ID, now.Add(-c.from), now.Add(-c.until)); n != c.n || err != nil {
			t.Errorf("%s to %s: %d (%v), want %d", c.from, c.until, n, err, c.n)
		}
	}
	if _, err := w.ReplayMany(t.Context(), e.ID, now.Add(-30*time.Second), now); schema.CodeOf(err) != "nothing_failed" {
		t.Errorf("nothing: %v", err)
	}
	if _, err := w.ReplayMany(t.Context(), e.ID, now, now.Add(-time.Hour)); schema.KindOf(err) != schema.Invalid {
		t.Errorf("backwards: %v", err)
	}
	due, err := w.ReplayMany(t.Context(), e.ID, now.Add(-24*time.Hour), now.Add(time.Hour))
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkWebhookReplay {
		t.Fatalf("%+v (%v)", due, err)
	}
	r := fixture.Read[schema.Replay](a.World, `SELECT * FROM webhook_replays`)
	if r.ID.String() != due[0].Row || r.Total != 3 || r.Kind != schema.ReplayFailed || r.CreatedBy != a.Owner.ID || r.UntilAt.After(a.Now()) {
		t.Errorf("%+v", r)
	}
	if _, err := w.ReplayMany(t.Context(), e.ID, now.Add(-24*time.Hour), now); schema.CodeOf(err) != "replay_runs" || schema.KindOf(err) != schema.Conflict {
		t.Errorf("a second one beside it: %v", err)
	}
}
