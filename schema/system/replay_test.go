package system_test

import (
	"errors"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

// replays is an endpoint with deliveries of a state, oldest first, and a replay of
// them.
type replays struct {
	*fixture.Agency
	to  schema.Endpoint
	ids []schema.DeliveryID
	id  schema.ReplayID
}

func newReplays(t *testing.T, kind schema.ReplayKind, n int) *replays {
	t.Helper()
	a := fixture.New(t).Agency("Halden Street")
	r := &replays{Agency: a, id: schema.New[schema.ReplayID]()}
	r.to, _ = a.Endpoint("https://crm.example/hooks")
	state := schema.DeliveryHeld
	if kind == schema.ReplayFailed {
		state = schema.DeliveryFailed
	}
	for range n {
		r.ids = append(r.ids, a.Delivery(r.to, func(d *schema.Delivery) { d.State, d.Tries = state, 10 }).ID)
	}
	a.Exec(`INSERT INTO webhook_replays (id, agency_id, endpoint_id, kind, until_at, state, total, due_at, ring_at, created_by, created_at)
		VALUES (?,?,?,?,UTC_TIMESTAMP(6),'queued',?,UTC_TIMESTAMP(6),UTC_TIMESTAMP(6),?,UTC_TIMESTAMP(6))`, r.id, a.ID, r.to.ID, kind, n, a.Owner.ID)
	return r
}

func (r *replays) claim() system.ReplayClaim {
	r.T.Helper()
	c, err := r.System.ClaimReplay(r.T.Context(), r.id)
	if err != nil {
		r.T.Fatal(err)
	}
	return c
}

func (r *replays) row() schema.Replay {
	r.T.Helper()
	return fixture.Read[schema.Replay](r.World, `SELECT * FROM webhook_replays WHERE id = ?`, r.id)
}

func (r *replays) count(state schema.DeliveryState) int {
	r.T.Helper()
	return fixture.Read[int](r.World, `SELECT COUNT(*) FROM webhook_deliveries WHERE state = ?`, state)
}

func TestAReplayPutsWhatFailedIntoTheLaneAndGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	r := newReplays(t, schema.ReplayFailed, system.ReplayAtOnce+3)
	erased := r.Delivery(r.to, func(d *schema.Delivery) { d.State = schema.DeliveryFailed })
	r.Exec(`UPDATE events SET erased_at = UTC_TIMESTAMP(6) WHERE id = ?`, erased.EventID)
	test := r.Delivery(r.to, func(d *schema.Delivery) { d.State, d.Test = schema.DeliveryFailed, true })
	good := r.Delivery(r.to, nil)
	claim := r.claim()
	if claim.Verdict != schema.ClaimTaken || claim.Endpoint != r.to.ID || claim.Agency != r.ID {
		t.Fatalf("%+v", claim)
	}
	if again := r.claim(); again.Verdict != schema.ClaimWait || again.Wait <= 0 {
		t.Errorf("a second worker gets %+v", again)
	}
	done, due, err := r.System.ReplayBatch(t.Context(), r.id, claim.Attempt)
	if done || err != nil || len(due) != 1 || due[0].Work != schema.WorkWebhookDrain || due[0].Row != r.to.ID.String() {
		t.Fatalf("%v %+v (%v)", done, due, err)
	}
	if n := r.count(schema.DeliveryWaiting); n != system.ReplayAtOnce || r.row().Done != n || r.row().DeliveryID != r.ids[n-1] {
		t.Errorf("%d are waiting: %+v", n, r.row())
	}
	// The worker is killed, and one of the first batch fails once more.
	r.Exec(`UPDATE webhook_replays SET due_at = UTC_TIMESTAMP(6)`)
	r.Exec(`UPDATE webhook_deliveries SET state = 'failed', due_at = NULL WHERE id = ?`, r.ids[0])
	next := r.claim()
	if _, _, err := r.System.ReplayBatch(t.Context(), r.id, claim.Attempt); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("the first worker goes on: %v", err)
	}
	if done, due, err = r.System.ReplayBatch(t.Context(), r.id, next.Attempt); !done || err != nil || len(due) != 1 {
		t.Fatalf("%v %+v (%v)", done, due, err)
	}
	if row := r.row(); row.Done != system.ReplayAtOnce+3 || row.State != schema.ReplayDone || row.FinishedAt == nil || row.DueAt != nil {
		t.Errorf("%+v", row)
	}
	if n := r.count(schema.DeliveryWaiting); n != system.ReplayAtOnce+2 {
		t.Errorf("%d are waiting", n)
	}
	last := fixture.Read[schema.Delivery](r.World, `SELECT * FROM webhook_deliveries WHERE id = ?`, r.ids[len(r.ids)-1])
	if last.Tries != 0 || last.DueAt == nil || last.Attempt != 1 {
		t.Errorf("%+v", last)
	}
	for _, d := range []schema.Delivery{erased, test, good} {
		if now := fixture.Read[schema.Delivery](r.World, `SELECT * FROM webhook_deliveries WHERE id = ?`, d.ID); now.State != d.State {
			t.Errorf("%+v was taken", now)
		}
	}
	if at := fixture.Read[*time.Time](r.World, `SELECT ring_at FROM webhook_endpoints WHERE id = ?`, r.to.ID); at == nil {
		t.Error("nobody looks at the lane")
	}
	if r.claim().Verdict != schema.ClaimDone {
		t.Error("it is claimed once more")
	}
}

func TestAReplayOfWhatWasMissedOrItsSkipping(t *testing.T) {
	t.Parallel()
	for kind, state := range map[schema.ReplayKind]schema.DeliveryState{schema.ReplayHeld: schema.DeliveryWaiting, schema.ReplaySkip: schema.DeliverySkipped} {
		r := newReplays(t, kind, 3)
		done, due, err := r.System.ReplayBatch(t.Context(), r.id, r.claim().Attempt)
		if !done || err != nil || (len(due) == 1) != (kind == schema.ReplayHeld) || r.count(state) != 3 || r.row().Done != 3 {
			t.Errorf("%s: %v %+v %+v (%v)", kind, done, due, r.row(), err)
		}
	}
}

func TestAReplayStopsWhenItsEndpointIsDisabledOrDeleted(t *testing.T) {
	t.Parallel()
	for _, change := range []string{`status = 'disabled', disabled_reason = 'gone', disabled_at = UTC_TIMESTAMP(6)`, `status = 'deleted'`} {
		r := newReplays(t, schema.ReplayHeld, system.ReplayAtOnce+3)
		claim := r.claim()
		if done, _, err := r.System.ReplayBatch(t.Context(), r.id, claim.Attempt); done || err != nil {
			t.Fatal(done, err)
		}
		r.Exec(`UPDATE webhook_endpoints SET ` + change)
		done, due, err := r.System.ReplayBatch(t.Context(), r.id, claim.Attempt)
		if !done || len(due) > 0 || err != nil || r.count(schema.DeliveryHeld) != 3 || r.row().State != schema.ReplayDone {
			t.Errorf("%s: %v %+v (%v), %d held", change, done, due, err, r.count(schema.DeliveryHeld))
		}
	}
}

func TestAReplayThatIsGivenBackIsTakenUpAtOnceAndRungForByTheRelay(t *testing.T) {
	t.Parallel()
	r := newReplays(t, schema.ReplayFailed, 2)
	claim := r.claim()
	if err := r.System.ReleaseReplay(t.Context(), r.id, claim.Attempt); err != nil {
		t.Fatal(err)
	}
	if row := r.row(); row.State != schema.ReplayQueued {
		t.Errorf("%+v", row)
	}
	r.Exec(`UPDATE webhook_replays SET ring_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE`)
	due, err := r.System.Unrung(t.Context(), 10)
	var bell *schema.Due
	for i := range due {
		if due[i].Work == schema.WorkWebhookReplay {
			bell = &due[i]
		}
	}
	if bell == nil || bell.Row != r.id.String() || bell.Lapsed || err != nil {
		t.Fatalf("%+v (%v)", due, err)
	}
	if raised, ok, err := r.System.RaiseRing(t.Context(), *bell); !ok || err != nil || raised.Ring != bell.Ring+1 || r.row().Ring != raised.Ring {
		t.Errorf("%+v %v (%v)", raised, ok, err)
	}
	if next := r.claim(); next.Verdict != schema.ClaimTaken || next.Attempt != claim.Attempt+1 {
		t.Errorf("%+v", next)
	}
	if err := r.System.ReleaseReplay(t.Context(), r.id, claim.Attempt); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("the first worker gives back the second's claim: %v", err)
	}
	if c, err := r.System.ClaimReplay(t.Context(), schema.New[schema.ReplayID]()); c.Verdict != schema.ClaimDone || err != nil {
		t.Errorf("one that is gone: %+v (%v)", c, err)
	}
}
