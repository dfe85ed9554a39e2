package demo_test

import (
	"fmt"
	"testing"

	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/demo"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var crm = demo.CRM{URL: "http://127.0.0.1:8080/dev/crm/hook", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}

// world has the demo in it, with its webhooks.
func world(t *testing.T, crm demo.CRM) *fixture.World {
	t.Helper()
	w := fixture.New(t)
	if seeded, err := demo.Seed(t.Context(), w.DB); err != nil || !seeded {
		t.Fatal(seeded, err)
	}
	if seeded, err := demo.SeedWebhooks(t.Context(), w.DB, w.Keys, crm); err != nil || !seeded {
		t.Fatal(seeded, err)
	}
	return w
}

func endpoint(w *fixture.World, name string) schema.Endpoint {
	w.T.Helper()
	return fixture.Read[schema.Endpoint](w, `SELECT * FROM webhook_endpoints WHERE name = ?`, name)
}

func states(w *fixture.World, id schema.EndpointID) map[schema.DeliveryState]int {
	w.T.Helper()
	out := map[schema.DeliveryState]int{}
	for _, d := range w.Deliveries(id) {
		out[d.State]++
	}
	return out
}

func TestTheDemosWebhooksLookAsDrawn(t *testing.T) {
	t.Parallel()
	w := world(t, crm)
	sync, board := endpoint(w, "CRM sync"), endpoint(w, "Studio board")
	if got := states(w, sync.ID); got["queued"] != 16 || got["failed"] != 2 || got["succeeded"] < 500 || len(got) != 3 {
		t.Errorf("CRM sync has %v", got)
	}
	if got := states(w, board.ID); got["held"] != 214 || got["succeeded"] != 1 || len(got) != 2 {
		t.Errorf("Studio board has %v", got)
	}
	if board.Status != schema.EndpointDisabled || board.DisabledReason != schema.DisabledFailing || sync.Status != schema.EndpointEnabled {
		t.Errorf("%+v and %+v", sync, board)
	}
	if secret, err := schema.OpenSecret(w.Keys, sync.ID, sync.Secret); err != nil || secret != crm.Secret {
		t.Errorf("the secret is %q (%v)", secret, err)
	}
}

func TestNothingOfTheDemosPastIsDueAtOnce(t *testing.T) {
	t.Parallel()
	w := world(t, crm)
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_deliveries WHERE due_at <= UTC_TIMESTAMP(6) OR ring_at <= UTC_TIMESTAMP(6)
		OR (state = 'queued') <> (ring_at IS NOT NULL)`); n != 0 {
		t.Errorf("a worker would send %d deliveries", n)
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_endpoints WHERE ring_at IS NOT NULL`); n != 0 {
		t.Errorf("%d lanes are open", n)
	}
}

func TestTheDemosLogIsOneThatTheSystemCouldHaveWritten(t *testing.T) {
	t.Parallel()
	w := world(t, crm)
	w.CheckSequences()
	for what, query := range map[string]string{
		"deliveries with another number of attempts than they count": `SELECT COUNT(*) FROM webhook_deliveries d
			WHERE d.attempt <> (SELECT COUNT(*) FROM webhook_attempts a WHERE a.delivery_id = d.id) OR d.tries <> d.attempt`,
		"deliveries whose last attempt says something else": `SELECT COUNT(*) FROM webhook_deliveries d JOIN webhook_attempts a
			ON a.delivery_id = d.id AND a.attempt = d.attempt WHERE a.status_code <> d.status_code OR a.error_class <> d.error_class
			OR a.succeeded <> (d.state = 'succeeded')`,
		"attempts before their event": `SELECT COUNT(*) FROM webhook_attempts a JOIN webhook_deliveries d ON d.id = a.delivery_id
			JOIN events e ON e.id = d.event_id WHERE a.started_at < e.occurred_at OR d.type <> e.type OR d.agency_id <> e.agency_id`,
		"attempts in the future":                              `SELECT COUNT(*) FROM webhook_attempts WHERE started_at > UTC_TIMESTAMP(6)`,
		"events out of the order of their IDs":                `SELECT COUNT(*) FROM events a JOIN events b ON b.subject_id = a.subject_id AND b.sequence = a.sequence + 1 WHERE b.id < a.id OR b.occurred_at < a.occurred_at`,
		"attempts of a disabled endpoint after it was":        `SELECT COUNT(*) FROM webhook_attempts a JOIN webhook_endpoints p ON p.id = a.endpoint_id WHERE a.started_at > p.disabled_at`,
		"people of the festival who are still somewhere":      `SELECT COUNT(*) FROM client_users WHERE email LIKE '%@saltmarsh.example' AND status NOT IN ('revoked', 'deactivated')`,
		"an event of an endpoint that got it itself":          `SELECT COUNT(*) FROM webhook_deliveries d JOIN events e ON e.id = d.event_id WHERE e.subject_id = d.endpoint_id`,
		"emails of the festival that owe something":           `SELECT COUNT(*) FROM emails WHERE address LIKE '%@saltmarsh.example' AND (due_at IS NOT NULL OR state <> 'delivered')`,
		"attempts whose headers or answers can't be read":     `SELECT COUNT(*) FROM webhook_attempts WHERE NOT JSON_VALID(CONVERT(request_headers USING utf8mb4)) OR NOT JSON_VALID(CONVERT(response_headers USING utf8mb4))`,
		"attempts that took less than the sum of their parts": `SELECT COUNT(*) FROM webhook_attempts WHERE first_byte_us + dns_us + connect_us + tls_us > total_us`,
	} {
		if n := fixture.Read[int](w, query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

func TestTheDemosWebhooksAreWrittenOnce(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	seed := func() bool {
		t.Helper()
		seeded, err := demo.SeedWebhooks(t.Context(), w.DB, w.Keys, crm)
		if err != nil {
			t.Fatal(err)
		}
		return seeded
	}
	w.Agency("Mill Road")
	if seed() {
		t.Error("they went to another agency")
	}
	w = world(t, crm)
	w.Exec(`UPDATE webhook_endpoints SET status = 'deleted', disabled_reason = ''`)
	before := w.Snapshot()
	if seed() || w.Snapshot() != before {
		t.Error("they came back after somebody had deleted them")
	}
}

func TestAServersDemoHasNoCRM(t *testing.T) {
	t.Parallel()
	w := world(t, demo.CRM{})
	if names := fixture.ReadAll[string](w, `SELECT name FROM webhook_endpoints`); fmt.Sprint(names) != "[Studio board]" {
		t.Errorf("the endpoints are %v", names)
	}
}

func TestTheCRMIsFoundOnAnotherPort(t *testing.T) {
	t.Parallel()
	w := world(t, crm)
	if err := demo.PointCRM(t.Context(), w.DB, "http://127.0.0.1:8137/dev/crm/hook"); err != nil {
		t.Fatal(err)
	}
	if sync, board := endpoint(w, "CRM sync"), endpoint(w, "Studio board"); sync.URL != "http://127.0.0.1:8137/dev/crm/hook" || board.URL == sync.URL {
		t.Errorf("they lead to %s and %s", sync.URL, board.URL)
	}
}
