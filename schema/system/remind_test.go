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

const day = 24 * time.Hour

// remind runs one sweep and checks how many reminders it writes.
func remind(t *testing.T, w *fixture.World, want int) []schema.EmailID {
	t.Helper()
	out, err := w.System.Remind(t.Context(), 100)
	if err != nil || len(out.Due) != want {
		t.Fatalf("the sweep writes %d reminders, want %d (%v)", len(out.Due), want, err)
	}
	var ids []schema.EmailID
	for _, d := range out.Due {
		id, err := schema.Parse[schema.EmailID](d.Row)
		if err != nil {
			t.Fatal(err)
		}
		if e := w.Email(id); e.Kind != schema.EmailInvitationReminder || e.State != schema.EmailQueued || d != e.Due() {
			t.Errorf("the reminder is %+v, its bell %+v", e, d)
		}
		ids = append(ids, id)
	}
	return ids
}

func TestThePersonIsRemindedTwiceOfTheSameLinkAndThenLeftAlone(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	u := a.InviteSent(a.Client("Orchard Lane"), "ines.duarte@example.com")
	clock.Forward(3*day - time.Second)
	remind(t, w, 0)
	for i, wait := range []time.Duration{time.Second, 3 * day} {
		clock.Forward(wait)
		mail := remind(t, w, 1)[0]
		remind(t, w, 0)
		claim := w.Claim(mail)
		if claim.Email.Generation != u.Generation || claim.Email.Address != u.Email || claim.Letter.LastReminder != (i == 1) ||
			!claim.Letter.ExpiresAt.Equal(u.ExpiresAt) || claim.Letter.Inviter != "Priya Nair" || claim.Client != u.ClientID {
			t.Errorf("reminder %d is %+v", i+1, claim)
		}
		w.Record(mail, claim.Email.Attempt, schema.MailResult{Outcome: schema.MailAccepted, ProviderID: "<1@mail>"})
		now := w.ClientUser(u.ID)
		if now.EmailID != mail || !now.ResendAfter.Equal(clock.Now().Add(schema.ResendCooldown)) || !now.ExpiresAt.Equal(u.ExpiresAt) {
			t.Errorf("after reminder %d the row is %+v", i+1, now)
		}
	}
	clock.Forward(day - time.Second)
	remind(t, w, 0)
	w.Accept(u) // the link of the very first mail
	if got, want := a.Events(u.ID), []schema.EventType{schema.InvitationCreated, schema.InvitationSent, schema.InvitationAccepted, schema.ClientUserActivated}; !slices.Equal(got, want) {
		t.Errorf("the events are %v: a reminder is no second invitation", got)
	}
	w.CheckSequences()
}

func TestWhatStopsReminders(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	mailed := func(state schema.EmailState) func(*testing.T, schema.ClientUser) {
		return func(t *testing.T, u schema.ClientUser) {
			w.Exec(`UPDATE emails SET state = ? WHERE id = ?`, state, u.EmailID)
		}
	}
	for name, stop := range map[string]func(*testing.T, schema.ClientUser){
		"accepting":  func(t *testing.T, u schema.ClientUser) { w.Accept(u) },
		"bouncing":   mailed(schema.EmailBounced),
		"failing":    mailed(schema.EmailFailed),
		"suppressed": mailed(schema.EmailSuppressed),
		"complained": mailed(schema.EmailComplained),
		"revoking": func(t *testing.T, u schema.ClientUser) {
			if err := a.Workspace().Revoke(t.Context(), u.ID); err != nil {
				t.Fatal(err)
			}
		},
		"expiring":            func(t *testing.T, u schema.ClientUser) { w.LetGoStale(u.ID) },
		"deleting the client": func(t *testing.T, u schema.ClientUser) { a.DeleteClient(schema.Client{ID: u.ClientID}) },
	} {
		c := a.Client("Orchard Lane")
		u := a.InviteSent(c, "tom.okafor@example.com")
		stop(t, u)
		clock.Forward(3 * day)
		remind(t, w, 0)
		clock.Forward(3 * day)
		remind(t, w, 0)
		if got := w.ClientUser(u.ID).RemindAt; got != nil {
			t.Errorf("%s: there is still one at %s", name, got)
		}
	}
}

func TestAnAgencyWithoutRemindersSkipsThemAndOneThatSwitchesThemOnSendsTheNext(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	for name, c := range map[string]struct{ off, on func(*fixture.Agency) }{
		"switched off": {
			func(a *fixture.Agency) { a.Exec(`UPDATE agencies SET reminders = FALSE WHERE id = ?`, a.ID) },
			func(a *fixture.Agency) { a.Exec(`UPDATE agencies SET reminders = TRUE WHERE id = ?`, a.ID) },
		},
		"downgraded": {
			func(a *fixture.Agency) { a.SetPlan(schema.PlanSolo) },
			func(a *fixture.Agency) { a.SetPlan(schema.PlanAgency) },
		},
	} {
		a := w.Agency(name)
		u := a.InviteSent(a.Client("Orchard Lane"), "ines@example.com")
		c.off(a)
		clock.Forward(3 * day)
		remind(t, w, 0)
		if got := w.ClientUser(u.ID); !got.RemindAt.Equal(u.ExpiresAt.Add(-day)) || got.EmailID != u.EmailID {
			t.Errorf("%s: the row is %+v", name, got)
		}
		c.on(a)
		remind(t, w, 0) // what was skipped is not made up for
		clock.Forward(3 * day)
		remind(t, w, 1)
		clock.Forward(2 * day)
		w.Exec(`DELETE FROM emails`)
	}
}

func TestALateSweepRemindsOnceAndNeverAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	a.InviteSent(c, "ines@example.com")
	clock.Forward(6*day + 20*time.Hour)
	remind(t, w, 1)
	remind(t, w, 0)
	a.InviteSent(c, "tom@example.com")
	clock.Forward(7 * day)
	remind(t, w, 0)
}

func TestAReminderWaitsForTheMailBeforeIt(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	u := a.Invite(a.Client("Orchard Lane"), "ines@example.com")
	clock.Forward(3 * day)
	remind(t, w, 0)
	w.Send(u.EmailID)
	clock.Forward(10*time.Minute - time.Second)
	remind(t, w, 0)
	clock.Forward(time.Second)
	remind(t, w, 1)
}

func TestAReminderThatFailsIsToldOfAndIsTheLast(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	u := a.InviteSent(a.Client("Orchard Lane"), "ines@example.com")
	clock.Forward(3 * day)
	mail := remind(t, w, 1)[0]
	claim := w.Claim(mail)
	w.Record(mail, claim.Email.Attempt, schema.MailResult{Outcome: schema.MailRejected, Code: "refused", Reason: "The provider refused it."})
	if got := a.Events(u.ID); got[len(got)-1] != schema.InvitationFailed {
		t.Errorf("the events are %v", got)
	}
	clock.Forward(3 * day)
	remind(t, w, 0)
	w.CheckSequences()
}

func TestAFreshLinkTakesThePlaceOfAReminderThatWaits(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	u := a.InviteSent(a.Client("Orchard Lane"), "ines@example.com")
	clock.Forward(time.Hour)
	resent, err := a.Workspace().Resend(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.Send(resent.ClientUser.EmailID)
	clock.Forward(3 * day)
	mail := remind(t, w, 1)[0]
	old := w.Link(u) // the superseded one
	_, err = w.Visitor.FreshLink(t.Context(), old)
	fixture.Refused(t, err, schema.TooSoon, "cooldown")
	clock.Forward(schema.ResendCooldown)
	if _, err := w.Visitor.FreshLink(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got := w.Email(mail).State; got != schema.EmailCancelled {
		t.Errorf("beside the mail with the link the reminder is %s", got)
	}
	now := w.ClientUser(u.ID)
	if got := w.Email(now.EmailID); got.Generation != 2 || got.Kind != schema.EmailInvitationResend || now.Generation != 2 {
		t.Errorf("the mail is %+v", got)
	}
	if want := resent.ClientUser.ExpiresAt.Add(-day); !now.RemindAt.Equal(want) {
		t.Errorf("the next reminder is at %s, want %s", now.RemindAt, want)
	}
}

func TestTwoSweepsAtOnceRemindEverybodyOnce(t *testing.T) {
	t.Parallel()
	const people = 3000
	a := fixture.New(t).Agency("Halden Street")
	a.Crowd(a.Client("Orchard Lane"), people, schema.StatusInvited)
	a.Exec(`UPDATE client_users SET remind_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE, invited_at = UTC_TIMESTAMP(6) - INTERVAL 3 DAY`)
	sweep := func() error {
		for {
			if out, err := a.System.Remind(t.Context(), system.RemindBatch); err != nil || out.Done == 0 {
				return err
			}
		}
	}
	for _, err := range fixture.Race(sweep, sweep, sweep) {
		if err != nil {
			t.Error(err)
		}
	}
	if err := sweep(); err != nil { // for what they left to each other
		t.Error(err)
	}
	if n := fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails e JOIN client_users u ON u.email_id = e.id WHERE e.kind = 'invitation_reminder'`); n != people {
		t.Errorf("%d of %d have a reminder for their newest mail", n, people)
	}
	if n := fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails`); n != people {
		t.Errorf("%d mails were written", n)
	}
}

func TestNothingIsRemindedBesideWhatEndsIt(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for round := range 10 {
		c := a.Client("Orchard Lane")
		a.Crowd(c, 600, schema.StatusInvited)
		var rows []schema.ClientUser
		for i := range 5 {
			rows = append(rows, a.InviteSent(c, fmt.Sprintf("open%d@example.com", i)))
		}
		a.Exec(`UPDATE client_users SET remind_at = UTC_TIMESTAMP(6), invited_at = UTC_TIMESTAMP(6) - INTERVAL 3 DAY WHERE client_id = ?`, c.ID)
		var refused []error
		sweep := func() error { return fixture.Error(a.System.Remind(t.Context(), 50)) }
		deleter := a.Workspace()
		for _, err := range fixture.Race(sweep, sweep, sweep, func() error {
			for _, u := range rows {
				refused = append(refused, fixture.Error(a.Visitor.Accept(t.Context(), a.Link(u), "Some Body", fixture.Password, "")))
			}
			return nil
		}, func() error {
			if _, err := deleter.DeleteClient(t.Context(), c.ID); err != nil {
				return err
			}
			return cascade(t, a, c)
		}) {
			if err != nil {
				t.Errorf("round %d: %v (retryable: %v)", round, err, schema.Retryable(err))
			}
		}
		for _, err := range refused {
			told(t, err, "link_revoked", "known_address")
		}
		nothingLeft(t, a, c, round)
		if n := fixture.Read[int](a.World, `SELECT COUNT(*) FROM client_users WHERE client_id = ? AND remind_at IS NOT NULL`, c.ID); n != 0 {
			t.Errorf("round %d: %d have a reminder to come", round, n)
		}
	}
	a.CheckSequences()
}
