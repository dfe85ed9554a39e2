package workspace_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestAnInvitationIsARowAMailAndAnEvent(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	i, err := a.Workspace().Invite(t.Context(), c.ID, "  Ines   Duarte ", " Ines@BÜCHER.example")
	if err != nil {
		t.Fatal(err)
	}
	u := a.ClientUser(i.ClientUser.ID)
	if u.Status != schema.StatusInvited || u.FullName != "Ines Duarte" || u.Email != "Ines@BÜCHER.example" ||
		u.EmailKey != "ines@xn--bcher-kva.example" || u.InvitedBy != a.Owner.ID || u.ExpiresAt.Sub(u.InvitedAt).Hours() != 7*24 {
		t.Errorf("the row is %+v", u)
	}
	mail := a.Email(u.EmailID)
	if mail.State != schema.EmailQueued || mail.Kind != schema.EmailInvitation || mail.Address != u.Email || mail.Generation != u.Generation ||
		mail.ClientUserID != u.ID || len(i.Due) != 1 || i.Due[0].Row != mail.ID.String() || i.Due[0].Work != schema.WorkInvitationSend {
		t.Errorf("the mail is %+v, due is %+v", mail, i.Due)
	}
	if got := a.Events(u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated}) {
		t.Errorf("the events are %v", got)
	}
}

// stale is a row whose time is over, unswept.
func stale(s *scene) schema.ClientUser {
	u := s.InviteSent(s.client, "stale@example.com")
	s.LetGoStale(u.ID)
	return u
}

func TestAnAddressThatIsLiveAtTheClientIsRefusedAndTheRowNamed(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for code, u := range map[string]schema.ClientUser{"already_invited": s.invited, "already_active": s.active, "invitation_expired": s.expired} {
		before := s.Snapshot()
		_, err := s.Workspace().Invite(t.Context(), s.client.ID, "Somebody Else", u.Email)
		if e := fixture.Refused(t, err, schema.Invalid, code); e.Field != "email" || e.ClientUser != u.ID {
			t.Errorf("the refusal is %+v", e)
		}
		if s.Snapshot() != before {
			t.Errorf("%s: it was refused and has changed something", code)
		}
	}
	over := stale(s)
	_, err := s.Workspace().Invite(t.Context(), s.client.ID, "Somebody Else", over.Email)
	fixture.Refused(t, err, schema.Invalid, "invitation_expired")
	if got := now(s, over); got.Status != schema.StatusExpired || got.FullName != over.FullName {
		t.Errorf("the stale row is %+v", got)
	}
}

func now(s *scene, u schema.ClientUser) schema.ClientUser { return s.ClientUser(u.ID) }

func TestInvitingADeadRowsAddressRevivesIt(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	if err := s.Workspace().Revoke(t.Context(), s.invited.ID); err != nil {
		t.Fatal(err)
	}
	for _, dead := range []schema.ClientUser{s.removed, s.invited} {
		i, err := s.Workspace().Invite(t.Context(), s.client.ID, "New Name", dead.Email)
		if err != nil {
			t.Fatal(err)
		}
		u := now(s, dead)
		if i.ClientUser.ID != dead.ID || u.Status != schema.StatusInvited || u.Generation != dead.Generation+1 || u.FullName != "New Name" ||
			!u.UserID.IsZero() || u.AcceptedAt != nil || u.EndedAt != nil || !u.EndedBy.IsZero() {
			t.Errorf("the row is %+v", u)
		}
	}
	s.CheckSequences()
}

func TestTheSameAddressAtAnotherClientIsAnotherPersonToThat(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	i, err := s.Workspace().InviteElsewhere(t.Context(), s.active.ID, s.other.ID)
	if err != nil || i.ClientUser.ID == s.active.ID || i.ClientUser.FullName != s.active.FullName || i.ClientUser.ClientID != s.other.ID {
		t.Errorf("the row is %+v (%v)", i.ClientUser, err)
	}
	if got := now(s, s.active); got.Status != schema.StatusActive {
		t.Errorf("at the first client they are %s", got.Status)
	}
}

func TestTenInvitationsOfOneAddressAtOnceMakeOneRowAndOneMail(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for round := range 20 {
		fresh := round%2 == 0 // or a dead row
		email := "tom@example.com"
		workspaces := open(s, 10)
		won := 0
		for _, err := range fixture.Together(10, func(i int) error {
			_, err := workspaces[i].Invite(t.Context(), s.client.ID, "Tom Okafor", email)
			return err
		}) {
			if err == nil {
				won++
			} else {
				fixture.Refused(t, err, schema.Invalid, "already_invited")
			}
		}
		u := fixture.Read[schema.ClientUser](s.World, `SELECT * FROM client_users WHERE email_key = ?`, email)
		mails := fixture.Read[int](s.World, `SELECT COUNT(*) FROM emails WHERE client_user_id = ?`, u.ID)
		if events := s.Events(u.ID); won != 1 || mails != round%2+1 || events[len(events)-1] != schema.InvitationCreated {
			t.Fatalf("round %d: %d won, %d mails, events %v", round, won, mails, events)
		}
		if fresh {
			if err := s.Workspace().Revoke(t.Context(), u.ID); err != nil {
				t.Fatal(err)
			}
			continue
		}
		s.Exec(`DELETE FROM emails WHERE client_user_id = ?`, u.ID)
		s.Exec(`DELETE FROM events WHERE subject_id = ?`, u.ID)
		s.Exec(`DELETE FROM client_users WHERE id = ?`, u.ID)
	}
}

// open gives each of n callers a workspace, as each request has its own.
func open(s *scene, n int) []*workspace.Workspace {
	out := make([]*workspace.Workspace, n)
	for i := range out {
		out[i] = s.Workspace()
	}
	return out
}
