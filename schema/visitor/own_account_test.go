package visitor_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

const next = "rye bread at dusk"

func TestChangingThePasswordEndsEveryOtherSessionAndEveryMailedLink(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	other, stranger, reset := a.SignedIn(a.Owner.ID), a.Person("Tom Okafor", "tom@example.com"), a.PasswordLink(a.Owner.User)
	if err := a.Visitor.ChangePassword(t.Context(), a.Owner.Session, fixture.Password, next); err != nil {
		t.Fatal(err)
	}
	for token, open := range map[visitor.SessionToken]bool{a.Owner.Session: true, stranger.Session: true, other: false} {
		if _, err := a.Visitor.Session(t.Context(), token); (err == nil) != open {
			t.Errorf("a session that should be open: %v gives %v", open, err)
		}
	}
	fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), a.Owner.Email, fixture.Password, "")), schema.Invalid, "credentials")
	if _, err := a.Visitor.SignIn(t.Context(), a.Owner.Email, next, ""); err != nil {
		t.Errorf("the new one gives %v", err)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.SetPassword(t.Context(), reset, "yet another password", "")), schema.Conflict, "link_used")
}

func TestAPasswordIsChangedOnlyFromThePresentOneToAGoodOne(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p := w.Person("Ines Duarte", "ines@example.com")
	before := w.Snapshot()
	for _, c := range []struct{ current, plain, field, code string }{
		{"not the password", next, "current", "credentials"},
		{"", next, "current", "credentials"},
		{fixture.Password, fixture.Password, "password", "password_same"},
		{fixture.Password, "short", "password", "password_short"},
		{fixture.Password, "passwordpassword", "password", "password_common"},
		{fixture.Password, "ines@example.com", "password", "password_own"},
	} {
		err := w.Visitor.ChangePassword(t.Context(), p.Session, c.current, c.plain)
		if e := fixture.Refused(t, err, schema.Invalid, c.code); e.Field != c.field {
			t.Errorf("%s stands at %q", c.code, e.Field)
		}
	}
	if w.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	fixture.Refused(t, w.Visitor.ChangePassword(t.Context(), "rubbish", fixture.Password, next), schema.SignIn, "sign_in")
}

func TestOfTwoChangesOfOnePasswordAtOnceOneWins(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p, old := w.Person("Ines Duarte", "ines@example.com"), fixture.Password
	fresh := []string{"sourdough at dawn", next, "olive loaf by noon"}
	for range 25 {
		sessions := []visitor.SessionToken{w.SignedIn(p.ID), w.SignedIn(p.ID)}
		choices := slices.DeleteFunc(slices.Clone(fresh), func(s string) bool { return s == old })
		won := winner(t, fixture.Together(2, func(i int) error {
			return w.Visitor.ChangePassword(t.Context(), sessions[i], old, choices[i])
		}), "credentials", "sign_in")
		old = choices[won]
		if left, err := w.Visitor.Sessions(t.Context(), p.ID); err != nil || len(left) != 1 || left[0].ID != sessions[won].ID() {
			t.Fatalf("left are %+v (%v)", left, err)
		}
	}
}

func TestOnesSessionsAreListedAndNobodyElses(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, p := w.StopClock(), w.Person("Ines Duarte", "ines@example.com")
	clock.Forward(schema.SessionIdle) // the first one has ended by itself
	older := w.SignedIn(p.ID)
	clock.Forward(time.Hour)
	newer := w.SignedIn(p.ID)
	w.Person("Tom Okafor", "tom@example.com")
	w.Exec(`UPDATE sessions SET device = 'Firefox' WHERE user_id = ?`, p.ID)
	list, err := w.Visitor.Sessions(t.Context(), p.ID)
	if err != nil || len(list) != 2 || list[0].ID != newer.ID() || list[1].ID != older.ID() {
		t.Fatalf("the list is %+v (%v)", list, err)
	}
	if s := list[1]; s.Device != "Firefox" || !s.CreatedAt.Equal(clock.Now().Add(-time.Hour)) || !s.LastSeenAt.Equal(s.CreatedAt) {
		t.Errorf("the older one is %+v", s)
	}
	if id := string(newer.ID()); len(id) != 64 || strings.Contains(id, string(newer)) {
		t.Errorf("its name is %s", id)
	}
}

func TestOneEndsOnesOwnSessionsOnly(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p, other := w.Person("Ines Duarte", "ines@example.com"), w.Person("Tom Okafor", "tom@example.com")
	ended, kept := w.SignedIn(p.ID), w.SignedIn(p.ID)
	before := w.Snapshot()
	for _, id := range []visitor.SessionID{other.Session.ID(), "", "rubbish", visitor.SessionID(strings.ToUpper(string(ended.ID()))), ended.ID()[2:]} {
		if err := w.Visitor.EndSession(t.Context(), p.ID, id); err != error(schema.ErrNotFound) {
			t.Errorf("ending %q gives %v", id, err)
		}
	}
	if w.Snapshot() != before {
		t.Error("a refusal has ended something")
	}
	if err := w.Visitor.EndSession(t.Context(), p.ID, ended.ID()); err != nil {
		t.Fatal(err)
	}
	fixture.Refused(t, fixture.Error(w.Visitor.Session(t.Context(), ended)), schema.SignIn, "sign_in")
	for _, token := range []visitor.SessionToken{p.Session, kept, other.Session} {
		if _, err := w.Visitor.Session(t.Context(), token); err != nil {
			t.Errorf("another one gives %v", err)
		}
	}
	if err := w.Visitor.SignOutEverywhere(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	for token, open := range map[visitor.SessionToken]bool{p.Session: false, kept: false, other.Session: true} {
		if _, err := w.Visitor.Session(t.Context(), token); (err == nil) != open {
			t.Errorf("after signing out everywhere one that should be open: %v gives %v", open, err)
		}
	}
}

func TestANameAndATimeZoneAreSavedAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p := w.Person("Ines Duarte", "ines@example.com")
	if err := w.Visitor.SaveProfile(t.Context(), p.ID, visitor.Profile{FullName: " Inês  Duarte ", TimeZone: "america/new york"}); err != nil {
		t.Fatal(err)
	}
	if u := w.User(p.ID); u.FullName != "Inês Duarte" || u.TimeZone != "America/New_York" {
		t.Errorf("the user is %+v", u)
	}
	before := w.Snapshot()
	for field, f := range map[string]visitor.Profile{"full_name": {FullName: " ", TimeZone: "UTC"}, "time_zone": {FullName: "Ines", TimeZone: "Local"}} {
		err := w.Visitor.SaveProfile(t.Context(), p.ID, f)
		if e, ok := err.(*schema.Error); !ok || e.Kind != schema.Invalid || e.Field != field {
			t.Errorf("%+v gives %v", f, err)
		}
	}
	if err := w.Visitor.SaveProfile(t.Context(), schema.New[schema.UserID](), visitor.Profile{FullName: "Ines", TimeZone: "UTC"}); err != error(schema.ErrNotFound) {
		t.Errorf("somebody who is gone gets %v", err)
	}
	if w.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

func TestASessionThatHasEndedAcceptsNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	p := a.Person("Ines Duarte", "ines@example.com")
	u := a.Invite(a.Client("Orchard Lane"), p.Email)
	if _, err := a.Visitor.SetPassword(t.Context(), a.PasswordLink(p.User), next, ""); err != nil {
		t.Fatal(err)
	}
	before := a.Snapshot()
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptAs(t.Context(), a.Link(u), p.Session, "")), schema.SignIn, "sign_in")
	if a.Snapshot() != before {
		t.Error("the refusal has changed something")
	}
}

func TestAcceptingWithASessionWhileThePasswordChangesOpensNothingThatStays(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for round := range 40 {
		link, session, reset := a.Link(a.Invite(a.Client("Orchard Lane"), a.Owner.Email)), a.SignedIn(a.Owner.ID), a.PasswordLink(a.User(a.Owner.ID))
		var opened visitor.SessionToken
		errs := fixture.Race(func() (err error) {
			opened, err = a.Visitor.AcceptAs(t.Context(), link, session, "")
			return err
		}, func() error { return fixture.Error(a.Visitor.SetPassword(t.Context(), reset, next, "")) })
		if errs[1] != nil {
			t.Fatal(errs[1])
		}
		if errs[0] != nil {
			fixture.Refused(t, errs[0], schema.SignIn, "sign_in")
		} else if _, err := a.Visitor.Session(t.Context(), opened); err == nil {
			t.Fatalf("round %d: a session of before has opened one that stays", round)
		}
	}
}

func TestOnlyItsOwnUserSignedInConfirmsAnAddress(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	p := a.Impostor("ines@example.com", schema.RoleMember)
	link := a.ConfirmLink(p.User)
	ended := a.SignedIn(p.ID)
	if err := a.Visitor.SignOut(t.Context(), ended); err != nil {
		t.Fatal(err)
	}
	before := a.Snapshot()
	for _, nobody := range []visitor.SessionToken{"", "rubbish", ended} {
		fixture.Refused(t, a.Visitor.ConfirmEmail(t.Context(), link, nobody), schema.SignIn, "sign_in")
	}
	fixture.Refused(t, a.Visitor.ConfirmEmail(t.Context(), link, a.Owner.Session), schema.Forbidden, "wrong_account")
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	if err := a.Visitor.ConfirmEmail(t.Context(), link, p.Session); err != nil || !a.User(p.ID).Confirmed() {
		t.Errorf("its own user gets %v", err)
	}
}
