package system_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// sent is what the provider says when it takes a mail.
var sent = schema.MailResult{Outcome: schema.MailAccepted, ProviderID: "<1@mail>"}

// stage is an invitation whose mail waits, in a world whose clock stands.
type stage struct {
	*fixture.Agency
	clock *fixture.Clock
	u     schema.ClientUser
}

func newStage(t *testing.T) *stage {
	w := fixture.New(t)
	s := &stage{clock: w.StopClock(), Agency: w.Agency("Halden Street")}
	s.u = s.Invite(s.Client("Orchard Lane"), "ines@example.com")
	return s
}

// lapse claims the mail and lets the worker die.
func (s *stage) lapse() (attempt uint32) {
	s.T.Helper()
	attempt = s.Claim(s.u.EmailID).Email.Attempt
	s.clock.Forward(schema.MailLease)
	return attempt
}

// owes checks a mail's state and that its due time stands for it.
func (s *stage) owes(id schema.EmailID, state schema.EmailState, in time.Duration) {
	s.T.Helper()
	e := s.Email(id)
	if e.State != state || (e.DueAt != nil) != state.Owes() || e.DueAt != nil && e.DueAt.Sub(s.clock.Now()) != in {
		s.T.Errorf("the mail is %s, due %v; want %s in %s of %s", e.State, e.DueAt, state, in, s.clock.Now())
	}
}

func TestAMailWhoseWorkerDiedIsHeldAndSentAgainWithTheSameLink(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first := s.Claim(s.u.EmailID)
	s.owes(s.u.EmailID, schema.EmailSending, schema.MailLease)
	s.clock.Forward(schema.MailLease - time.Second)
	if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimWait || c.Wait != time.Second {
		t.Errorf("within the lease: verdict %d, wait %s", c.Verdict, c.Wait)
	}
	s.clock.Forward(time.Second)
	if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimWait || c.Wait != fixture.Settle {
		t.Errorf("when it lapses: verdict %d, wait %s", c.Verdict, c.Wait)
	}
	s.owes(s.u.EmailID, schema.EmailHeld, fixture.Settle)
	s.clock.Forward(fixture.Settle - time.Second)
	if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimWait {
		t.Errorf("before it has settled: verdict %d", c.Verdict)
	}
	s.clock.Forward(time.Second)
	again := s.Claim(s.u.EmailID)
	if again.Email.Generation != first.Email.Generation || again.Email.Address != first.Email.Address || again.Letter != first.Letter || again.Email.Attempt != 2 {
		t.Errorf("first it was %+v, then %+v", first, again)
	}
	if after := s.Record(s.u.EmailID, 1, sent); after.Counts {
		t.Errorf("the dead worker's result counts: %+v", after)
	}
	s.Record(s.u.EmailID, 2, sent)
	s.owes(s.u.EmailID, schema.EmailSent, 0)
	if got := s.Events(s.u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated, schema.InvitationSent}) {
		t.Errorf("the events are %v", got)
	}
}

func TestALateResultSettlesAHeldMail(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[schema.MailOutcome]schema.EmailState{schema.MailAccepted: schema.EmailSent, schema.MailRejected: schema.EmailFailed, schema.MailRetry: schema.EmailQueued} {
		s := newStage(t)
		attempt := s.lapse()
		s.TryClaim(s.u.EmailID)
		s.owes(s.u.EmailID, schema.EmailHeld, fixture.Settle)
		if after := s.Record(s.u.EmailID, attempt, schema.MailResult{Outcome: outcome}); !after.Counts || after.State != want {
			t.Errorf("outcome %d comes to %+v", outcome, after)
		}
		s.owes(s.u.EmailID, want, 10*time.Second)
		if after := s.Record(s.u.EmailID, attempt, sent); after.Counts && want != schema.EmailQueued {
			t.Errorf("told twice, it counts twice: %+v", after)
		}
	}
}

func TestAnAmbiguousResultHoldsTheMail(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	c := s.Claim(s.u.EmailID)
	after := s.Record(s.u.EmailID, c.Email.Attempt, schema.MailResult{Outcome: schema.MailAmbiguous, Code: "timeout", Reason: "The provider did not answer in time."})
	if after.State != schema.EmailHeld || after.Wait != fixture.Settle {
		t.Errorf("it comes to %+v", after)
	}
	s.owes(s.u.EmailID, schema.EmailHeld, fixture.Settle)
	if got := s.Events(s.u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated}) {
		t.Errorf("nobody knows, and the events are %v", got)
	}
}

// The mail may have gone to the wrong address; that its link is dead is all
// that helps.
func TestAHeldMailToAnAddressThatWasFixedIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	attempt := s.lapse()
	s.TryClaim(s.u.EmailID)
	s.clock.Forward(schema.ResendCooldown)
	if _, err := s.Workspace().FixEmail(t.Context(), s.u.ID, "ines.d@example.com"); err != nil {
		t.Fatal(err)
	}
	s.owes(s.u.EmailID, schema.EmailCancelled, 0)
	if after := s.Record(s.u.EmailID, attempt, sent); after.Counts {
		t.Errorf("a late result brings it back: %+v", after)
	}
	for range 3 {
		s.clock.Forward(fixture.Settle)
		if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimDone {
			t.Errorf("the verdict is %d", c.Verdict)
		}
	}
	fresh := s.Claim(s.ClientUser(s.u.ID).EmailID)
	if fresh.Email.Address != "ines.d@example.com" || fresh.Email.Generation != s.u.Generation+1 {
		t.Errorf("the new mail is %+v", fresh.Email)
	}
	if _, err := s.Visitor.Invitation(t.Context(), s.Link(s.u)); err != error(schema.ErrNotFound) {
		t.Errorf("the link that may have gone out gives %v", err)
	}
}

// ended are the ways in which a subject stops wanting its mail.
var ended = map[string]func(s *stage) error{
	"revoked": func(s *stage) error { return s.Workspace().Revoke(s.T.Context(), s.u.ID) },
	"expired": func(s *stage) error { s.clock.Forward(8 * 24 * time.Hour); return nil },
	"resent": func(s *stage) error {
		s.clock.Forward(schema.ResendCooldown)
		return fixture.Error(s.Workspace().Resend(s.T.Context(), s.u.ID))
	},
	"accepted": func(s *stage) error { s.Accept(s.u); return nil },
	"client deleted": func(s *stage) error {
		return fixture.Error(s.Workspace().DeleteClient(s.T.Context(), s.u.ClientID))
	},
}

func TestAHeldMailThatNobodyWantsAnyMoreIsCancelledNotSent(t *testing.T) {
	t.Parallel()
	for name, end := range ended {
		s := newStage(t)
		s.lapse()
		s.TryClaim(s.u.EmailID)
		if err := end(s); err != nil {
			t.Fatal(err)
		}
		s.clock.Forward(fixture.Settle)
		if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimDone {
			t.Errorf("%s: the verdict is %d", name, c.Verdict)
		}
		s.owes(s.u.EmailID, schema.EmailCancelled, 0)
	}
}

// Its row was resent while the mail was in the air: possible once it is stale.
func TestALostMailIsNotSentAgainWhenANewerLinkWentOutMeanwhile(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Claim(s.u.EmailID)
	s.clock.Forward(8 * 24 * time.Hour)
	if _, err := s.Workspace().Resend(t.Context(), s.u.ID); err != nil {
		t.Fatal(err)
	}
	if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimWait || c.Email.State != schema.EmailHeld {
		t.Errorf("the verdict is %d, the mail %s", c.Verdict, c.Email.State)
	}
	s.clock.Forward(fixture.Settle)
	if c := s.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimDone {
		t.Errorf("the old link goes out: verdict %d", c.Verdict)
	}
	s.owes(s.u.EmailID, schema.EmailCancelled, 0)
	s.Claim(s.ClientUser(s.u.ID).EmailID)
}

// A mail that a worker is sending when its subject ends can't be called back.
func TestAMailInTheAirIsLeftToItsWorkerAndThenSettled(t *testing.T) {
	t.Parallel()
	for name, end := range ended {
		if name == "resent" {
			continue // refused while a mail is in the air
		}
		s := newStage(t)
		c := s.Claim(s.u.EmailID)
		lost := name == "expired" // its lease is over long before
		if err := end(s); err != nil {
			t.Fatal(err)
		}
		if !lost {
			s.owes(s.u.EmailID, schema.EmailSending, schema.MailLease)
		}
		if after := s.Record(s.u.EmailID, c.Email.Attempt, sent); !after.Counts || after.State != schema.EmailSent {
			t.Errorf("%s: the result comes to %+v", name, after)
		}
		if events := s.Events(s.u.ID); !slices.Contains(events, schema.InvitationSent) {
			t.Errorf("%s: it has gone out and the events are %v", name, events)
		}
		s.CheckSequences()
	}
}

func TestAMailThatFailsForGoodSaysSoInAnEventHoweverItFails(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]func(s *stage){
		"rejected": func(s *stage) {
			s.Record(s.u.EmailID, s.Claim(s.u.EmailID).Email.Attempt, schema.MailResult{Outcome: schema.MailRejected})
		},
		"never taken": func(s *stage) {
			s.Record(s.u.EmailID, s.Claim(s.u.EmailID).Email.Attempt, schema.MailResult{Outcome: schema.MailRetry})
		},
		"never clear": func(s *stage) {
			s.Record(s.u.EmailID, s.Claim(s.u.EmailID).Email.Attempt, schema.MailResult{Outcome: schema.MailAmbiguous})
		},
		"worker lost": func(s *stage) { s.lapse(); s.TryClaim(s.u.EmailID) },
	} {
		s := newStage(t)
		s.Exec(`UPDATE emails SET attempt = ? WHERE id = ?`, schema.MaxMailAttempts-1, s.u.EmailID)
		last(s)
		s.owes(s.u.EmailID, schema.EmailFailed, 0)
		if got := s.Events(s.u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated, schema.InvitationFailed}) {
			t.Errorf("%s: the events are %v", name, got)
		}
		s.CheckSequences()
	}
}
