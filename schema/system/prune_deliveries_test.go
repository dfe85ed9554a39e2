package system_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestDeliveriesAreKeptForThirtyDaysWithTheirAttempts(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hook")
	w.Exec(`DELETE FROM sessions`) // their end is another test's
	states := []schema.DeliveryState{schema.DeliveryQueued, schema.DeliveryWaiting, schema.DeliverySending, schema.DeliverySucceeded,
		schema.DeliveryFailed, schema.DeliveryHeld, schema.DeliverySkipped, schema.DeliveryCancelled}
	for range states {
		a.BareClient("Orchard Lane")
	}
	attempt := func(d schema.DeliveryID, n int) {
		w.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, url, request_headers)
			VALUES (?, ?, ?, UTC_TIMESTAMP(6), FALSE, '', '{}')`, d, n, e.ID)
	}
	for i, d := range a.Deliveries(e.ID) {
		w.Exec(`UPDATE webhook_deliveries SET state = ?, due_at = IF(? IN ('queued', 'waiting', 'sending'), UTC_TIMESTAMP(6), NULL) WHERE id = ?`, states[i], states[i], d.ID)
		for n := range 3 {
			attempt(d.ID, n+1)
		}
	}
	clock.Forward(schema.DeliveriesKept - time.Second)
	if n := pruned(w, 2); n != 0 {
		t.Errorf("%d rows went too early", n)
	}
	a.BareClient("Young")
	clock.Forward(time.Second)
	if n := pruned(w, 2); n != 5*4 {
		t.Errorf("%d rows went", n)
	}
	var left []schema.DeliveryState
	for _, d := range a.Deliveries(e.ID) {
		left = append(left, d.State)
		if want := 3; d.State != schema.DeliveryQueued && len(a.Attempts(d.ID)) != want {
			t.Errorf("one that is %s has %d attempts", d.State, len(a.Attempts(d.ID)))
		}
	}
	if want := []schema.DeliveryState{schema.DeliveryQueued, schema.DeliveryWaiting, schema.DeliverySending, schema.DeliveryQueued}; !slices.Equal(left, want) {
		t.Errorf("left are %v", left)
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_attempts`); n != 9 {
		t.Errorf("%d attempts are left", n)
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM events`); n != len(states)+1 {
		t.Errorf("%d events are left", n)
	}
}

func TestADeliveryWithManyAttemptsGoesInParts(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hook")
	w.Exec(`DELETE FROM sessions`) // their end is another test's
	a.BareClient("Orchard Lane")
	d := a.Deliveries(e.ID)[0]
	w.Exec(`UPDATE webhook_deliveries SET state = 'failed', due_at = NULL`)
	for n := range 21 {
		w.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, url, request_headers)
			VALUES (?, ?, ?, UTC_TIMESTAMP(6), FALSE, '', '{}')`, d.ID, n, e.ID)
	}
	clock.Forward(schema.DeliveriesKept)
	for _, want := range []int{8, 8, 6, 0} {
		if n, err := w.System.Prune(t.Context(), 2); n != want || err != nil {
			t.Errorf("%d rows went, want %d (%v)", n, want, err)
		}
	}
}

func TestReplaysThatAreDoneGoAndDeletedEndpointsOnceNothingIsLeftOfThem(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	kept, _ := a.Endpoint("https://crm.example/hook")
	w.Exec(`DELETE FROM sessions`)
	deleted, _ := a.Endpoint("https://old.example/hook")
	bare, _ := a.Endpoint("https://bare.example/hook", schema.EndpointDisabledEvent)
	a.BareClient("Orchard Lane")
	w.Exec(`UPDATE webhook_deliveries SET state = 'succeeded', due_at = NULL`)
	for _, state := range []schema.ReplayState{schema.ReplayDone, schema.ReplayRunning} {
		w.Exec(`INSERT INTO webhook_replays (id, agency_id, endpoint_id, kind, until_at, state, total, due_at, created_by, created_at)
			VALUES (?, ?, ?, 'failed', UTC_TIMESTAMP(6), ?, 1, IF(? = 'done', NULL, UTC_TIMESTAMP(6)), ?, UTC_TIMESTAMP(6))`,
			schema.New[schema.ReplayID](), a.ID, kept.ID, state, state, a.Owner.ID)
	}
	w.Exec(`UPDATE webhook_endpoints SET status = 'deleted' WHERE id IN (?, ?)`, deleted.ID, bare.ID)
	if n := pruned(w, 10); n != 1 {
		t.Errorf("%d rows went beside the endpoint without a delivery", n)
	}
	clock.Forward(schema.DeliveriesKept)
	if n := pruned(w, 10); n != 4 {
		t.Errorf("%d rows went, not two deliveries, a replay and an endpoint", n)
	}
	if left := fixture.ReadAll[schema.EndpointID](w, `SELECT id FROM webhook_endpoints`); !slices.Equal(left, []schema.EndpointID{kept.ID}) {
		t.Errorf("left are the endpoints %v", left)
	}
	if left := fixture.ReadAll[schema.ReplayState](w, `SELECT state FROM webhook_replays`); !slices.Equal(left, []schema.ReplayState{schema.ReplayRunning}) {
		t.Errorf("left are the replays %v", left)
	}
}
