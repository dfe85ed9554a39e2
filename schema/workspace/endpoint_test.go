package workspace_test

import (
	"encoding/json"
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

var endpointForm = workspace.EndpointForm{Name: "Billing bridge", URL: "https://billing.example.com/hooks", All: true}

// endpoint reads an endpoint, deleted or not.
func endpoint(a *fixture.Agency, id schema.EndpointID) schema.Endpoint {
	a.T.Helper()
	return fixture.Read[schema.Endpoint](a.World, `SELECT * FROM webhook_endpoints WHERE id = ?`, id)
}

func TestAnEndpointIsAddedWithASecretOfItsOwn(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	f := workspace.EndpointForm{Name: "  CRM   sync ", URL: " https://crm.example.com/hooks?a=1 ", Rate: "120",
		Types: []string{"invitation.accepted", "client.created", "client.created"}}
	e, secret, err := a.Workspace().AddEndpoint(t.Context(), a.Keys, f)
	if err != nil {
		t.Fatal(err)
	}
	row := endpoint(a, e.ID)
	if row.Name != "CRM sync" || row.URL != "https://crm.example.com/hooks?a=1" || row.Types != "client.created invitation.accepted" ||
		row.RatePerMinute != 120 || row.Status != schema.EndpointEnabled || row.CreatedBy != a.Owner.ID {
		t.Errorf("the row is %+v", row)
	}
	opened, err := schema.OpenSecret(a.Keys, e.ID, row.Secret)
	if err != nil || opened != secret || !strings.HasPrefix(secret, "whsec_") || row.SecretHint != schema.SecretHint(secret) {
		t.Errorf("the secret is kept as %q (%v), hint %q", opened, err, row.SecretHint)
	}
	for _, c := range a.Dump() {
		if strings.Contains(string(c.Value), secret) || strings.Contains(string(c.Value), secret[len("whsec_"):]) {
			t.Errorf("%s.%s holds the secret", c.Table, c.Column)
		}
	}
	other, second, err := a.Workspace().AddEndpoint(t.Context(), a.Keys, endpointForm)
	if err != nil || second == secret || !other.Types.All() || other.RatePerMinute != 0 {
		t.Errorf("another one is %+v (%v)", other, err)
	}
}

func TestAnEndpointThatCantBeIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	taken, _ := a.Endpoint("https://crm.example.com") // CRM sync
	e, _, err := a.Workspace().AddEndpoint(t.Context(), a.Keys, endpointForm)
	if err != nil {
		t.Fatal(err)
	}
	before := a.Snapshot()
	for code, spoil := range map[string]func(*workspace.EndpointForm){
		"name required":           func(f *workspace.EndpointForm) { f.Name = "  " },
		"name name_long":          func(f *workspace.EndpointForm) { f.Name = strings.Repeat("x", 121) },
		"name name_taken":         func(f *workspace.EndpointForm) { f.Name = "crm SYNC" },
		"url required":            func(f *workspace.EndpointForm) { f.URL = " " },
		"url url":                 func(f *workspace.EndpointForm) { f.URL = "crm.example.com/hooks" },
		"url url (scheme)":        func(f *workspace.EndpointForm) { f.URL = "ftp://crm.example.com/hooks" },
		"url url_long":            func(f *workspace.EndpointForm) { f.URL = "https://x.example/" + strings.Repeat("a", 2000) },
		"types types_none":        func(f *workspace.EndpointForm) { f.All = false },
		"types types_unknown":     func(f *workspace.EndpointForm) { f.All, f.Types = false, []string{"client.created", "client.eaten"} },
		"types types_unknown (2)": func(f *workspace.EndpointForm) { f.All, f.Types = false, []string{"client.created client.deleted"} },
		"rate rate (negative)":    func(f *workspace.EndpointForm) { f.Rate = "-1" },
		"rate rate (high)":        func(f *workspace.EndpointForm) { f.Rate = fmt.Sprint(schema.MaxEndpointRate + 1) },
		"rate rate (word)":        func(f *workspace.EndpointForm) { f.Rate = "ten" },
	} {
		f := endpointForm
		f.Name = "Another"
		spoil(&f)
		words := strings.Fields(code)
		for verb, err := range map[string]error{
			"add":  third(a.Workspace().AddEndpoint(t.Context(), a.Keys, f)),
			"save": a.Workspace().SaveEndpoint(t.Context(), e.ID, f),
		} {
			if r := fixture.Refused(t, err, schema.Invalid, words[1]); r.Field != words[0] {
				t.Errorf("%s: %s stands at %q", verb, code, r.Field)
			}
		}
	}
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	// Its own name is no other's, and a removed one's is free again.
	if err := a.Workspace().SaveEndpoint(t.Context(), e.ID, endpointForm); err != nil {
		t.Error(err)
	}
	if _, err := a.Workspace().RemoveEndpoint(t.Context(), taken.ID); err != nil {
		t.Fatal(err)
	}
	f := endpointForm
	f.Name = "CRM sync"
	if err := third(a.Workspace().AddEndpoint(t.Context(), a.Keys, f)); err != nil {
		t.Error(err)
	}
	if err := a.World.Agency("Mill Road").Workspace().SaveEndpoint(t.Context(), e.ID, f); err != error(schema.ErrNotFound) {
		t.Errorf("another agency's: %v", err)
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

func TestOfManyEndpointsAddedAtOnceNoMoreGetInThanThereIsRoomFor(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for range schema.MaxEndpoints - 1 {
		a.Endpoint("https://crm.example.com")
	}
	errs := fixture.Together(6, func(i int) error {
		f := endpointForm
		f.Name = fmt.Sprint("Endpoint ", i)
		w, err := workspace.For(t.Context(), a.DB, a.Owner.ID, a.ID)
		if err != nil {
			return err
		}
		return third(w.AddEndpoint(t.Context(), a.Keys, f))
	})
	added := 0
	for _, err := range errs {
		if err == nil {
			added++
		} else {
			fixture.Refused(t, err, schema.Conflict, "endpoints_max")
		}
	}
	rows, err := a.Workspace().Endpoints(t.Context())
	if added != 1 || len(rows) != schema.MaxEndpoints || err != nil {
		t.Errorf("%d were added, there are %d (%v)", added, len(rows), err)
	}
}

func TestOfTwoEndpointsAddedAtOnceUnderOneNameOneGetsIn(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	errs := fixture.Together(4, func(int) error {
		w, err := workspace.For(t.Context(), a.DB, a.Owner.ID, a.ID)
		if err != nil {
			return err
		}
		return third(w.AddEndpoint(t.Context(), a.Keys, endpointForm))
	})
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		} else {
			fixture.Refused(t, err, schema.Invalid, "name_taken")
		}
	}
	if n != 1 {
		t.Errorf("%d were added", n)
	}
}

func TestARateThatIsChangedCountsAfresh(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example.com")
	a.Exec(`UPDATE webhook_endpoints SET rate_per_minute = 1, free_at = UTC_TIMESTAMP(6) + INTERVAL 50 SECOND WHERE id = ?`, e.ID)
	f := endpointForm
	f.Rate = "1"
	if err := a.Workspace().SaveEndpoint(t.Context(), e.ID, f); err != nil || endpoint(a, e.ID).FreeAt == nil {
		t.Errorf("the same rate forgets what it allowed (%v)", err)
	}
	f.Rate = "600"
	if err := a.Workspace().SaveEndpoint(t.Context(), e.ID, f); err != nil || endpoint(a, e.ID).FreeAt != nil {
		t.Errorf("another rate waits for what the one before allows (%v)", err)
	}
}

// held gives an endpoint a delivery of each of n events while it is disabled.
func held(a *fixture.Agency, n int) {
	a.T.Helper()
	for i := range n {
		a.BareClient(fmt.Sprint("Client ", i))
	}
}

func TestAnEndpointIsDisabledByHandAndHoldsWhatHappens(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example.com")
	other, _ := a.Endpoint("https://board.example.com")
	a.Exec(`UPDATE webhook_endpoints SET name = 'Studio board' WHERE id = ?`, other.ID)
	held(a, 1) // queued
	due, err := a.Workspace().DisableEndpoint(t.Context(), e.ID)
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkWebhookDrain || due[0].Row != e.ID.String() {
		t.Fatalf("%v rings for %+v", err, due)
	}
	row := endpoint(a, e.ID)
	if row.Status != schema.EndpointDisabled || row.DisabledReason != schema.DisabledManual || row.DisabledAt == nil || row.RingAt == nil {
		t.Errorf("the row is %+v", row)
	}
	if d := a.Deliveries(other.ID); d[len(d)-1].Type != schema.EndpointDisabledEvent {
		t.Errorf("the other one is not told: %+v", d)
	}
	if _, err := a.System.ClaimDeliveries(t.Context(), []system.DeliveryAsk{{Lane: e.ID}}); err != nil {
		t.Fatal(err)
	}
	a.BareClient("Later")
	for _, d := range a.Deliveries(e.ID) {
		if d.State != schema.DeliveryHeld || d.Type == schema.EndpointDisabledEvent {
			t.Errorf("%s is %s", d.Type, d.State)
		}
	}
	b, err := a.Workspace().EndpointBacklog(t.Context(), e.ID)
	if err != nil || b.Held != 2 || b.Open != 0 {
		t.Errorf("%d held, %d open (%v)", b.Held, b.Open, err)
	}
	fixture.Refused(t, fixture.Error(a.Workspace().DisableEndpoint(t.Context(), e.ID)), schema.Conflict, "endpoint_disabled")
}

// paused is an endpoint that was disabled and has missed n events.
func paused(a *fixture.Agency, n int) schema.Endpoint {
	a.T.Helper()
	e, _ := a.Endpoint("https://crm.example.com")
	if _, err := a.Workspace().DisableEndpoint(a.T.Context(), e.ID); err != nil {
		a.T.Fatal(err)
	}
	held(a, n)
	return endpoint(a, e.ID)
}

func TestWhatAnEndpointMissedIsReplayedOrSkippedWhenItIsEnabled(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for missed, c := range map[string]struct {
		kind schema.ReplayKind
		then schema.DeliveryState
	}{workspace.ReplayMissed: {schema.ReplayHeld, schema.DeliveryWaiting}, workspace.SkipMissed: {schema.ReplaySkip, schema.DeliverySkipped}} {
		a := w.Agency("Agency " + missed)
		e := paused(a, 3)
		a.Exec(`UPDATE webhook_endpoints SET failures = 7, failing_since = UTC_TIMESTAMP(6), notices = 2 WHERE id = ?`, e.ID)
		rows, err := a.Workspace().Endpoints(t.Context())
		if err != nil || rows[0].Held != 3 {
			t.Errorf("%s: the list says %+v (%v)", missed, rows, err)
		}
		due, err := a.Workspace().EnableEndpoint(t.Context(), e.ID, missed)
		if err != nil || len(due) != 2 || due[0].Work != schema.WorkWebhookReplay || due[1].Work != schema.WorkWebhookDrain {
			t.Fatalf("%s: %v rings for %+v", missed, err, due)
		}
		if row := endpoint(a, e.ID); row.Status != schema.EndpointEnabled || row.DisabledReason != "" || row.DisabledAt != nil || row.Failures != 0 ||
			row.FailingSince != nil || row.Notices != 0 {
			t.Errorf("%s: the row is %+v", missed, row)
		}
		r := fixture.Read[schema.Replay](w, `SELECT * FROM webhook_replays WHERE endpoint_id = ?`, e.ID)
		if r.Kind != c.kind || r.Total != 3 || r.CreatedBy != a.Owner.ID || r.ID.String() != due[0].Row {
			t.Errorf("%s: the replay is %+v", missed, r)
		}
		claim, err := w.System.ClaimReplay(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if done, _, err := w.System.ReplayBatch(t.Context(), r.ID, claim.Attempt); !done || err != nil {
			t.Fatal(done, err)
		}
		for _, d := range a.Deliveries(e.ID) {
			if d.State != c.then {
				t.Errorf("%s: a delivery is %s", missed, d.State)
			}
		}
		fixture.Refused(t, fixture.Error(a.Workspace().EnableEndpoint(t.Context(), e.ID, missed)), schema.Conflict, "endpoint_enabled")
	}
}

func TestWhatBecomesOfMissedEventsHasToBeSaidOnlyIfThereAreAny(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e := paused(a, 2)
	for _, missed := range []string{"", "failed", "held"} {
		r := fixture.Refused(t, fixture.Error(a.Workspace().EnableEndpoint(t.Context(), e.ID, missed)), schema.Invalid, "missed")
		if r.Field != "missed" || !strings.Contains(r.Message, "2 missed") || endpoint(a, e.ID).Status != schema.EndpointDisabled {
			t.Errorf("%q: %+v", missed, r)
		}
	}
	a.Exec(`DELETE FROM webhook_deliveries`)
	due, err := a.Workspace().EnableEndpoint(t.Context(), e.ID, "")
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkWebhookDrain {
		t.Errorf("%v rings for %+v", err, due)
	}
}

func TestARemovedEndpointKeepsNoSecretAndItsDeliveriesAreCancelled(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e := paused(a, 1)
	if _, err := a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, time.Hour); err != nil {
		t.Fatal(err)
	}
	open, _ := a.Endpoint("https://board.example.com")
	held(a, 2)
	for _, id := range []schema.EndpointID{e.ID, open.ID} {
		due, err := a.Workspace().RemoveEndpoint(t.Context(), id)
		if err != nil || len(due) != 1 || due[0].Row != id.String() {
			t.Fatalf("%v rings for %+v", err, due)
		}
		row := endpoint(a, id)
		if row.Status != schema.EndpointDeleted || len(row.Secret) != 0 || row.OldSecret != nil || row.OldSecretUntil != nil || row.SecretHint != "" {
			t.Errorf("the row is %+v", row)
		}
		if _, err := a.Workspace().Endpoint(t.Context(), id); err != error(schema.ErrNotFound) {
			t.Errorf("it is still shown: %v", err)
		}
		if _, err := a.Workspace().RemoveEndpoint(t.Context(), id); err != error(schema.ErrNotFound) {
			t.Errorf("it is removed twice: %v", err)
		}
	}
	if rows, err := a.Workspace().Endpoints(t.Context()); len(rows) != 0 || err != nil {
		t.Errorf("the list has %+v (%v)", rows, err)
	}
	if _, err := a.System.ClaimDeliveries(t.Context(), []system.DeliveryAsk{{Lane: open.ID}}); err != nil {
		t.Fatal(err)
	}
	n := len(a.Deliveries(open.ID))
	for _, d := range a.Deliveries(open.ID) {
		if d.State != schema.DeliveryCancelled {
			t.Errorf("a delivery is %s", d.State)
		}
	}
	a.BareClient("After")
	if n != 2 || len(a.Deliveries(open.ID)) != n {
		t.Errorf("there were %d deliveries, now %d", n, len(a.Deliveries(open.ID)))
	}
}

func TestAfterARotationBothSecretsSignUntilTheOverlapEnds(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	e, first := a.Endpoint("https://crm.example.com")
	clock := w.StopClock()
	second, err := a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, time.Hour)
	if err != nil || second == first {
		t.Fatal(second, err)
	}
	signs := func() []string {
		t.Helper()
		row := endpoint(a, e.ID)
		var out []string
		for _, sealed := range [][]byte{row.Secret, row.OldSecretAt(clock.Now())} {
			if sealed == nil {
				continue
			}
			s, err := schema.OpenSecret(a.Keys, e.ID, sealed)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		if row.SecretHint != schema.SecretHint(out[0]) {
			t.Errorf("the hint is %s", row.SecretHint)
		}
		return out
	}
	check := func(when string, want ...string) {
		t.Helper()
		if got := signs(); !slices.Equal(got, want) {
			t.Errorf("%s: %d secrets sign, want %d", when, len(got), len(want))
		}
	}
	check("right after", second, first)
	clock.Forward(time.Hour - time.Second)
	check("just before the end", second, first)
	clock.Forward(time.Second)
	check("at the end", second)
	third, err := a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, 7*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	check("rotated again", third, second)
	fourth, err := a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	check("rotated during an overlap", fourth, third)
	if err := a.Workspace().StopOldSecret(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	check("stopped", fourth)
	fixture.Refused(t, a.Workspace().StopOldSecret(t.Context(), e.ID), schema.Conflict, "no_old_secret")
	if _, err := a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, time.Hour); err != nil {
		t.Fatal(err)
	}
	fifth, err := a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	check("at once", fifth)
	if row := endpoint(a, e.ID); row.OldSecret != nil {
		t.Error("the old secret is kept")
	}
	before := a.Snapshot()
	for _, d := range []time.Duration{-1, schema.MaxOverlap + 1} {
		fixture.Refused(t, fixture.Error(a.Workspace().RotateSecret(t.Context(), a.Keys, e.ID, d)), schema.Invalid, "overlap")
	}
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

func TestATestEventIsADeliveryWithABodyOfItsOwn(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	e := paused(a, 0)
	var rung []schema.DeliveryID
	w.DB.OnDeliveries(func(ids []schema.DeliveryID) { rung = append(rung, ids...) })
	d, err := a.Workspace().SendTest(t.Context(), e.ID, schema.InvitationAccepted)
	if err != nil {
		t.Fatal(err)
	}
	rows := a.Deliveries(e.ID)
	if len(rows) != 1 || rows[0].ID != d.ID || !rows[0].Test || rows[0].State != schema.DeliveryQueued || rows[0].Type != schema.InvitationAccepted {
		t.Fatalf("the deliveries are %+v", rows)
	}
	if len(rung) != 1 || rung[0] != d.ID {
		t.Errorf("it rings for %v", rung)
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM events WHERE id = ?`, d.EventID); n != 0 {
		t.Error("the log of events has it")
	}
	answer, err := w.System.ClaimDeliveries(t.Context(), []system.DeliveryAsk{{IDs: []schema.DeliveryID{d.ID}}})
	if err != nil || len(answer[0].Taken) != 1 {
		t.Fatalf("a disabled endpoint's test is not sent: %+v (%v)", answer, err)
	}
	var body schema.Payload
	if err := json.Unmarshal(answer[0].Taken[0].Body, &body); err != nil || body.Type != schema.InvitationAccepted || body.Data.Agency.ID != a.ID {
		t.Errorf("the body is %s (%v)", answer[0].Taken[0].Body, err)
	}
	for _, bad := range []schema.EventType{"", "client.eaten"} {
		fixture.Refused(t, fixture.Error(a.Workspace().SendTest(t.Context(), e.ID, bad)), schema.Invalid, "type")
	}
}

func TestADisabledEndpointOnTheListSaysItsLastAnswer(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e := paused(a, 0)
	rows, err := a.Workspace().Endpoints(t.Context())
	if err != nil || rows[0].Last != (workspace.LastAnswer{}) {
		t.Errorf("without an attempt: %+v (%v)", rows, err)
	}
	for i, code := range []int{500, 503} {
		a.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, error_text, url, request_headers, status_code)
			VALUES (?, 1, ?, UTC_TIMESTAMP(6) + INTERVAL ? SECOND, FALSE, 'It answered with an error.', 'x', '{}', ?)`, schema.New[schema.DeliveryID](), e.ID, i, code)
	}
	if rows, err = a.Workspace().Endpoints(t.Context()); err != nil || rows[0].Last.StatusCode != 503 || rows[0].Last.Text == "" {
		t.Errorf("with two: %+v (%v)", rows, err)
	}
}
