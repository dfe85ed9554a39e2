package system_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

// open says whether a person's session still is.
func open(a *fixture.Agency, p fixture.Person) bool {
	a.T.Helper()
	_, err := a.Visitor.Session(a.T.Context(), p.Session)
	if err != nil && schema.KindOf(err) != schema.SignIn {
		a.T.Fatal(err)
	}
	return err == nil
}

func TestADeletionEndsTheSessionsOfThoseWithNothingLeft(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, other, gone := a.Client("Orchard Lane"), a.Client("Alder Row"), a.Client("Gone")
	_, only := a.Admit(c, "only@example.com")
	_, elsewhere := a.Admit(c, "elsewhere@example.com")
	a.Admit(other, "elsewhere@example.com")
	_, twice := a.Admit(c, "twice@example.com")
	a.Admit(gone, "twice@example.com")
	both := a.Member(schema.RoleMember, "Jonas Weber", "both@example.com")
	a.Admit(c, "both@example.com")
	u, invited := a.Admit(other, "invited@example.com") // was removed there and is only invited here
	if err := a.Workspace().Remove(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	a.Admit(c, "invited@example.com")
	a.Invite(a.Client("Kiln"), "invited@example.com")
	a.DeleteClient(gone)
	a.DeleteClient(c)
	if !open(a, only) {
		t.Error("the session ended before the cascade, so this test shows nothing")
	}
	a.Cascade(c)
	for name, p := range map[string]struct {
		fixture.Person
		keeps bool
	}{"here only": {only, false}, "at another client": {elsewhere, true}, "at another deleted client": {twice, false}, "a member too": {both, true}, "invited elsewhere": {invited, false}} {
		if open(a, p.Person) != p.keeps {
			t.Errorf("%s: the session's end is wrong, it should be kept: %v", name, p.keeps)
		}
	}
}

func TestADeletionDeactivatesEverybodyWithOneEventEach(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	active, _ := a.Admit(c, "active@example.com")
	invited := a.Invite(c, "invited@example.com")
	expired := a.InviteSent(c, "expired@example.com")
	a.LetGoStale(expired.ID)
	if n, err := a.System.Expire(t.Context(), 10); n.Done != 1 || err != nil {
		t.Fatal(n, err)
	}
	revoked, removed := a.Invite(c, "revoked@example.com"), a.Invite(c, "removed@example.com")
	a.Accept(removed)
	if err := errors.Join(a.Workspace().Revoke(t.Context(), revoked.ID), a.Workspace().Remove(t.Context(), removed.ID)); err != nil {
		t.Fatal(err)
	}
	a.DeleteClient(c)
	a.Cascade(c)
	deletion := fixture.Read[schema.Client](a.World, `SELECT * FROM clients WHERE id = ?`, c.ID)
	created, off := schema.InvitationCreated, schema.ClientUserDeactivated
	for _, want := range []struct {
		u      schema.ClientUser
		status schema.Status
		events []schema.EventType
	}{
		{active, schema.StatusDeactivated, []schema.EventType{created, schema.InvitationAccepted, schema.ClientUserActivated, off}},
		{invited, schema.StatusDeactivated, []schema.EventType{created, off}},
		{expired, schema.StatusDeactivated, []schema.EventType{created, schema.InvitationSent, schema.InvitationExpired, off}},
		{revoked, schema.StatusRevoked, []schema.EventType{created, schema.InvitationRevoked}},
		{removed, schema.StatusDeactivated, []schema.EventType{created, schema.InvitationAccepted, schema.ClientUserActivated, off}},
	} {
		u := a.ClientUser(want.u.ID)
		if got := a.Events(u.ID); u.Status != want.status || u.Generation != want.u.Generation || !slices.Equal(got, want.events) {
			t.Errorf("%s is %s with %v", u.Email, u.Status, got)
		}
		if ended := u.ID != revoked.ID && u.ID != removed.ID; ended && (u.EndedBy != a.Owner.ID || !u.EndedAt.Equal(*deletion.DeletedAt)) {
			t.Errorf("%s ended at %v by %s, the client at %s", u.Email, u.EndedAt, u.EndedBy, deletion.DeletedAt)
		}
	}
	by := fixture.ReadAll[schema.UserID](a.World, `SELECT actor_id FROM events WHERE type = ?`, off)
	if len(by) != 4 || slices.ContainsFunc(by, func(id schema.UserID) bool { return id != a.Owner.ID }) {
		t.Errorf("they were deactivated by %v", by)
	}
	a.CheckSequences()
}

// A CRM must never miss an expiry: whoever locks a stale row writes it first.
func TestADeletionWritesTheExpiryOfAStaleInvitationFirst(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	u := a.InviteSent(c, "stale@example.com")
	a.LetGoStale(u.ID)
	a.DeleteClient(c)
	a.Cascade(c)
	want := []schema.EventType{schema.InvitationCreated, schema.InvitationSent, schema.InvitationExpired, schema.ClientUserDeactivated}
	if got := a.Events(u.ID); !slices.Equal(got, want) {
		t.Errorf("the events are %v", got)
	}
	a.CheckSequences()
}

func TestADeletionCancelsUnsentMailAndUnassignsTheAccounts(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, other := a.Client("Orchard Lane"), a.Client("Alder Row")
	mails := map[schema.EmailState]schema.EmailID{}
	for _, s := range []schema.EmailState{schema.EmailQueued, schema.EmailHeld, schema.EmailSending, schema.EmailSent} {
		mails[s] = a.Invite(c, string(s)+"@example.com").EmailID
	}
	a.Record(mails[schema.EmailHeld], a.Claim(mails[schema.EmailHeld]).Email.Attempt, schema.MailResult{Outcome: schema.MailAmbiguous})
	a.Send(mails[schema.EmailSent])
	a.Claim(mails[schema.EmailSending])
	a.Account(c.ID, "a second one")
	a.DeleteClient(c)
	a.Cascade(c)
	for before, want := range map[schema.EmailState]schema.EmailState{schema.EmailQueued: schema.EmailCancelled, schema.EmailHeld: schema.EmailCancelled,
		schema.EmailSending: schema.EmailSending, schema.EmailSent: schema.EmailSent} {
		if got := a.Email(mails[before]).State; got != want {
			t.Errorf("a mail that was %s is %s", before, got)
		}
	}
	free := fixture.Read[int](a.World, `SELECT COUNT(*) FROM social_accounts WHERE client_id IS NULL`)
	taken := fixture.ReadAll[schema.ClientID](a.World, `SELECT client_id FROM social_accounts WHERE client_id IS NOT NULL`)
	if free != 2 || !slices.Equal(taken, []schema.ClientID{other.ID}) {
		t.Errorf("%d accounts are free, the others are of %v", free, taken)
	}
}

func TestACascadeThatWasKilledGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	a.Crowd(c, 2*system.CascadeBatch+200, schema.StatusActive)
	if claim, err := a.System.ClaimCascade(t.Context(), c.ID); err != nil || claim.Verdict != schema.ClaimDone {
		t.Errorf("before the deletion: %+v (%v)", claim, err)
	}
	a.DeleteClient(c)
	left := func() int {
		return fixture.Read[int](w, `SELECT COUNT(*) FROM client_users WHERE status = 'active'`)
	}
	killed, err := a.System.ClaimCascade(t.Context(), c.ID)
	if err != nil || killed.Verdict != schema.ClaimTaken {
		t.Fatalf("%+v (%v)", killed, err)
	}
	clock.Forward(schema.CascadeLease - time.Second)
	if done, err := a.System.Cascade(t.Context(), c.ID, killed.Attempt); done || err != nil || left() != system.CascadeBatch+200 {
		t.Fatalf("after one batch %d are left, done: %v (%v)", left(), done, err)
	}
	// Killed here. The batch has lengthened the lease.
	if claim, err := a.System.ClaimCascade(t.Context(), c.ID); err != nil || claim.Verdict != schema.ClaimWait || claim.Wait != schema.CascadeLease {
		t.Errorf("within the lease: %+v (%v)", claim, err)
	}
	clock.Forward(schema.CascadeLease)
	next, err := a.System.ClaimCascade(t.Context(), c.ID)
	if err != nil || next.Verdict != schema.ClaimTaken || next.Attempt == killed.Attempt {
		t.Fatalf("%+v (%v)", next, err)
	}
	if _, err := a.System.Cascade(t.Context(), c.ID, killed.Attempt); !errors.Is(err, system.ErrOvertaken) || left() != system.CascadeBatch+200 {
		t.Errorf("the killed one comes back and gets %v, %d are left", err, left())
	}
	if err := a.System.ReleaseCascade(t.Context(), c.ID, killed.Attempt); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("the killed one gives back what is not its own: %v", err)
	}
	if done, err := a.System.Cascade(t.Context(), c.ID, next.Attempt); done || err != nil || left() != 200 {
		t.Errorf("%d are left, done: %v (%v)", left(), done, err)
	}
	if err := a.System.ReleaseCascade(t.Context(), c.ID, next.Attempt); err != nil {
		t.Fatal(err)
	}
	a.Cascade(c) // at once: no lease to wait for
	events := fixture.Read[int](w, `SELECT COUNT(*) FROM events WHERE type = ?`, schema.ClientUserDeactivated)
	sessions := fixture.Read[int](w, `SELECT COUNT(*) FROM sessions WHERE user_id <> ?`, a.Owner.ID)
	if left() != 0 || events != 2*system.CascadeBatch+200 || sessions != 0 {
		t.Errorf("%d are left, with %d events and %d sessions", left(), events, sessions)
	}
	if claim, err := a.System.ClaimCascade(t.Context(), c.ID); err != nil || claim.Verdict != schema.ClaimDone {
		t.Errorf("when it is done: %+v (%v)", claim, err)
	}
	if _, err := a.System.Cascade(t.Context(), c.ID, next.Attempt+1); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("a batch after the end: %v", err)
	}
	a.CheckSequences()
}

func TestAClientThatIsGoneHasNoCascade(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	if claim, err := w.System.ClaimCascade(t.Context(), schema.New[schema.ClientID]()); err != nil || claim.Verdict != schema.ClaimDone {
		t.Errorf("%+v (%v)", claim, err)
	}
}

func TestFiveThousandPeopleAreDeactivated(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	a.Crowd(c, 5000, schema.StatusActive)
	a.DeleteClient(c)
	a.Cascade(c)
	off := fixture.Read[int](a.World, `SELECT COUNT(*) FROM client_users WHERE status = 'deactivated' AND event_seq = 1`)
	sessions := fixture.Read[int](a.World, `SELECT COUNT(*) FROM sessions WHERE user_id <> ?`, a.Owner.ID)
	if off != 5000 || sessions != 0 {
		t.Errorf("%d are deactivated, %d sessions are left", off, sessions)
	}
	a.CheckSequences()
}
