package visitor_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

func portalOf(t *testing.T, w *fixture.World, token visitor.SessionToken) schema.AgencyID {
	t.Helper()
	s, err := w.Visitor.Session(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return s.PortalID
}

func TestOnlyAPortalThatIsOpenCanBeChosen(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, b, foreign, invited, ended := w.Agency("Halden Street"), w.Agency("Mill Road"), w.Agency("Elsewhere"), w.Agency("Invited"), w.Agency("Ended")
	gone := ended.Client("Gone")
	a.Admit(a.Client("Orchard Lane"), "ines@example.com")
	ended.Admit(gone, "ines@example.com")
	_, p := b.Admit(b.Client("Kiln"), "ines@example.com")
	invited.Invite(invited.Client("Alder Row"), "ines@example.com")
	ended.DeleteClient(gone)
	for _, c := range []struct {
		*fixture.Agency
		open bool
	}{{a, true}, {foreign, false}, {invited, false}, {ended, false}, {b, true}} {
		err := w.Visitor.ChoosePortal(t.Context(), p.Session, c.ID)
		if (err == nil) != c.open || !c.open && err != error(schema.ErrNotFound) {
			t.Errorf("choosing %s gives %v", c.Name, err)
		}
		if (portalOf(t, w, p.Session) == c.ID) != c.open {
			t.Errorf("having chosen %s it goes to %s", c.Name, portalOf(t, w, p.Session))
		}
	}
	for _, token := range []visitor.SessionToken{"rubbish", a.Owner.Session} {
		if err := w.Visitor.ChoosePortal(t.Context(), token, a.ID); err != error(schema.ErrNotFound) {
			t.Errorf("somebody else chooses: %v", err)
		}
	}
}

func TestASessionBeginsInThePortalThatWasAcceptedOrInTheOnlyOne(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, b := w.Agency("Halden Street"), w.Agency("Mill Road")
	signIn := func(p fixture.Person) visitor.SessionToken {
		token, err := w.Visitor.SignIn(t.Context(), p.Email, fixture.Password, "")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	_, p := a.Admit(a.Client("Orchard Lane"), "ines@example.com")
	if got := portalOf(t, w, p.Session); got != a.ID {
		t.Errorf("after accepting it goes to %s", got)
	}
	if got := portalOf(t, w, signIn(p)); got != a.ID {
		t.Errorf("with one portal it goes to %s", got)
	}
	_, p = b.Admit(b.Client("Kiln"), "ines@example.com")
	if got := portalOf(t, w, p.Session); got != b.ID {
		t.Errorf("after accepting the second it goes to %s", got)
	}
	if got := portalOf(t, w, signIn(p)); !got.IsZero() {
		t.Errorf("with two portals it goes to %s", got)
	}
}
