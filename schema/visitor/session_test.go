package visitor_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

const day = 24 * time.Hour

func TestASessionEndsAfterAWeekWithoutARequest(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, p := w.StopClock(), w.Person("Ines Duarte", "ines@example.com")
	for range 3 { // a request keeps it
		clock.Forward(schema.SessionIdle - time.Second)
		if _, err := w.Visitor.Session(t.Context(), p.Session); err != nil {
			t.Fatalf("a second before the end: %v", err)
		}
	}
	clock.Forward(schema.SessionIdle)
	fixture.Refused(t, fixture.Error(w.Visitor.Session(t.Context(), p.Session)), schema.SignIn, "sign_in")
}

func TestASessionEndsThirtyDaysAfterTheSignInWhateverHappens(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, p := w.StopClock(), w.Person("Ines Duarte", "ines@example.com")
	begun := clock.Now()
	for clock.Now().Before(begun.Add(schema.SessionLife - day)) {
		clock.Forward(day)
		if _, err := w.Visitor.Session(t.Context(), p.Session); err != nil {
			t.Fatalf("after %s: %v", clock.Now().Sub(begun), err)
		}
	}
	clock.Forward(day - time.Second)
	if _, err := w.Visitor.Session(t.Context(), p.Session); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	clock.Forward(time.Second)
	fixture.Refused(t, fixture.Error(w.Visitor.Session(t.Context(), p.Session)), schema.SignIn, "sign_in")
}

func TestASessionIsTouchedOnceAMinute(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, p := w.StopClock(), w.Person("Ines Duarte", "ines@example.com")
	begun := clock.Now()
	for _, c := range []struct{ forward, seen time.Duration }{{time.Minute, 0}, {time.Second, 61 * time.Second}, {30 * time.Second, 61 * time.Second}} {
		clock.Forward(c.forward)
		if _, err := w.Visitor.Session(t.Context(), p.Session); err != nil {
			t.Fatal(err)
		}
		if seen := fixture.Read[time.Time](w, `SELECT last_seen_at FROM sessions`); seen.Sub(begun) != c.seen {
			t.Errorf("after %s it was last seen after %s", clock.Now().Sub(begun), seen.Sub(begun))
		}
	}
}

func TestOnlyTheHashOfASessionsTokenIsKept(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p := w.Person("Ines Duarte", "ines@example.com")
	hash := sha256.Sum256([]byte(p.Session))
	if kept := fixture.ReadAll[[]byte](w, `SELECT token_hash FROM sessions`); len(kept) != 1 || !bytes.Equal(kept[0], hash[:]) || len(p.Session) < 43 {
		t.Errorf("%q is kept as %x", p.Session, kept)
	}
	again, err := w.Visitor.SetPassword(t.Context(), w.PasswordLink(p.User), fixture.Password, "")
	if err != nil || again == p.Session {
		t.Errorf("two sessions have one token (%v)", err)
	}
	for _, rubbish := range []visitor.SessionToken{"", "rubbish", visitor.SessionToken(hash[:]), again[1:], again + "="} {
		fixture.Refused(t, fixture.Error(w.Visitor.Session(t.Context(), rubbish)), schema.SignIn, "sign_in")
	}
}

func TestSigningOutEndsThatSessionOnly(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	other, err := a.Visitor.SignIn(t.Context(), a.Owner.Email, fixture.Password, strings.Repeat("é", 500))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // an unknown one is no error
		if err := a.Visitor.SignOut(t.Context(), a.Owner.Session); err != nil {
			t.Fatal(err)
		}
	}
	fixture.Refused(t, fixture.Error(a.Visitor.Session(t.Context(), a.Owner.Session)), schema.SignIn, "sign_in")
	if _, err := a.Visitor.Session(t.Context(), other); err != nil {
		t.Errorf("the other one gives %v", err)
	}
}

func TestOnlyAWorkspaceOfOnesOwnCanBeChosen(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, b, foreign := w.Agency("Halden Street"), w.Agency("Mill Road"), w.Agency("Elsewhere")
	p := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	if _, err := w.System.AddMember(t.Context(), b.ID, p.FullName, p.Email, schema.RoleMember); err != nil {
		t.Fatal(err)
	}
	for agency, want := range map[schema.AgencyID]error{a.ID: nil, b.ID: nil, foreign.ID: schema.ErrNotFound} {
		err := w.Visitor.Choose(t.Context(), p.Session, agency)
		if (want == nil) != (err == nil) || want != nil && schema.KindOf(err) != schema.NotFound {
			t.Errorf("choosing gives %v, want %v", err, want)
		}
		if s, err := w.Visitor.Session(t.Context(), p.Session); err != nil || (s.AgencyID == agency) != (want == nil) {
			t.Errorf("the session goes to %s (%v)", s.AgencyID, err)
		}
	}
	if err := w.Visitor.Choose(t.Context(), "rubbish", a.ID); schema.KindOf(err) != schema.NotFound {
		t.Errorf("without a session one chooses: %v", err)
	}
}

// outdated lets somebody come with a password while it is being changed, many
// times. Whatever the order, the old password has no session left.
func outdated(t *testing.T, a *fixture.Agency, come func(password string) (visitor.SessionToken, error)) {
	t.Helper()
	old, next := fixture.Password, "rye bread at dusk"
	for range 40 {
		reset := a.PasswordLink(a.User(a.Owner.ID))
		var session visitor.SessionToken
		errs := fixture.Race(func() (err error) {
			session, err = come(old)
			return err
		}, func() error {
			return fixture.Error(a.Visitor.SetPassword(t.Context(), reset, next, ""))
		})
		if errs[1] != nil {
			t.Fatal(errs[1])
		}
		if errs[0] != nil {
			fixture.Refused(t, errs[0], schema.Invalid, "credentials")
		} else if _, err := a.Visitor.Session(t.Context(), session); err == nil {
			t.Fatal("a password that was changed has opened a session that stays")
		}
		old, next = next, old
	}
}

func TestSigningInWhileThePasswordChangesOpensNothingThatStays(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	outdated(t, a, func(password string) (visitor.SessionToken, error) {
		return a.Visitor.SignIn(t.Context(), a.Owner.Email, password, "")
	})
}

func TestAcceptingWhileThePasswordChangesOpensNothingThatStays(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	var links []string
	for i := range 40 {
		links = append(links, a.Link(a.Invite(a.Client(fmt.Sprint("Client ", i)), a.Owner.Email)))
	}
	outdated(t, a, func(password string) (visitor.SessionToken, error) {
		link := links[0]
		links = links[1:]
		return a.Visitor.AcceptKnown(t.Context(), link, password, "")
	})
}
