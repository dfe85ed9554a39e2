package workspace_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
)

func signedIn(a *fixture.Agency, p fixture.Person) bool {
	a.T.Helper()
	_, err := a.Visitor.Session(a.T.Context(), p.Session)
	if err != nil && schema.KindOf(err) != schema.SignIn {
		a.T.Fatal(err)
	}
	return err == nil
}

func TestRemovingEndsTheAccessItGaveAndNothingElseOfThePersons(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, other := a.Client("Orchard Lane"), a.Client("Alder Row")
	here, only := a.Admit(c, "only@example.com")
	first, p := a.Admit(c, "both@example.com")
	second, again := a.Admit(other, "both@example.com")
	staff := a.Member(schema.RoleMember, "Jonas Weber", "staff@example.com")
	staffed, _ := a.Admit(c, staff.Email)
	for _, u := range []schema.ClientUser{here, first, staffed} {
		if err := a.Workspace().Remove(t.Context(), u.ID); err != nil {
			t.Fatal(err)
		}
		if row := a.ClientUser(u.ID); row.Status != schema.StatusDeactivated || row.UserID != u.UserID || row.EndedBy != a.Owner.ID {
			t.Errorf("the row is %+v", row)
		}
		if events := a.Events(u.ID); !slices.Equal(events[1:], []schema.EventType{schema.InvitationAccepted, schema.ClientUserActivated, schema.ClientUserDeactivated}) {
			t.Errorf("the events are %v", events)
		}
	}
	if signedIn(a, only) || !signedIn(a, p) || !signedIn(a, again) || !signedIn(a, staff) {
		t.Errorf("still signed in are: only here %v, at both %v and %v, of the agency %v", signedIn(a, only), signedIn(a, p), signedIn(a, again), signedIn(a, staff))
	}
	if p, err := portal.For(t.Context(), a.DB, second.UserID, a.ID); err != nil || len(p.Clients) != 1 || p.Clients[0].ID != other.ID {
		t.Errorf("the portal of who is left at one client is %+v (%v)", p, err)
	}
	if _, err := portal.For(t.Context(), a.DB, here.UserID, a.ID); err != error(schema.ErrNotFound) {
		t.Errorf("the portal of who was removed gives %v", err)
	}
}

// The later of the two must see what the earlier took, or the session of
// somebody with nothing left would stay.
func TestTwoRemovalsAtOnceEndTheSessionsOfWhoHadBoth(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, other := a.Client("Orchard Lane"), a.Client("Alder Row")
	for round := range 40 {
		one, _ := a.Admit(c, "ines@example.com")
		two, p := a.Admit(other, "ines@example.com")
		first, second := a.Workspace(), a.Workspace()
		for _, err := range fixture.Race(func() error { return first.Remove(t.Context(), one.ID) }, func() error { return second.Remove(t.Context(), two.ID) }) {
			if err != nil {
				t.Fatalf("%v (retryable: %v)", err, schema.Retryable(err))
			}
		}
		if signedIn(a, p) {
			t.Fatalf("round %d: the session has stayed", round)
		}
	}
}

// A person who is let in at one client in the moment of being removed at
// another keeps the session that the letting-in has opened.
func TestARemovalBesideAnAcceptOfTheSamePersonEndsNoNewSession(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, other := a.Client("Orchard Lane"), a.Client("Alder Row")
	a.Admit(c, "ines@example.com")
	for round := range 40 {
		there, here := other, c
		if round%2 == 1 {
			there, here = c, other
		}
		u := fixture.Read[schema.ClientUser](a.World, `SELECT * FROM client_users WHERE client_id = ? AND status = 'active'`, here.ID)
		link, ws := a.Link(a.Invite(there, u.Email)), a.Workspace()
		var p fixture.Person
		for _, err := range fixture.Race(func() error { return ws.Remove(t.Context(), u.ID) }, func() (err error) {
			p.Session, err = a.Visitor.AcceptKnown(t.Context(), link, fixture.Password, "")
			return err
		}) {
			if err != nil {
				t.Fatalf("round %d: %v (retryable: %v)", round, err, schema.Retryable(err))
			}
		}
		if !signedIn(a, p) {
			t.Fatalf("round %d: who was just let in is signed out", round)
		}
	}
	a.CheckSequences()
}
