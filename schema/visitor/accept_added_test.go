package visitor_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestWhoHasAccessInTheAgencyAddsAClientInOneClick(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	first, p := a.Admit(a.Client("Orchard Lane"), "ines@example.com")
	u := a.Invite(a.Client("Alder Row"), "ines@example.com")
	i, err := a.Visitor.Invitation(t.Context(), a.Link(u))
	if err != nil || !i.Known || !i.Added {
		t.Fatalf("the page says %+v (%v)", i, err)
	}
	sessions := fixture.Read[int](a.World, `SELECT COUNT(*) FROM sessions`)
	if err := a.Visitor.AcceptAdded(t.Context(), a.Link(u)); err != nil {
		t.Fatal(err)
	}
	now := a.ClientUser(u.ID)
	if now.Status != schema.StatusActive || now.UserID != p.ID || now.AcceptedAt == nil || a.ClientUser(first.ID).Status != schema.StatusActive {
		t.Errorf("the row is %+v", now)
	}
	if n := fixture.Read[int](a.World, `SELECT COUNT(*) FROM sessions`); n != sessions {
		t.Error("somebody was signed in by it")
	}
	if events := a.Events(u.ID); len(events) != 3 || events[2] != schema.ClientUserActivated {
		t.Errorf("the events are %v", events)
	}
	if mail := a.Email(u.EmailID); mail.State != schema.EmailCancelled {
		t.Errorf("the mail that was not out yet is %s", mail.State)
	}
	fixture.Refused(t, a.Visitor.AcceptAdded(t.Context(), a.Link(u)), schema.Conflict, "link_used")
	a.CheckSequences()
}

func TestNobodyElseAddsAClientWithoutAPassword(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, mill := w.Agency("halden"), w.Agency("mill")
	orchard, gone, to := a.Client("Orchard Lane"), a.Client("Gone"), a.Client("Alder Row")
	a.Person("Known Only", "known@example.com")
	mill.Admit(mill.Client("Mill"), "mill@example.com")
	removed, _ := a.Admit(orchard, "removed@example.com")
	if err := a.Workspace().Remove(t.Context(), removed.ID); err != nil {
		t.Fatal(err)
	}
	a.Admit(gone, "gone@example.com")
	a.DeleteClient(gone)
	a.Invite(orchard, "invited@example.com")
	a.Member(schema.RoleAdmin, "Amara Diallo", "staff@example.com")
	_, p := a.Admit(orchard, "doubtful@example.com")
	a.Exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, p.ID)
	for _, email := range []string{"known@example.com", "mill@example.com", "removed@example.com", "gone@example.com",
		"invited@example.com", "staff@example.com", "doubtful@example.com", "nobody@example.com"} {
		u := a.Invite(to, email)
		if i, err := a.Visitor.Invitation(t.Context(), a.Link(u)); err != nil || i.Added {
			t.Errorf("%s: the page says %+v (%v)", email, i, err)
		}
		before := a.Snapshot()
		fixture.Refused(t, a.Visitor.AcceptAdded(t.Context(), a.Link(u)), schema.SignIn, "known_address")
		if a.Snapshot() != before {
			t.Errorf("%s: something was written", email)
		}
	}
}

func TestADeadLinkAddsNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	a.Admit(a.Client("Orchard Lane"), "ines@example.com")
	to := a.Client("Alder Row")
	u := a.InviteSent(to, "ines@example.com")
	old := a.Link(u)
	a.Cool(u.ID)
	if _, err := a.Workspace().Resend(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	fixture.Refused(t, a.Visitor.AcceptAdded(t.Context(), old), schema.Conflict, "link_superseded")
	link := a.Link(a.ClientUser(u.ID))
	a.LetGoStale(u.ID)
	fixture.Refused(t, a.Visitor.AcceptAdded(t.Context(), link), schema.Conflict, "link_expired")
	a.DeleteClient(to)
	fixture.Refused(t, a.Visitor.AcceptAdded(t.Context(), link), schema.Conflict, "link_revoked")
	if err := a.Visitor.AcceptAdded(t.Context(), "rubbish"); schema.KindOf(err) != schema.NotFound {
		t.Error(err)
	}
}
