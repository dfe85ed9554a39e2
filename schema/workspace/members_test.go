package workspace_test

import (
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

func colleague(email, role string) workspace.MemberForm {
	return workspace.MemberForm{FullName: fixture.NameOf(email), Email: email, Role: role}
}

func TestAColleagueIsInvitedByMail(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	a.SetPlan(schema.PlanSolo) // needs no plan
	due, err := a.Workspace().InviteMember(t.Context(), workspace.MemberForm{FullName: " Jonas  Weber ", Email: "Jonas@Example.com", Role: "admin"})
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkEmailSend {
		t.Fatalf("due is %v (%v)", due, err)
	}
	rows, err := a.Workspace().MemberInvitations(t.Context())
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	r := rows[0]
	if r.FullName != "Jonas Weber" || r.Email != "Jonas@Example.com" || r.EmailKey != "jonas@example.com" || r.Role != schema.RoleAdmin ||
		r.Generation != 1 || r.InvitedBy != a.Owner.ID || r.EmailState != schema.EmailQueued || !r.ExpiresAt.Equal(r.InvitedAt.Add(7*24*time.Hour)) {
		t.Errorf("the row is %+v", r)
	}
	c := a.Claim(r.EmailID)
	if c.Email.Address != "Jonas@Example.com" || c.Letter.Role != schema.RoleAdmin || c.Letter.Agency != "Halden Street" || c.Letter.Inviter != "Priya Nair" {
		t.Errorf("the letter is %+v to %s", c.Letter, c.Email.Address)
	}
	if n := fixture.Read[int](a.World, `SELECT COUNT(*) FROM members WHERE agency_id = ?`, a.ID); n != 1 {
		t.Errorf("%d members before anybody accepted", n)
	}
}

func TestAnInvitationOfAColleagueIsRefusedInWordsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	a.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	jonas := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	open := a.InviteMember(schema.RoleMember, "noor@example.com")
	before := a.Snapshot()
	for code, f := range map[string]workspace.MemberForm{
		"required": {Email: "x@example.com", Role: "member"}, "email_syntax": colleague("nonsense", "member"),
		"role": colleague("x@example.com", "emperor"), "already_member": colleague("AMARA@example.com", "admin"),
		"already_invited": colleague("noor@example.com", "admin"),
	} {
		_, err := a.Workspace().InviteMember(t.Context(), f)
		e := fixture.Refused(t, err, schema.Invalid, code)
		if code == "already_invited" && e.MemberInvitation != open.ID || (code == "already_invited" || code == "already_member") && e.Field != "email" {
			t.Errorf("%s: %+v", code, e)
		}
	}
	_, err := a.WorkspaceOf(jonas).InviteMember(t.Context(), colleague("x@example.com", "owner"))
	fixture.Refused(t, err, schema.Forbidden, "owner_only")
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	a.Exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, a.Owner.ID)
	for _, err := range []error{fixture.Error(a.Workspace().InviteMember(t.Context(), colleague("x@example.com", "member"))),
		fixture.Error(a.Workspace().ResendMember(t.Context(), open.ID))} {
		fixture.Refused(t, err, schema.Forbidden, "email_unconfirmed")
	}
}

func memberLinkState(a *fixture.Agency, i schema.MemberInvitation) schema.LinkState {
	a.T.Helper()
	found, err := a.Visitor.MemberInvitation(a.T.Context(), a.MemberLink(i))
	if err != nil {
		a.T.Fatal(err)
	}
	return found.State
}

func TestResendingMakesANewLinkAndWaitsForItsCooldown(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	i := a.InviteMember(schema.RoleMember, "noor@example.com")
	fixture.Refused(t, fixture.Error(a.Workspace().ResendMember(t.Context(), i.ID)), schema.Conflict, "email_in_flight")
	a.Send(i.EmailID)
	fixture.Refused(t, fixture.Error(a.Workspace().ResendMember(t.Context(), i.ID)), schema.TooSoon, "cooldown")
	a.Exec(`UPDATE member_invitations SET resend_after = UTC_TIMESTAMP(6)`)
	due, err := a.Workspace().ResendMember(t.Context(), i.ID)
	now := a.MemberInvitation(i.ID)
	if err != nil || len(due) != 1 || now.Generation != 2 || now.EmailID == i.EmailID {
		t.Errorf("%v (%v), the row is %+v", due, err, now)
	}
	if old, present := memberLinkState(a, i), memberLinkState(a, now); old != visitor.LinkSuperseded || present != visitor.LinkOpen {
		t.Errorf("the old link is %s, the new one %s", old, present)
	}
}

func TestARevokedInvitationIsDeadAndMayBeRevived(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	i := a.InviteMember(schema.RoleMember, "noor@example.com")
	if err := a.Workspace().RevokeMember(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	if mail := a.Email(i.EmailID); mail.State != schema.EmailCancelled {
		t.Errorf("its mail is %s", mail.State)
	}
	fixture.Refused(t, a.Workspace().RevokeMember(t.Context(), i.ID), schema.Conflict, "invitation_revoked")
	fixture.Refused(t, fixture.Error(a.Workspace().ResendMember(t.Context(), i.ID)), schema.Conflict, "invitation_revoked")
	if rows, err := a.Workspace().MemberInvitations(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("the list has %v (%v)", rows, err)
	}
	again := a.InviteMember(schema.RoleAdmin, "NOOR@example.com")
	if again.ID != i.ID || again.Generation != 2 || again.Role != schema.RoleAdmin || again.Email != "NOOR@example.com" {
		t.Errorf("revived it is %+v", again)
	}
	if old, present := memberLinkState(a, i), memberLinkState(a, again); old != visitor.LinkSuperseded || present != visitor.LinkOpen {
		t.Errorf("the old link is %s, the new one %s", old, present)
	}
}

func TestAnInvitationWhoseTimeIsOverIsInvitedAnew(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	i := a.InviteMemberSent(schema.RoleMember, "noor@example.com")
	a.EndMemberTerm(i.ID)
	if again := a.InviteMember(schema.RoleAdmin, "noor@example.com"); again.ID != i.ID || again.Generation != 2 || again.Role != schema.RoleAdmin {
		t.Errorf("the row is %+v", again)
	}
}

func TestOnlyAnOwnerHandlesTheInvitationOfAnOwner(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	jonas := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	i := a.InviteMemberSent(schema.RoleOwner, "noor@example.com")
	fixture.Refused(t, fixture.Error(a.WorkspaceOf(jonas).ResendMember(t.Context(), i.ID)), schema.Forbidden, "owner_only")
	fixture.Refused(t, a.WorkspaceOf(jonas).RevokeMember(t.Context(), i.ID), schema.Forbidden, "owner_only")
	if err := a.Workspace().RevokeMember(t.Context(), i.ID); err != nil {
		t.Error(err)
	}
}

func TestTheListSaysWhoIsTheOnlyOwner(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	a.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	lucy := a.Member(schema.RoleAdmin, "Lucy Tran", "lucy@example.com")
	a.Exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, lucy.ID)
	rows, err := a.Workspace().Members(t.Context())
	if err != nil || len(rows) != 3 || rows[0].FullName != "Priya Nair" || rows[1].FullName != "Lucy Tran" || rows[2].FullName != "Amara Osei" {
		t.Fatalf("%+v (%v)", rows, err)
	}
	if !rows[0].LastOwner || rows[1].LastOwner || !rows[0].Confirmed || rows[1].Confirmed || rows[0].LastSignedInAt == nil {
		t.Errorf("%+v", rows)
	}
	a.Member(schema.RoleOwner, "Jonas Weber", "jonas@example.com")
	if r, err := a.Workspace().Member(t.Context(), a.Owner.ID); err != nil || r.LastOwner {
		t.Errorf("with another owner: %+v (%v)", r, err)
	}
}
