package worker_test

import (
	"net/http"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/internal/testkit"
	"anteroom/schema"
)

// suppressed invites somebody whose email Mailgun dropped, and clears.
func (s *stage) suppressed(email string) schema.Due {
	s.t.Helper()
	i := s.invite("Tom Okafor", email)
	s.exec(`UPDATE emails SET state = 'suppressed', code = '605', due_at = NULL, ring_at = NULL WHERE id = ?`, i.ClientUser.EmailID)
	s.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) WHERE id = ?`, i.ClientUser.ID)
	out, err := s.ws.ClearAndResend(s.t.Context(), i.ClientUser.ID)
	s.check(err)
	return out.Due[0]
}

func TestAnAddressIsClearedBeforeTheNewLinkIsSent(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.mailgun.Suppress(mailgunfake.Bounces, "tom@orchardlane.example")
	s.mailgun.Suppress(mailgunfake.Complaints, "tom@orchardlane.example")
	s.mailgun.Suppress(mailgunfake.Bounces, "hana@orchardlane.example")
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	// Mailgun is out of order for a moment: nothing is sent until it has cleared.
	s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Answer, Status: http.StatusBadGateway})
	due := s.suppressed("tom@orchardlane.example")
	bell.Ring(t.Context(), due)
	e := s.waitForState(due, 10*time.Second, schema.EmailQueued)
	s.eventually(10*time.Second, func() bool { e = s.email(due); return e.Code != "" }, func() string { return string(e.State) })
	if e.State != schema.EmailQueued || e.Code != "not_cleared" || len(s.mails("tom@")) != 0 {
		t.Errorf("it is %s (%s), with %d mails", e.State, e.Code, len(s.mails("tom@")))
	}
	s.waitForState(due, 40*time.Second, schema.EmailSent)
	if on := s.mailgun.Suppressions("tom@orchardlane.example"); len(on) != 0 || len(s.mails("tom@")) != 1 {
		t.Errorf("the address is on %q, it got %d mails", on, len(s.mails("tom@")))
	}
	// Any other email leaves the lists alone.
	i := s.invite("Hana Sato", "hana@orchardlane.example")
	bell.Ring(t.Context(), i.Due...)
	s.waitForMail("hana@", 10*time.Second)
	if on := s.mailgun.Suppressions("hana@orchardlane.example"); len(on) != 1 {
		t.Errorf("another address is on %q", on)
	}
}

func TestAKeyThatMayNotClearFailsTheEmailAndSendsNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Answer, Status: http.StatusForbidden})
	due := s.suppressed("tom@orchardlane.example")
	bell.Ring(t.Context(), due)
	if e := s.waitForState(due, 10*time.Second, schema.EmailFailed); e.Code != "clearing_forbidden" || len(s.mails("tom@")) != 0 {
		t.Errorf("it is %s (%s), with %d mails", e.State, e.Code, len(s.mails("tom@")))
	}
}
