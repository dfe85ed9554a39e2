package system_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/schema/workspace"
)

// scene is an agency with an endpoint, and what its events made due.
type scene struct {
	*fixture.Agency
	to schema.Endpoint
}

func newScene(t *testing.T, types ...schema.EventType) *scene {
	t.Helper()
	a := fixture.New(t).Agency("Halden Street")
	to, _ := a.Endpoint("https://crm.example/hook", types...)
	return &scene{a, to}
}

// happen makes n events that the endpoint gets, and returns their deliveries.
func (s *scene) happen(n int) (ids []schema.DeliveryID) {
	s.T.Helper()
	for i := range n {
		_, err := s.Workspace().AddClient(s.T.Context(), workspace.ClientForm{Name: fmt.Sprintf("Client %d of %s", i, schema.New[schema.ClientID]())})
		if err != nil {
			s.T.Fatal(err)
		}
	}
	for _, d := range s.Deliveries(s.to.ID) {
		ids = append(ids, d.ID)
	}
	return ids[len(ids)-n:]
}

func (s *scene) claim(asks ...system.DeliveryAsk) []system.DeliveryAnswer {
	s.T.Helper()
	out, err := s.System.ClaimDeliveries(s.T.Context(), asks)
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

func (s *scene) claimAll(ids []schema.DeliveryID) system.DeliveryAnswer {
	s.T.Helper()
	return s.claim(system.DeliveryAsk{IDs: ids})[0]
}

func (s *scene) lane() system.DeliveryAnswer {
	s.T.Helper()
	return s.claim(system.DeliveryAsk{Lane: s.to.ID})[0]
}

// record records the same result for each of the claims.
func (s *scene) record(claims []system.DeliveryClaim, r schema.AttemptResult) []system.DeliveryAfter {
	s.T.Helper()
	results := make([]system.DeliveryResult, len(claims))
	for i, c := range claims {
		results[i] = system.DeliveryResult{ID: c.ID, Endpoint: c.EndpointID, Agency: c.AgencyID, Attempt: c.Attempt, Test: c.Test, AttemptResult: r}
	}
	out, err := s.System.RecordDeliveries(s.T.Context(), results)
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

func (s *scene) endpoint() schema.Endpoint {
	s.T.Helper()
	return fixture.Read[schema.Endpoint](s.World, `SELECT * FROM webhook_endpoints WHERE id = ?`, s.to.ID)
}

func (s *scene) states() map[schema.DeliveryState]int {
	s.T.Helper()
	n := map[schema.DeliveryState]int{}
	for _, d := range s.Deliveries(s.to.ID) {
		n[d.State]++
	}
	return n
}

var (
	took  = schema.AttemptResult{StatusCode: 200, URL: "https://crm.example/hook", Body: []byte("ok"), Total: 3 * time.Millisecond}
	fell  = schema.AttemptResult{StatusCode: 500, Class: schema.ErrorStatus, Text: "500 Internal Server Error", URL: "https://crm.example/hook"}
	ours  = schema.AttemptResult{Ours: true}
	left  = schema.AttemptResult{StatusCode: 410, Class: schema.ErrorStatus, Text: "410 Gone", URL: "https://crm.example/hook"}
	hangs = schema.AttemptResult{Class: schema.ErrorTimeout, Ambiguous: true, URL: "https://crm.example/hook"}
)

func TestEachEventIsDeliveredOnceToEachEndpointThatTakesItsType(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, b := w.Agency("Halden Street"), w.Agency("Tallyhouse")
	all, _ := a.Endpoint("https://one.example")
	some, _ := a.Endpoint("https://two.example", schema.ClientUpdated)
	other, _ := b.Endpoint("https://three.example")
	var due []schema.DeliveryID
	w.DB.OnDeliveries(func(ids []schema.DeliveryID) { due = append(due, ids...) })
	c := a.BareClient("Orchard Lane Bakery")
	if err := a.Workspace().EditClient(t.Context(), c.ID, workspace.ClientForm{Name: "Orchard Lane"}); err != nil {
		t.Fatal(err)
	}
	types := func(id schema.EndpointID) (out []schema.EventType) {
		for _, d := range w.Deliveries(id) {
			out = append(out, d.Type)
		}
		return out
	}
	if got := types(all.ID); !slices.Equal(got, []schema.EventType{schema.ClientCreated, schema.ClientUpdated}) {
		t.Errorf("all types: %v", got)
	}
	if got := types(some.ID); !slices.Equal(got, []schema.EventType{schema.ClientUpdated}) {
		t.Errorf("one type: %v", got)
	}
	if got := types(other.ID); len(got) != 0 {
		t.Errorf("another agency's endpoint gets %v", got)
	}
	if len(due) != 3 {
		t.Errorf("%d deliveries are rung for, want 3", len(due))
	}
}

func TestAnEndpointHasTenDeliveriesUnderWayAndTheOthersComeInTheirOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.happen(25)
	first := s.claimAll(ids)
	if len(first.Taken) != 10 || string(first.Taken[0].Body) == "" || s.states()[schema.DeliveryWaiting] != 15 {
		t.Fatalf("%d are taken, %v", len(first.Taken), s.states())
	}
	// Nothing more goes while ten are under way, however often one asks.
	if again := s.claimAll(ids); len(again.Taken) != 0 || len(s.lane().Taken) != 0 || len(again.Early) != 0 {
		t.Errorf("%d are taken beyond ten", len(again.Taken))
	}
	// A newcomer queues up behind.
	newest := s.happen(1)
	after := s.record(first.Taken[:3], took)
	if !after[0].Crowded || after[0].State != schema.DeliverySucceeded {
		t.Errorf("%+v", after[0])
	}
	answer := s.claimAll(newest)
	if len(answer.Taken) != 1 {
		t.Fatalf("who came for one gets %d", len(answer.Taken))
	}
	answer.Taken = append(answer.Taken, s.lane().Taken...)
	var got []schema.DeliveryID
	for _, c := range answer.Taken {
		got = append(got, c.ID)
	}
	if want := ids[10:13]; !slices.Equal(got, want) {
		t.Errorf("taken: %v, want %v", got, want)
	}
	for range 30 {
		s.record(answer.Taken, took)
		answer = s.lane()
	}
	s.record(first.Taken[3:], took)
	s.record(s.lane().Taken, took)
	if got := s.states(); got[schema.DeliverySucceeded] != 26 {
		t.Errorf("%v", got)
	}
	if e := s.endpoint(); e.RingAt != nil || e.LastSuccessAt == nil {
		t.Errorf("the lane is looked at again at %v, last success %v", e.RingAt, e.LastSuccessAt)
	}
}

func TestFourWorkersAtOnceTakeEachDeliveryOnceAndNeverMoreThanTen(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.happen(60)
	taken := make([][]system.DeliveryClaim, 4)
	for _, err := range fixture.Together(4, func(i int) error {
		out, err := s.System.ClaimDeliveries(t.Context(), []system.DeliveryAsk{{IDs: ids[i*10:]}, {Lane: s.to.ID}})
		for _, a := range out {
			taken[i] = append(taken[i], a.Taken...)
		}
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[schema.DeliveryID]bool{}
	for _, c := range slices.Concat(taken...) {
		if seen[c.ID] {
			t.Errorf("%s is taken twice", c.ID)
		}
		seen[c.ID] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d are under way", len(seen))
	}
}

func TestARateIsKeptAndTheLaneIsRungForWhenItHasRoom(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Exec(`UPDATE webhook_endpoints SET rate_per_minute = 120 WHERE id = ?`, s.to.ID) // a burst of 2
	answer := s.claimAll(s.happen(5))
	if len(answer.Taken) != 2 || len(answer.Lanes) != 1 || answer.Lanes[0].Wait <= 0 || answer.Lanes[0].Wait > time.Second {
		t.Fatalf("%d are taken, lanes %+v", len(answer.Taken), answer.Lanes)
	}
	s.record(answer.Taken, took)
	if early := s.lane(); len(early.Taken) != 0 || len(early.Lanes) != 1 {
		t.Errorf("%d are taken before their time", len(early.Taken))
	}
	time.Sleep(600 * time.Millisecond)
	if later := s.lane(); len(later.Taken) != 1 {
		t.Errorf("%d are taken after half a second, want 1", len(later.Taken))
	}
}

func TestAFailureIsTriedAgainAtItsTimeAndChargedOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	claims := s.claimAll(s.happen(1)).Taken
	after := s.record(claims, fell)
	if after[0].State != schema.DeliveryQueued || after[0].Wait < 4*time.Second || after[0].Wait > 6*time.Second {
		t.Fatalf("%+v", after[0])
	}
	if again := s.record(claims, fell); again[0].State != schema.DeliveryQueued {
		t.Errorf("%+v", again)
	}
	e := s.endpoint()
	if e.Failures != 1 || e.FailingSince == nil {
		t.Errorf("%d failures since %v", e.Failures, e.FailingSince)
	}
	d := s.Deliveries(s.to.ID)[0]
	if d.Tries != 1 || d.StatusCode != 500 || d.ErrorClass != schema.ErrorStatus || len(s.Attempts(d.ID)) != 1 {
		t.Errorf("%+v, %d attempts", d, len(s.Attempts(d.ID)))
	}
	early := s.claimAll([]schema.DeliveryID{d.ID})
	if len(early.Taken) != 0 || len(early.Early) != 1 || early.Early[0].Wait <= 0 {
		t.Errorf("%+v", early)
	}
	s.Exec(`UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) WHERE id = ?`, d.ID)
	s.record(s.claimAll([]schema.DeliveryID{d.ID}).Taken, took)
	if e := s.endpoint(); e.Failures != 0 || e.FailingSince != nil {
		t.Errorf("after a success: %d failures since %v", e.Failures, e.FailingSince)
	}
	if n := len(s.Attempts(d.ID)); n != 2 {
		t.Errorf("%d attempts, want 2", n)
	}
}

func TestAFaultOfOursLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	claims := s.claimAll(s.happen(1)).Taken
	if after := s.record(claims, ours); after[0].State != schema.DeliveryQueued || after[0].Wait > 0 {
		t.Fatalf("%+v", after)
	}
	d := s.Deliveries(s.to.ID)[0]
	if d.Tries != 0 || len(s.Attempts(d.ID)) != 0 || s.endpoint().Failures != 0 {
		t.Errorf("%+v", d)
	}
	if len(s.claimAll([]schema.DeliveryID{d.ID}).Taken) != 1 {
		t.Error("it is not due again at once")
	}
}

func TestALapsedClaimIsTakenUpAndItsLateResultIsToldButDoesNotCount(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.happen(1)
	first := s.claimAll(ids).Taken
	s.Exec(`UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6), ring_at = UTC_TIMESTAMP(6) WHERE id = ?`, ids[0])
	if unrung, err := s.System.UnrungDeliveries(t.Context(), 10); err != nil || !slices.Equal(unrung, ids) {
		t.Fatalf("%v, %v", unrung, err)
	}
	if unrung, err := s.System.UnrungDeliveries(t.Context(), 10); err != nil || len(unrung) != 0 {
		t.Fatalf("looked at twice: %v, %v", unrung, err)
	}
	second := s.claimAll(ids).Taken
	if len(second) != 1 || second[0].Attempt != 2 {
		t.Fatalf("%+v", second)
	}
	s.record(first, hangs)
	if d := s.Deliveries(s.to.ID)[0]; d.State != schema.DeliverySending || s.endpoint().Failures != 0 {
		t.Errorf("an overtaken result counted: %+v", d)
	}
	s.record(second, took)
	if d := s.Deliveries(s.to.ID)[0]; d.State != schema.DeliverySucceeded || len(s.Attempts(d.ID)) != 2 {
		t.Errorf("%+v", d)
	}
}

func TestAnEndpointThatAnswers410IsDisabledAndTheOthersHearOfIt(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.happen(13)
	other, _ := s.Agency.Endpoint("https://board.example")
	claims := s.claimAll(ids).Taken
	s.record(claims[:1], left)
	e := s.endpoint()
	if e.Status != schema.EndpointDisabled || e.DisabledReason != schema.DisabledGone || e.RingAt == nil {
		t.Fatalf("%+v", e)
	}
	if got := s.Deliveries(other.ID); len(got) != 1 || got[0].Type != schema.EndpointDisabledEvent {
		t.Errorf("the other endpoint gets %+v", got)
	}
	s.record(claims[1:], fell)
	s.lane()
	if got := s.states(); got[schema.DeliveryHeld] != 13 {
		t.Errorf("%v", got)
	}
	s.claimAll(s.happen(1))
	if got := s.states(); got[schema.DeliveryHeld] != 14 || s.endpoint().RingAt != nil {
		t.Errorf("%v", got)
	}
}

func TestWhatWasOnItsWayToADeletedEndpointIsCancelled(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.happen(14)
	claims := s.claimAll(ids).Taken
	s.Exec(`UPDATE webhook_endpoints SET status = 'deleted', ring_at = UTC_TIMESTAMP(6) WHERE id = ?`, s.to.ID)
	s.lane()
	s.record(claims, fell)
	s.lane()
	if got := s.states(); got[schema.DeliveryCancelled] != 14 {
		t.Errorf("%v", got)
	}
	s.happen(0)
	if n := len(s.Deliveries(s.to.ID)); n != 14 {
		t.Errorf("%d deliveries", n)
	}
}

func TestTheRelayFindsALane(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.claimAll(s.happen(11))
	s.Exec(`UPDATE webhook_endpoints SET ring_at = UTC_TIMESTAMP(6) WHERE id = ?`, s.to.ID)
	due, err := s.System.Unrung(t.Context(), 10)
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkWebhookDrain || due[0].Row != s.to.ID.String() {
		t.Fatalf("%+v, %v", due, err)
	}
	raised, ok, err := s.System.RaiseRing(t.Context(), due[0])
	if err != nil || !ok || raised.Ring != 1 {
		t.Errorf("%+v, %v, %v", raised, ok, err)
	}
}

// An event that is under way while its endpoint is enabled is neither lost nor
// left behind: it is held for the replay, or queued.
func TestNothingStaysHeldBehindAnEnabling(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for range 15 {
		if _, err := s.Workspace().DisableEndpoint(t.Context(), s.to.ID); err != nil {
			t.Fatal(err)
		}
		s.lane()
		s.happen(1)
		var replays []schema.Due
		spaces := []*workspace.Workspace{s.Workspace(), s.Workspace(), s.Workspace()}
		for _, err := range fixture.Together(3, func(i int) error {
			if i > 0 {
				_, err := spaces[i].AddClient(t.Context(), workspace.ClientForm{Name: fmt.Sprintf("Client %s", schema.New[schema.ClientID]())})
				return err
			}
			due, err := spaces[0].EnableEndpoint(t.Context(), s.to.ID, workspace.ReplayMissed)
			replays = due
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, d := range replays {
			if d.Work == schema.WorkWebhookReplay {
				s.replay(d.Row)
			}
		}
		if n := s.states()[schema.DeliveryHeld]; n != 0 {
			t.Fatalf("%d stay held behind the enabling", n)
		}
	}
}

func (s *scene) replay(row string) {
	s.T.Helper()
	id, err := schema.Parse[schema.ReplayID](row)
	if err != nil {
		s.T.Fatal(err)
	}
	claim, err := s.System.ClaimReplay(s.T.Context(), id)
	for done := false; err == nil && !done; {
		done, _, err = s.System.ReplayBatch(s.T.Context(), id, claim.Attempt)
	}
	if err != nil {
		s.T.Fatal(err)
	}
}

func TestWhatAnAddressBeforeSaidIsNoMatterAnyMore(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	claims := s.claimAll(s.happen(2)).Taken
	s.Exec(`UPDATE webhook_endpoints SET url = 'https://new.example/hook' WHERE id = ?`, s.to.ID)
	s.record(claims[:1], left)
	s.record(claims[1:], fell)
	if e := s.endpoint(); e.Status != schema.EndpointEnabled || e.Failures != 0 {
		t.Errorf("%s, %d failures", e.Status, e.Failures)
	}
	if d := s.Deliveries(s.to.ID)[0]; d.State != schema.DeliveryQueued || d.Tries != 1 {
		t.Errorf("the delivery is %s after %d tries", d.State, d.Tries)
	}
}

func TestASuccessBehindTheDisablingForgetsNoNotice(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	claims := s.claimAll(s.happen(2)).Taken
	s.record(claims[:1], left)
	s.Exec(`UPDATE webhook_endpoints SET notices = 3 WHERE id = ?`, s.to.ID)
	s.record(claims[1:], took)
	if e := s.endpoint(); e.Notices != 3 || e.Status != schema.EndpointDisabled {
		t.Errorf("%s, %d notices", e.Status, e.Notices)
	}
}

func TestATestIsInNoLaneAndOneThatSucceedsEndsTheFailures(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	claims := s.claimAll(s.happen(11)).Taken
	sent, err := s.Workspace().SendTest(t.Context(), s.to.ID, schema.ClientCreated)
	if err != nil {
		t.Fatal(err)
	}
	full := s.claimAll([]schema.DeliveryID{sent.ID})
	if len(full.Taken) != 0 || len(full.Early) != 1 || full.Early[0].Wait <= 0 {
		t.Fatalf("without room: %+v", full)
	}
	s.record(claims[:2], fell)
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6), ring_at = UTC_TIMESTAMP(6)`)
	s.lane()
	taken := s.claimAll([]schema.DeliveryID{sent.ID}).Taken
	if len(taken) != 1 {
		t.Fatalf("a disabled endpoint's test is stuck: %v", s.states())
	}
	s.Exec(`UPDATE webhook_endpoints SET status = 'enabled', disabled_reason = '', disabled_at = NULL`)
	if s.endpoint().Failures != 2 {
		t.Errorf("%d failures", s.endpoint().Failures)
	}
	s.record(taken, took)
	if n := s.endpoint().Failures; n != 0 {
		t.Errorf("after a test that succeeded: %d failures", n)
	}
}

func TestOneTransactionHoldsABatchHoweverManyLanesItLooksAt(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	second, _ := s.Agency.Endpoint("https://board.example")
	for _, id := range []schema.EndpointID{s.to.ID, second.ID} {
		for range 3 {
			args, row := []any{}, `(?,?,?,?,'client.updated','waiting',UTC_TIMESTAMP(6),UTC_TIMESTAMP(6),UTC_TIMESTAMP(6))`
			for range 500 {
				args = append(args, schema.New[schema.DeliveryID](), s.ID, id, schema.New[schema.EventID]())
			}
			s.Exec(`INSERT INTO webhook_deliveries (id, agency_id, endpoint_id, event_id, type, state, state_at, due_at, created_at)
				VALUES `+row+strings.Repeat(`,`+row, 499), args...)
		}
	}
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6)`)
	looked := s.claim(system.DeliveryAsk{Lane: s.to.ID}, system.DeliveryAsk{Lane: second.ID})
	held := fixture.Read[int](s.World, `SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'held'`)
	if held != system.HoldBatch || len(looked[0].Lanes)+len(looked[1].Lanes) != 1 {
		t.Errorf("%d are held, lanes %+v", held, looked)
	}
}
