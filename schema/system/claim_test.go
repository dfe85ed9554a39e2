package system_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

func TestOfManyClaimsOfOneMailAtOnceOneIsTaken(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	for round := range 40 {
		u := a.Invite(c, fmt.Sprintf("ines%d@example.com", round))
		verdicts := make([]schema.ClaimVerdict, 4)
		for _, err := range fixture.Together(len(verdicts), func(i int) error {
			// One of them asks twice for the same in one group.
			claims, err := a.System.ClaimEmails(t.Context(), []schema.EmailID{u.EmailID, u.EmailID}[:1+i%2])
			if err == nil {
				verdicts[i] = claims[0].Verdict
				if len(claims) == 2 && claims[1].Verdict == schema.ClaimTaken {
					return fmt.Errorf("the second of a group has it: %+v", claims)
				}
			}
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		taken := 0
		for _, v := range verdicts {
			if v == schema.ClaimTaken {
				taken++
			} else if v != schema.ClaimWait {
				t.Fatalf("round %d: the verdicts are %v", round, verdicts)
			}
		}
		if mail := a.Email(u.EmailID); taken != 1 || mail.Attempt != 1 || mail.State != schema.EmailSending {
			t.Fatalf("round %d: the verdicts are %v, the mail is %s at attempt %d", round, verdicts, mail.State, mail.Attempt)
		}
	}
}

func TestAGroupIsAnsweredInTheOrderAskedAndWhatIsGoneIsDone(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.StopClock()
	a, b := w.Agency("Halden Street"), w.Agency("Mill Road")
	ines, tom := a.Invite(a.Client("Orchard Lane"), "ines@example.com"), b.Invite(b.Client("Kiln"), "tom@example.com")
	p := w.Person("Ada Lindqvist", "ada@example.com")
	due, err := w.Visitor.ForgotPassword(t.Context(), p.Email)
	if err != nil {
		t.Fatal(err)
	}
	reset, err := schema.Parse[schema.EmailID](due[0].Row)
	if err != nil {
		t.Fatal(err)
	}
	ids := []schema.EmailID{tom.EmailID, schema.New[schema.EmailID](), reset, ines.EmailID, tom.EmailID}
	claims, err := w.System.ClaimEmails(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		verdict schema.ClaimVerdict
		letter  system.Letter
	}{
		{schema.ClaimTaken, system.Letter{FullName: "Tom", Agency: "Mill Road", Client: "Kiln", Inviter: b.Owner.FullName, InviterEmail: b.Owner.Email, ExpiresAt: tom.ExpiresAt}},
		{schema.ClaimDone, system.Letter{}},
		{schema.ClaimTaken, system.Letter{FullName: "Ada Lindqvist", ExpiresAt: w.Now().Add(time.Hour)}},
		{schema.ClaimTaken, system.Letter{FullName: "Ines", Agency: "Halden Street", Client: "Orchard Lane", Inviter: a.Owner.FullName, InviterEmail: a.Owner.Email, ExpiresAt: ines.ExpiresAt}},
		{schema.ClaimWait, system.Letter{}},
	} {
		if claims[i].Verdict != want.verdict || claims[i].Letter != want.letter || want.verdict == schema.ClaimTaken && claims[i].Email.ID != ids[i] {
			t.Errorf("%d: the answer is %+v, want %+v", i, claims[i], want)
		}
	}
	results := []system.EmailResult{{ID: ines.EmailID, Attempt: 1, Result: sent}, {ID: ids[1], Attempt: 1, Result: sent}, {ID: reset, Attempt: 1, Release: true},
		{ID: tom.EmailID, Attempt: 2, Result: sent}}
	after, err := w.System.RecordEmails(t.Context(), results)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []system.EmailAfter{{State: schema.EmailSent, Counts: true}, {}, {State: schema.EmailQueued, Counts: true}, {State: schema.EmailSending, Wait: schema.MailLease}} {
		if after[i] != want {
			t.Errorf("%d: it comes to %+v, want %+v", i, after[i], want)
		}
	}
	w.CheckSequences()
}

// A worker that did not hear back reports again, and the two may meet.
func TestTwoResultsOfOneAttemptInOneGroupLeaveRowAndEventsInAccord(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	for i := range 60 { // with few mails the server takes another way through them
		a.Invite(c, fmt.Sprintf("person%d@example.com", i))
	}
	u := a.Invite(c, "ines@example.com")
	attempt := a.Claim(u.EmailID).Email.Attempt
	after, err := a.System.RecordEmails(t.Context(), []system.EmailResult{
		{ID: u.EmailID, Attempt: attempt, Result: schema.MailResult{Outcome: schema.MailAmbiguous}}, {ID: u.EmailID, Attempt: attempt, Result: sent}})
	if err != nil {
		t.Fatal(err)
	}
	if mail := a.Email(u.EmailID); mail.State != after[1].State || (mail.State == schema.EmailSent) != slices.Contains(a.Events(u.ID), schema.InvitationSent) {
		t.Errorf("the worker hears %+v, the mail is %s, the events are %v", after, mail.State, a.Events(u.ID))
	}
}

// What a mail to an account is about is the credential that its link changes.
func TestAMailToAnAccountIsCancelledWhenItsLinkIsDead(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *fixture.World, c *fixture.Clock, p fixture.Person){
		"the password was set": func(w *fixture.World, _ *fixture.Clock, p fixture.Person) {
			if _, err := w.Visitor.SetPassword(t.Context(), w.PasswordLink(p.User), fixture.Password, ""); err != nil {
				t.Fatal(err)
			}
		},
		"its hour is over": func(_ *fixture.World, c *fixture.Clock, _ fixture.Person) { c.Forward(time.Hour) },
	} {
		w := fixture.New(t)
		clock, p := w.StopClock(), w.Person("Ada Lindqvist", "ada@example.com")
		due, err := w.Visitor.ForgotPassword(t.Context(), p.Email)
		if err != nil {
			t.Fatal(err)
		}
		id, err := schema.Parse[schema.EmailID](due[0].Row)
		if err != nil {
			t.Fatal(err)
		}
		end(w, clock, p)
		if c := w.TryClaim(id); c.Verdict != schema.ClaimDone || w.Email(id).State != schema.EmailCancelled {
			t.Errorf("%s: the verdict is %d, the mail %s", name, c.Verdict, w.Email(id).State)
		}
	}
}

func TestClaimsOfManyGroupsBesideVerbsSendEveryMailOnce(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	var ids []schema.EmailID
	var rows []schema.ClientUser
	for i := range 3 {
		c := a.Client(fmt.Sprint("Client ", i))
		for j := range 20 {
			u := a.Invite(c, fmt.Sprintf("person%d@example.com", j))
			ids, rows = append(ids, u.EmailID), append(rows, u)
		}
	}
	ws := a.Workspace()
	errs := fixture.Together(6, func(i int) error {
		if i == 5 { // somebody revokes every fourth meanwhile
			for j := 0; j < len(rows); j += 4 {
				if err := ws.Revoke(t.Context(), rows[j].ID); err != nil {
					return err
				}
			}
			return nil
		}
		mine := append(append([]schema.EmailID{}, ids[i*7:]...), ids[:i*7]...) // each begins elsewhere
		for len(mine) > 0 {
			group := mine[:min(9, len(mine))]
			mine = mine[len(group):]
			claims, err := a.System.ClaimEmails(t.Context(), group)
			if err != nil {
				return err
			}
			var results []system.EmailResult
			for _, c := range claims {
				if c.Verdict == schema.ClaimTaken {
					results = append(results, system.EmailResult{ID: c.Email.ID, Attempt: c.Email.Attempt, Result: sent})
				}
			}
			if len(results) == 0 {
				continue
			}
			if _, err := a.System.RecordEmails(t.Context(), results); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range errs {
		if err != nil {
			t.Fatalf("%v (retryable: %v)", err, schema.Retryable(err))
		}
	}
	for i, id := range ids {
		mail := a.Email(id)
		cancelled := mail.State == schema.EmailCancelled && i%4 == 0
		if mail.Attempt > 1 || !cancelled && mail.State != schema.EmailSent {
			t.Errorf("mail %d is %s at attempt %d", i, mail.State, mail.Attempt)
		}
	}
	a.CheckSequences()
}
