package visitor_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

// Mallory signs up under the address of Ines, who is then invited.
func TestWhoeverSignedUpUnderAForeignAddressGainsNothing(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	mallory := w.Agency("Mallorys").Impostor("ines@example.com", schema.RoleAdmin)
	own := fixture.Read[schema.AgencyID](w, `SELECT agency_id FROM members WHERE user_id = ?`, mallory.ID)
	reset, confirm := w.PasswordLink(mallory.User), w.ConfirmLink(mallory.User)
	a := w.Agency("Halden Street")
	u := a.Invite(a.Client("Orchard Lane"), "ines@example.com")
	if i, err := w.Visitor.Invitation(t.Context(), w.Link(u)); err != nil || i.Known || i.State != visitor.LinkOpen {
		t.Fatalf("the page says %+v (%v)", i, err)
	}
	session, err := w.Visitor.Accept(t.Context(), w.Link(u), "Ines Duarte", "a password of her own", "")
	if err != nil {
		t.Fatal(err)
	}
	ines := w.UserAt("ines@example.com")
	if ines.ID != mallory.ID || !ines.Confirmed() || ines.FullName != "Ines Duarte" || ines.CredentialVersion <= mallory.CredentialVersion {
		t.Errorf("the user is %+v", ines)
	}
	if s, err := w.Visitor.Session(t.Context(), session); err != nil || s.UserID != ines.ID || !s.AgencyID.IsZero() {
		t.Errorf("her session is %+v (%v)", s, err)
	}
	if _, err := w.Visitor.SignIn(t.Context(), ines.Email, "a password of her own", ""); err != nil {
		t.Errorf("her password gives %v", err)
	}

	fixture.Refused(t, fixture.Error(w.Visitor.Session(t.Context(), mallory.Session)), schema.SignIn, "sign_in")
	fixture.Refused(t, fixture.Error(w.Visitor.SignIn(t.Context(), ines.Email, fixture.Password, "")), schema.Invalid, "credentials")
	fixture.Refused(t, fixture.Error(w.Visitor.SetPassword(t.Context(), reset, "mallory comes back", "")), schema.Conflict, "link_used")
	fixture.Refused(t, w.Visitor.ConfirmEmail(t.Context(), confirm, mallory.Session), schema.Conflict, "link_used")
	if _, err := workspace.For(t.Context(), w.DB, ines.ID, own); err != error(schema.ErrNotFound) {
		t.Errorf("Ines is in Mallory's agency: %v", err)
	}
	if places, err := w.Visitor.Places(t.Context(), ines.ID); err != nil || len(places) != 1 || places[0].AgencyID != a.ID {
		t.Errorf("her places are %+v (%v)", places, err)
	}
}

func TestAnUnconfirmedUserCanNotAcceptWithTheirSessionOrPassword(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	mallory := a.Impostor("ines@example.com", schema.RoleMember)
	u := a.Invite(a.Client("Orchard Lane"), "ines@example.com")
	before := a.Snapshot()
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptAs(t.Context(), a.Link(u), mallory.Session, "")), schema.Forbidden, "wrong_account")
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptKnown(t.Context(), a.Link(u), fixture.Password, "")), schema.Forbidden, "wrong_account")
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	a.Accept(u) // by the mailbox's owner, with a password
}

func TestConfirmingTheAddressMakesTheUserKnown(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	p := a.Impostor("ines@example.com", schema.RoleMember)
	if err := a.Visitor.ConfirmEmail(t.Context(), a.ConfirmLink(p.User), p.Session); err != nil {
		t.Fatal(err)
	}
	u := a.Invite(a.Client("Orchard Lane"), "ines@example.com")
	if _, err := a.Visitor.AcceptAs(t.Context(), a.Link(u), p.Session, ""); err != nil {
		t.Error(err)
	}
	if _, err := workspace.For(t.Context(), a.DB, p.ID, a.ID); err != nil {
		t.Errorf("their membership is gone: %v", err)
	}
}

// An operator made Ines an agency's owner. Before she set a password, another
// agency's invitation reached her.
func TestWhatTheMailboxWasGivenStaysWhenItsOwnerAcceptsElsewhereFirst(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	own, _, err := system.New(w.DB, 0).CreateAgency(t.Context(), "Ines & Co", schema.PlanAgency, "Ines Duarte", "ines@example.com")
	if err != nil {
		t.Fatal(err)
	}
	a := w.Agency("Halden Street")
	a.Accept(a.Invite(a.Client("Orchard Lane"), "ines@example.com"))
	ws, err := workspace.For(t.Context(), w.DB, w.UserAt("ines@example.com").ID, own.ID)
	if err != nil || ws.Role != schema.RoleOwner {
		t.Errorf("her own agency gives %v", err)
	}
}
