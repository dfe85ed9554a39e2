package worker_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/internal/testkit"
	"anteroom/schema"
)

// Each answer of Mailgun ends as FACTS.md says it must: sent again later, given
// up, or held because nobody knows.
func TestWhatMailgunAnswersDecidesTheEmail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault mailgunfake.Fault
		state schema.EmailState
		wait  time.Duration // at least, until it is due again
	}{
		{"500 is ambiguous", mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 500}, schema.EmailHeld, 9 * time.Minute},
		{"429 waits for Retry-After", mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 429, Header: http.Header{"Retry-After": {"120"}}}, schema.EmailQueued, 110 * time.Second},
		{"401 is final", mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 401}, schema.EmailFailed, 0},
		{"400 is final", mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 400}, schema.EmailFailed, 0},
		{"404 waits long", mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 404}, schema.EmailQueued, 14 * time.Minute},
		{"a hang is ambiguous", mailgunfake.Fault{Kind: mailgunfake.Hang}, schema.EmailHeld, 9 * time.Minute},
		{"an early close is ambiguous", mailgunfake.Fault{Kind: mailgunfake.Close, Keep: true}, schema.EmailHeld, 9 * time.Minute},
		{"rubbish with 200 is ambiguous", mailgunfake.Fault{Kind: mailgunfake.Rubbish}, schema.EmailHeld, 9 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.mailgun.Fault(c.fault)
			bell, _ := s.work(testkit.Redis(t), 10*time.Minute)
			i := s.invite("Tom Okafor", "tom@orchardlane.example")
			bell.Ring(t.Context(), i.Due...)
			s.eventually(20*time.Second, func() bool { e := s.email(i.Due[0]); return e.Attempt == 1 && e.State != schema.EmailSending },
				func() string { return string(s.email(i.Due[0]).State) })
			s.settledAs(i.Due[0], c.state, c.wait)
		})
	}
}

func (s *stage) settledAs(d schema.Due, state schema.EmailState, wait time.Duration) {
	s.t.Helper()
	e := s.email(d)
	if e.State != state || e.Code == "" {
		s.t.Fatalf("the email is %s (code %q), want %s", e.State, e.Code, state)
	}
	if !strings.HasSuffix(e.Reason, ".") || strings.Contains(e.Reason, "@") {
		s.t.Errorf("the reason is no sentence for an agency: %q", e.Reason)
	}
	if state == schema.EmailFailed {
		if n := s.count(`SELECT COUNT(*) FROM events WHERE type = 'invitation.failed'`); n != 1 {
			s.t.Errorf("%d invitation.failed events, want 1", n)
		}
		return
	}
	if left := time.Until(*e.DueAt); left < wait {
		s.t.Errorf("due again in %v, want %v at least", left, wait)
	}
}

func TestAHeldEmailIsSentAgainWithTheSameLink(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Close, Keep: true}) // taken, but nobody says so
	bell, _ := s.work(testkit.Redis(t), time.Second)
	i := s.invite("Tom Okafor", "tom@orchardlane.example")
	bell.Ring(t.Context(), i.Due...)
	e := s.waitForState(i.Due[0], 20*time.Second, schema.EmailSent)
	mails := s.mails("tom@orchardlane.example")
	if e.Attempt != 2 || len(mails) != 2 {
		t.Fatalf("%d attempts and %d mails, want 2 and 2", e.Attempt, len(mails))
	}
	if token(mails[0]) == "" || token(mails[0]) != token(mails[1]) {
		t.Errorf("the second mail has another link")
	}
	if _, err := s.visitor().Accept(t.Context(), token(mails[1]), "Tom Okafor", "starter and scale", ""); err != nil {
		t.Errorf("the link does not work: %v", err)
	}
}

func TestAHeldEmailToAWrongAddressNeverCarriesALiveLink(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 500}) // not taken, but nobody says so
	rdb := testkit.Redis(t)
	bell, _ := s.work(rdb, 4*time.Second)
	i := s.invite("Grace Lindqvist", "grace@orchardlan.example")
	bell.Ring(t.Context(), i.Due...)
	s.waitForState(i.Due[0], 10*time.Second, schema.EmailHeld)

	fixed, err := s.ws.FixEmail(t.Context(), i.ClientUser.ID, "grace@orchardlane.example")
	s.check(err)
	bell.Ring(t.Context(), fixed.Due...)
	s.waitForState(fixed.Due[0], 10*time.Second, schema.EmailSent)
	s.waitForState(i.Due[0], 10*time.Second, schema.EmailCancelled)
	// Past the moment at which the held mail was due, and its task with it.
	s.eventually(15*time.Second, func() bool { return idle(t, rdb) }, func() string { return "tasks are left" })
	if n := len(s.mails("orchardlan.example")); n != 0 {
		t.Errorf("the wrong address got %d mails", n)
	}
	right := s.mails("grace@orchardlane.example")
	if len(right) != 1 {
		t.Fatalf("the right address got %d mails", len(right))
	}
	old := schema.InvitationLink{ClientUser: i.ClientUser.ID, Generation: i.ClientUser.Generation}.Token(s.keys)
	if _, err := s.visitor().Invitation(t.Context(), old); schema.KindOf(err) != schema.NotFound {
		t.Errorf("the old link answers %v", err)
	}
	if v, err := s.visitor().Invitation(t.Context(), token(right[0])); err != nil || v.State != "open" {
		t.Errorf("the new link is %v, %v", v.State, err)
	}
}

func TestTheMailIsWhatItShouldBe(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	i := s.invite("Tom Okafor", "Tom@orchardlane.example")
	bell.Ring(t.Context(), i.Due...)
	m := s.waitForMail("Tom@orchardlane.example", 10*time.Second)
	e := s.waitForState(i.Due[0], 5*time.Second, schema.EmailSent)
	if m.Variables["email_id"] != e.ID.String() {
		t.Errorf("v:email_id is %q", m.Variables["email_id"])
	}
	if len(m.Tags) != 1 || m.Options["tracking-clicks"] != "no" {
		t.Errorf("tags %v, options %v", m.Tags, m.Options)
	}
	if !strings.Contains(m.Headers["Reply-To"], "priya@haldenstreet.example") {
		t.Errorf("Reply-To is %q", m.Headers["Reply-To"])
	}
	if e.ProviderID != m.ID {
		t.Errorf("provider ID %q, Mailgun says %q", e.ProviderID, m.ID)
	}
	for part, body := range map[string]string{"text": m.Text, "html": m.HTML} {
		if !strings.Contains(body, "https://portal.example.com/invitations/"+token(m)) {
			t.Errorf("the %s part lacks the link", part)
		}
	}
}
