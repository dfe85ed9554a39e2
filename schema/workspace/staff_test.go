package workspace_test

import (
	"fmt"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

func TestARoleChanges(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	amara := a.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	for _, role := range []schema.Role{schema.RoleAdmin, schema.RoleOwner, schema.RoleOwner, schema.RoleMember} {
		if err := a.Workspace().ChangeRole(t.Context(), amara.ID, string(role)); err != nil || a.RoleOf(amara.ID) != role {
			t.Errorf("to %s: %v, it is %s", role, err, a.RoleOf(amara.ID))
		}
	}
	fixture.Refused(t, a.Workspace().ChangeRole(t.Context(), amara.ID, "emperor"), schema.Invalid, "role")
	fixture.Refused(t, a.Workspace().ChangeRole(t.Context(), a.Owner.ID, "member"), schema.Forbidden, "own_role")
	stranger := a.Person("Tom Okafor", "tom@example.com")
	if err := a.Workspace().ChangeRole(t.Context(), stranger.ID, "member"); err != error(schema.ErrNotFound) {
		t.Errorf("somebody who does not work here: %v", err)
	}
}

func TestAnAdminTouchesNoOwner(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	other := a.Member(schema.RoleOwner, "Sam Reed", "sam@example.com")
	jonas := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	amara := a.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	ws := a.WorkspaceOf(jonas)
	fixture.Refused(t, ws.ChangeRole(t.Context(), other.ID, "member"), schema.Forbidden, "owner_only")
	fixture.Refused(t, ws.ChangeRole(t.Context(), amara.ID, "owner"), schema.Forbidden, "owner_only")
	fixture.Refused(t, ws.ChangeRole(t.Context(), jonas.ID, "owner"), schema.Forbidden, "own_role")
	fixture.Refused(t, ws.RemoveMember(t.Context(), other.ID), schema.Forbidden, "owner_only")
	if err := ws.ChangeRole(t.Context(), amara.ID, "admin"); err != nil {
		t.Error(err)
	}
	if err := ws.RemoveMember(t.Context(), amara.ID); err != nil {
		t.Error(err)
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	fixture.Refused(t, a.Workspace().RemoveMember(t.Context(), a.Owner.ID), schema.Conflict, "last_owner")
	other := a.Member(schema.RoleOwner, "Sam Reed", "sam@example.com")
	if err := a.Workspace().RemoveMember(t.Context(), a.Owner.ID); err != nil {
		t.Errorf("with another owner: %v", err)
	}
	fixture.Refused(t, a.WorkspaceOf(other).RemoveMember(t.Context(), other.ID), schema.Conflict, "last_owner")
}

func TestRemovingAMemberEndsTheirAccessAtTheNextClick(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	amara := a.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	both := a.Member(schema.RoleMember, "Ines Duarte", "ines@example.com")
	u, _ := a.Admit(a.Client("Orchard Lane"), both.Email)
	elsewhere := a.Member(schema.RoleMember, "Mira Kovac", "mira@example.com")
	if _, err := w.System.AddMember(t.Context(), w.Agency("Mill Road").ID, "Mira Kovac", elsewhere.Email, schema.RoleMember); err != nil {
		t.Fatal(err)
	}
	for _, p := range []fixture.Person{amara, both, elsewhere} {
		if err := a.Workspace().RemoveMember(t.Context(), p.ID); err != nil || a.RoleOf(p.ID) != "" {
			t.Fatal(err)
		}
		if s, err := a.Visitor.Session(t.Context(), p.Session); err == nil && s.Role != "" && s.AgencyID == a.ID {
			t.Errorf("%s still has the role %s", p.FullName, s.Role)
		}
		if _, err := workspace.For(t.Context(), a.DB, p.ID, a.ID); err != error(schema.ErrNotFound) {
			t.Errorf("%s: %v", p.FullName, err)
		}
	}
	if signedIn(a, amara) || !signedIn(a, both) || !signedIn(a, elsewhere) {
		t.Errorf("signed in are: who has nothing left %v, who has a portal %v, who has another agency %v", signedIn(a, amara), signedIn(a, both), signedIn(a, elsewhere))
	}
	if row := a.ClientUser(u.ID); row.Status != schema.StatusActive {
		t.Errorf("the client user is %s", row.Status)
	}
	if err := a.Workspace().RemoveMember(t.Context(), amara.ID); err != error(schema.ErrNotFound) {
		t.Errorf("once more: %v", err)
	}
}

// Neither the link that a member came by nor one they have not used yet leads
// back in.
func TestWhoeverWasRemovedComesBackByANewInvitationOnly(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	came := a.InviteMember(schema.RoleAdmin, "noor@example.com")
	if _, err := a.Visitor.AcceptMember(t.Context(), a.MemberLink(came), "Noor Said", fixture.Password, ""); err != nil {
		t.Fatal(err)
	}
	unused := a.InviteMember(schema.RoleAdmin, "mira@example.com")
	mira := a.Member(schema.RoleMember, "Mira Kovac", "mira@example.com") // by an operator, meanwhile
	for _, id := range []schema.UserID{a.UserAt("noor@example.com").ID, mira.ID} {
		if err := a.Workspace().RemoveMember(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range []schema.MemberInvitation{came, unused} {
		if state := memberLinkState(a, i); state != visitor.LinkRevoked {
			t.Errorf("the link to %s is %s", i.Email, state)
		}
	}
	if mail := a.Email(unused.EmailID); mail.State != schema.EmailCancelled {
		t.Errorf("the mail is %s", mail.State)
	}
	again := a.InviteMember(schema.RoleMember, "noor@example.com")
	if again.ID != came.ID || memberLinkState(a, again) != visitor.LinkOpen || !again.UserID.IsZero() {
		t.Errorf("invited again: %+v", again)
	}
}

func TestNobodyComesBackByAnInvitationTheySentThemselves(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	noor := a.Member(schema.RoleAdmin, "Noor Said", "noor@example.com")
	_, err := a.WorkspaceOf(noor).InviteMember(t.Context(), workspace.MemberForm{FullName: "Noor Said", Email: "private@example.com", Role: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Workspace().RemoveMember(t.Context(), noor.ID); err != nil {
		t.Fatal(err)
	}
	if got := fixture.Read[string](a.World, `SELECT status FROM member_invitations WHERE email_key = 'private@example.com'`); got != string(schema.MemberRevoked) {
		t.Errorf("the invitation is %s", got)
	}
}

// A session's copy of the role may be older than the role.
func TestWhoeverWasDemotedAMomentAgoChangesNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	other := a.Member(schema.RoleOwner, "Sam Reed", "sam@example.com")
	amara := a.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	stale, gone := a.WorkspaceOf(other), a.WorkspaceOf(other)
	if err := a.Workspace().ChangeRole(t.Context(), other.ID, "admin"); err != nil {
		t.Fatal(err)
	}
	fixture.Refused(t, stale.ChangeRole(t.Context(), amara.ID, "owner"), schema.Forbidden, "owner_only")
	if err := a.Workspace().RemoveMember(t.Context(), other.ID); err != nil {
		t.Fatal(err)
	}
	if err := gone.RemoveMember(t.Context(), amara.ID); err != error(schema.ErrNotFound) {
		t.Errorf("whoever was removed: %v", err)
	}
}

// rivals is an agency with two owners, and what each does to the other.
func rivals(t *testing.T, do func(ws *workspace.Workspace, of schema.UserID) error) {
	t.Parallel()
	w := fixture.New(t)
	for round := range 20 {
		a := w.Agency(fmt.Sprint("Halden ", round))
		other := a.Member(schema.RoleOwner, "Sam Reed", fmt.Sprint("sam", round, "@example.com"))
		mine, theirs := a.Workspace(), a.WorkspaceOf(other)
		errs := fixture.Race(func() error { return do(mine, other.ID) }, func() error { return do(theirs, a.Owner.ID) })
		owners := fixture.Read[int](w, `SELECT COUNT(*) FROM members WHERE agency_id = ? AND role = 'owner'`, a.ID)
		if owners != 1 || (errs[0] == nil) == (errs[1] == nil) || (schema.KindOf(errs[0]) == 0 && schema.KindOf(errs[1]) == 0) {
			t.Fatalf("round %d: %d owners are left, it came to %v and %v", round, owners, errs[0], errs[1])
		}
	}
}

func TestOfTwoOwnersWhoDemoteEachOtherAtOnceOneRemains(t *testing.T) {
	rivals(t, func(ws *workspace.Workspace, of schema.UserID) error { return ws.ChangeRole(t.Context(), of, "member") })
}

func TestOfTwoOwnersWhoRemoveEachOtherAtOnceOneRemains(t *testing.T) {
	rivals(t, func(ws *workspace.Workspace, of schema.UserID) error { return ws.RemoveMember(t.Context(), of) })
}

func TestOfTwoOwnersWhoLeaveAtOnceOneRemains(t *testing.T) {
	rivals(t, func(ws *workspace.Workspace, _ schema.UserID) error { return ws.RemoveMember(t.Context(), ws.User.ID) })
}

func TestTwoInvitationsOfOneColleagueAtOnceMakeOneRow(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	errs := fixture.Together(6, func(int) error {
		ws, err := workspace.For(t.Context(), a.DB, a.Owner.ID, a.ID)
		if err != nil {
			return err
		}
		return fixture.Error(ws.InviteMember(t.Context(), colleague("noor@example.com", "member")))
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			fixture.Refused(t, err, schema.Invalid, "already_invited")
		}
	}
	if rows, mails := fixture.Read[int](a.World, `SELECT COUNT(*) FROM member_invitations`), fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails`); won != 1 || rows != 1 || mails != 1 {
		t.Errorf("%d won, %d rows, %d mails", won, rows, mails)
	}
}
