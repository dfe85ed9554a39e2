package worker_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit"
	"anteroom/schema"
)

func TestAClientIsErasedAfterItsCascade(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.invite("Tom Okafor", "tom@orchardlane.example")
	due, err := s.ws.DeleteClient(t.Context(), s.client.ID)
	s.check(err)
	erase, err := s.ws.EraseClient(t.Context(), s.client.ID, schema.EraseAtOnce)
	s.check(err)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	bell.Ring(t.Context(), append(erase, due...)...)
	s.eventually(20*time.Second, func() bool {
		return s.count(`SELECT COUNT(*) FROM clients WHERE erase_state = 'done' AND erased_at IS NOT NULL AND name = 'Erased client'`) == 1
	}, func() string { return "the client is not erased" })
	if n := s.count(`SELECT COUNT(*) FROM client_users WHERE email LIKE 'tom%' OR status <> 'deactivated'`); n != 0 {
		t.Errorf("%d people are left", n)
	}
	if n := s.count(`SELECT COUNT(*) FROM events WHERE payload LIKE '%Okafor%' OR payload LIKE '%Bakery%' OR erased_at IS NULL`); n != 0 {
		t.Errorf("%d events are left", n)
	}
}

func TestAnOwnerHearsThatAnEndpointFails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := schema.New[schema.EndpointID]()
	s.exec(`INSERT INTO webhook_endpoints (id, agency_id, name, url, status, secret, secret_hint, failures, failing_since, created_by, created_at)
		SELECT ?, id, 'CRM sync', 'https://crm.example/hook', 'enabled', 'x', 'abcd', 12, UTC_TIMESTAMP(6) - INTERVAL 80 HOUR, id, UTC_TIMESTAMP(6) FROM agencies`, id)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	s.check(bell.Health(t.Context(), time.Now().Round(time.Minute)))
	m := s.waitForMail("priya@", 15*time.Second)
	link := "https://portal.example.com/settings/webhooks/" + id.String()
	if m.Subject != "Webhook endpoint CRM sync is disabled" || !strings.Contains(m.Text, link+"\n") || !strings.Contains(m.Text, "The last 12 deliveries to CRM sync failed") {
		t.Errorf("%q:\n%s", m.Subject, m.Text)
	}
	if n := s.count(`SELECT COUNT(*) FROM webhook_endpoints WHERE status = 'disabled' AND disabled_reason = 'failing' AND notices = 3`); n != 1 {
		t.Error("it is not disabled")
	}
}
