package system_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

// ward is an agency with two owners and an endpoint that can fail, beside a second
// one that hears of it.
type ward struct {
	*fixture.Agency
	t       *testing.T
	clock   *fixture.Clock
	sick    schema.Endpoint
	other   schema.Endpoint
	coOwner fixture.Person
}

func newWard(t *testing.T) *ward {
	t.Helper()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	s := &ward{Agency: a, t: t, clock: clock, coOwner: a.Member(schema.RoleOwner, "Jonas Weber", "jonas@halden.example")}
	a.Member(schema.RoleAdmin, "Mira Kovac", "mira@halden.example")
	s.sick, _ = a.Endpoint("https://crm.example/hook")
	s.other, _ = a.Endpoint("https://other.example/hook", schema.EndpointDisabledEvent)
	return s
}

// fail has the endpoint fail n times from now on.
func (s *ward) fail(n int) {
	s.t.Helper()
	e := s.endpoint(s.sick.ID)
	for range n {
		e.Failed(s.clock.Now())
	}
	s.Exec(`UPDATE webhook_endpoints SET failures = ?, failing_since = ? WHERE id = ?`, e.Failures, e.FailingSince, e.ID)
}

func (s *ward) endpoint(id schema.EndpointID) schema.Endpoint {
	s.t.Helper()
	return fixture.Read[schema.Endpoint](s.World, `SELECT * FROM webhook_endpoints WHERE id = ?`, id)
}

// check runs the look at endpoints to its end.
func (s *ward) check() (out system.EndpointsChecked) {
	s.t.Helper()
	for range 20 {
		one, err := s.System.CheckEndpoints(s.t.Context(), 1)
		if err != nil {
			s.t.Fatal(err)
		}
		if one.Found == 0 {
			return out
		}
		out.Found += one.Found
		out.Disabled = append(out.Disabled, one.Disabled...)
		out.Due = append(out.Due, one.Due...)
	}
	s.t.Fatal("it has no end")
	return out
}

// mails are those that wait to be sent, as kind and address.
func (s *ward) mails() (out []string) {
	s.t.Helper()
	for _, e := range fixture.ReadAll[schema.Email](s.World, `SELECT * FROM emails WHERE endpoint_id IS NOT NULL AND state = 'queued' ORDER BY address`) {
		out = append(out, string(e.Kind)+" "+e.Address)
	}
	return out
}

// sent sends what waits and returns the letters.
func (s *ward) sent() (out []system.EmailClaim) {
	s.t.Helper()
	for _, id := range fixture.ReadAll[schema.EmailID](s.World, `SELECT id FROM emails WHERE endpoint_id IS NOT NULL AND state = 'queued' ORDER BY address`) {
		c := s.TryClaim(id)
		if c.Verdict == schema.ClaimTaken {
			s.Record(id, c.Email.Attempt, schema.MailResult{Outcome: schema.MailAccepted})
			out = append(out, c)
		}
	}
	return out
}

func (s *ward) wants(why string, want ...string) {
	s.t.Helper()
	if got := s.mails(); !slices.Equal(got, want) {
		s.t.Errorf("%s: the mails are %v, want %v", why, got, want)
	}
}

func TestEachOwnerHearsOfFailuresThreeTimesAndThenItIsDisabled(t *testing.T) {
	t.Parallel()
	s := newWard(t)
	s.fail(9)
	if out := s.check(); out.Found != 0 {
		t.Errorf("after nine failures: %+v", out)
	}
	s.fail(1)
	if out := s.check(); len(out.Due) != 2 || out.Due[0].Work != schema.WorkEmailSend {
		t.Errorf("after ten: %+v", out)
	}
	s.wants("after ten", "endpoint_failing jonas@halden.example", "endpoint_failing priya@halden-street.example")
	s.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, error_class, url, request_headers, status_code)
		VALUES (?, 1, ?, UTC_TIMESTAMP(6), FALSE, 'status', '', '{}', 503)`, schema.New[schema.DeliveryID](), s.sick.ID)
	letters := s.sent()
	if len(letters) != 2 {
		t.Fatalf("%d mails went", len(letters))
	}
	if l := letters[0].Letter; l.FullName != "Jonas Weber" || l.Agency != "Halden Street" || l.Endpoint.Name != "CRM sync" || l.Endpoint.Failures != 10 || l.Endpoint.StatusCode != 503 {
		t.Errorf("the letter is %+v, %+v", l, l.Endpoint)
	}
	s.fail(20)
	s.clock.Forward(48*time.Hour - time.Second)
	if out := s.check(); out.Found != 0 {
		t.Errorf("nearly two days: %+v", out)
	}
	s.clock.Forward(time.Second)
	s.check()
	s.wants("after two days", "endpoint_warning jonas@halden.example", "endpoint_warning priya@halden-street.example")
	s.sent()
	s.check()
	s.clock.Forward(24*time.Hour - time.Second)
	if out := s.check(); out.Found != 0 || s.endpoint(s.sick.ID).Status != schema.EndpointEnabled {
		t.Errorf("nearly three days: %+v", out)
	}
	s.clock.Forward(time.Second)
	out := s.check()
	e := s.endpoint(s.sick.ID)
	if len(out.Disabled) != 1 || e.Status != schema.EndpointDisabled || e.DisabledReason != schema.DisabledFailing || !e.DisabledAt.Equal(s.clock.Now()) || e.RingAt == nil {
		t.Errorf("after three days: %+v, the endpoint is %+v", out, e)
	}
	if !slices.ContainsFunc(out.Due, func(d schema.Due) bool { return d.Work == schema.WorkWebhookDrain && d.Row == e.ID.String() }) {
		t.Errorf("its lane is not rung for: %v", out.Due)
	}
	s.wants("after three days", "endpoint_disabled jonas@halden.example", "endpoint_disabled priya@halden-street.example")
	if got := s.Deliveries(s.other.ID); len(got) != 1 || got[0].Type != schema.EndpointDisabledEvent || len(s.Deliveries(s.sick.ID)) != 0 {
		t.Errorf("the other endpoint hears %v", got)
	}
	if l := s.sent(); len(l) != 2 || l[0].Letter.Endpoint.DisabledAt == nil {
		t.Errorf("the last letters are %+v", l)
	}
	s.clock.Forward(24 * time.Hour)
	if out := s.check(); out.Found != 0 {
		t.Errorf("a day later: %+v", out)
	}
}

func TestAnEndpointThatRecoversHasItsMailsAgainTheNextTime(t *testing.T) {
	t.Parallel()
	s := newWard(t)
	s.fail(10)
	s.check()
	// It recovers before the mails go, so they would tell what is over.
	s.Exec(`UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, notices = 0 WHERE id = ?`, s.sick.ID)
	if l := s.sent(); len(l) != 0 {
		t.Errorf("went: %v", l)
	}
	if n := fixture.Read[int](s.World, `SELECT COUNT(*) FROM emails WHERE endpoint_id IS NOT NULL AND state = 'cancelled'`); n != 2 {
		t.Errorf("%d are cancelled", n)
	}
	s.fail(10)
	s.check()
	s.wants("the next row of failures", "endpoint_failing jonas@halden.example", "endpoint_failing priya@halden-street.example")
}

func TestOwnersHearOfAnEndpointThatIsGoneAndNotOfOneDisabledByHand(t *testing.T) {
	t.Parallel()
	s := newWard(t)
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'gone', disabled_at = UTC_TIMESTAMP(6) WHERE id = ?`, s.sick.ID)
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6), failures = 50,
		failing_since = UTC_TIMESTAMP(6) - INTERVAL 9 DAY WHERE id = ?`, s.other.ID)
	s.check()
	s.wants("gone", "endpoint_disabled jonas@halden.example", "endpoint_disabled priya@halden-street.example")
	if l := s.sent(); len(l) != 2 || l[0].Letter.Endpoint.Reason != "gone" {
		t.Errorf("the letters are %+v", l)
	}
}

// A password that was changed, a week that went by: such a mail has no link that
// runs out. Whoever is no owner any more doesn't get it.
func TestAMailAboutAnEndpointHangsOnOwnershipAlone(t *testing.T) {
	t.Parallel()
	s := newWard(t)
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'gone', disabled_at = UTC_TIMESTAMP(6) WHERE id = ?`, s.sick.ID)
	s.check()
	s.Exec(`UPDATE users SET credential_version = credential_version + 1`)
	s.Exec(`UPDATE members SET role = 'admin' WHERE user_id = ?`, s.coOwner.ID)
	s.clock.Forward(8 * 24 * time.Hour)
	if l := s.sent(); len(l) != 1 || l[0].Email.UserID != s.Owner.ID {
		t.Errorf("went: %+v", l)
	}
}

func TestADeletedEndpointsMailIsNotSent(t *testing.T) {
	t.Parallel()
	s := newWard(t)
	s.fail(10)
	s.check()
	s.Exec(`UPDATE webhook_endpoints SET status = 'deleted' WHERE id = ?`, s.sick.ID)
	if l := s.sent(); len(l) != 0 {
		t.Errorf("went: %v", l)
	}
}

func TestSeveralLooksAtOnceTellOnce(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	var agencies []*fixture.Agency
	for _, name := range []string{"One", "Two", "Three"} {
		a := w.Agency(name)
		agencies = append(agencies, a)
		for range 4 {
			e, _ := a.Endpoint("https://crm.example/hook")
			w.Exec(`UPDATE webhook_endpoints SET failures = 99, failing_since = UTC_TIMESTAMP(6) - INTERVAL 4 DAY WHERE id = ?`, e.ID)
		}
	}
	for _, err := range fixture.Together(4, func(int) error {
		for {
			out, err := w.System.CheckEndpoints(t.Context(), 5)
			if err != nil || out.Found == 0 {
				return err
			}
		}
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	for _, a := range agencies {
		mails := fixture.Read[int](w, `SELECT COUNT(*) FROM emails WHERE agency_id = ? AND kind = 'endpoint_disabled'`, a.ID)
		events := fixture.Read[int](w, `SELECT COUNT(*) FROM events WHERE agency_id = ? AND type = ?`, a.ID, schema.EndpointDisabledEvent)
		if mails != 4 || events != 4 {
			t.Errorf("%s has %d mails and %d events", a.Name, mails, events)
		}
	}
}
