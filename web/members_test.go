package web_test

import (
	"slices"
	"strings"
	"testing"

	"anteroom/schema"
)

// staff is a member with a password, and their browser.
func (a *agency) staff(name, email string, role schema.Role) (schema.UserID, *browser) {
	a.t.Helper()
	id := a.withPassword(a.user(email, name))
	a.exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, a.id, id, role)
	return id, a.signedIn(email)
}

// openMembers lists the invitations of colleagues.
func (a *agency) openMembers() (ids []schema.MemberInvitationID) {
	a.t.Helper()
	if err := a.db.Select(&ids, `SELECT id FROM member_invitations WHERE agency_id = ? AND status = 'invited' ORDER BY id`, a.id); err != nil {
		a.t.Fatal(err)
	}
	return ids
}

// memberMailed marks the mails to colleagues as sent, and their cooldowns as over.
func (a *agency) memberMailed() {
	a.exec(`UPDATE emails SET state = 'sent', due_at = NULL, ring_at = NULL WHERE member_invitation_id IS NOT NULL`)
	a.exec(`UPDATE member_invitations SET resend_after = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND`)
}

func TestMembersAreListedWithWhatMayBeDoneToEach(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	jonas, admin := a.staff("Jonas Weber", "jonas@example.com", schema.RoleAdmin)
	lucy, _ := a.staff("Lucy Tran", "lucy@example.com", schema.RoleMember)
	s.exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, lucy)
	page := admin.get("/settings/members")
	page.shows(t, 200, "Priya Nair", "Jonas Weber <span class=\"muted\">(you)</span>", "Lucy Tran", "lucy@example.com", "Email not confirmed yet",
		`aria-label="Change role of Lucy Tran"`, `aria-label="Remove Lucy Tran"`, `aria-label="Leave Halden Street Social"`, `aria-current="page"`)
	for _, no := range []string{"Change role of Jonas", "Change role of Priya", "Remove Priya"} {
		if strings.Contains(page.body, no) {
			t.Errorf("it offers an admin: %s", no)
		}
	}
	_, owner := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	owner.get("/settings/members").shows(t, 200, "Change role of Priya Nair", "Remove Priya Nair", "/settings/members/"+jonas.String()+"/role")
}

func TestAColleagueIsAddedResentAndRevoked(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	b.get("/settings/members/new").shows(t, 200, "Add a member", `name="full_name"`, `value="owner"`, `value="member" checked`, "for 7 days")
	b.post("/settings/members", "full_name", "Noor Said", "email", "noor@example.com", "role", "admin").leadsTo(t, "/settings/members")
	id := a.openMembers()[0].String()
	b.get("/settings/members").shows(t, 200, "Noor Said", "noor@example.com", ">Admin<", "pill-invited", "Sending email…", "The invitation is being sent.", "/invitations/"+id+"/revocation")
	b.post("/settings/members/invitations/"+id+"/resends").shows(t, 409, "still on its way")
	a.memberMailed()
	b.get("/settings/members").shows(t, 200, "Resend the invitation to Noor Said", ", expires in <time")
	b.post("/settings/members/invitations/"+id+"/resends").leadsTo(t, "/settings/members")
	s.exec(`UPDATE emails SET state = 'sent', due_at = NULL, ring_at = NULL`)
	b.get("/settings/members").shows(t, 200, "Resend in 2 min")
	b.post("/settings/members/invitations/"+id+"/resends").shows(t, 429, "a moment ago")
	s.exec(`UPDATE member_invitations SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, resend_after = UTC_TIMESTAMP(6)`)
	b.get("/settings/members").shows(t, 200, "pill-expired", "Link expired <time", ">1 hour ago<", "Resend the invitation to Noor Said")
	b.post("/settings/members/invitations/"+id+"/revocation").leadsTo(t, "/settings/members")
	if page := b.get("/settings/members"); strings.Contains(page.body, "Noor Said") {
		t.Error("a revoked one is still listed")
	}
}

func TestTheFormForAColleagueKeepsWhatWasEnteredAndSaysTheFix(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	add := func(name, email, role string) answer {
		return b.post("/settings/members", "full_name", name, "email", email, "role", role)
	}
	add("Noor Said", "noor@example.com", "member").leadsTo(t, "/settings/members")
	id := a.openMembers()[0].String()
	add("Noor S.", "NOOR@example.com", "admin").shows(t, 422, "is already invited", `value="Noor S."`, `value="NOOR@example.com"`, `value="admin" checked`,
		`aria-invalid="true"`, `formaction="/settings/members/invitations/`+id+`/resends"`)
	add("Sam", "sam@example.com", "admin").shows(t, 422, "Sam Reed works here already")
	add("", "x@example.com", "admin").shows(t, 422, `aria-describedby="full_name-error"`)
	add("X", "x", "admin").shows(t, 422, "It needs an @")
	add("X", "x@example.com", "").shows(t, 422, `id="role-error"`, "There is no such role")
	s.exec(`UPDATE users SET email_confirmed_at = NULL WHERE email = 'sam@example.com'`)
	add("X", "x@example.com", "member").shows(t, 403, "Confirm your own email address first", `action="/email-confirmations"`)
	page := b.get("/settings/members/new")
	page.shows(t, 200, "Confirm your own email address first")
	if strings.Contains(page.body, `name="full_name"`) {
		t.Error("there is a form to fill in for nothing")
	}
}

func TestAnAdminIsNotOfferedToMakeOwners(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	lucy, _ := a.staff("Lucy Tran", "lucy@example.com", schema.RoleMember)
	_, b := a.staff("Jonas Weber", "jonas@example.com", schema.RoleAdmin)
	for _, path := range []string{"/settings/members/new", "/settings/members/" + lucy.String() + "/role"} {
		if page := b.get(path); page.StatusCode != 200 || strings.Contains(page.body, `value="owner"`) || !strings.Contains(page.body, `value="admin"`) {
			t.Errorf("%s: %d\n%s", path, page.StatusCode, page.body)
		}
	}
	b.post("/settings/members", "full_name", "X", "email", "x@example.com", "role", "owner").shows(t, 403, "Only an owner can invite", `id="role-error"`)
	b.post("/settings/members/"+lucy.String()+"/role", "role", "owner").shows(t, 403, "Only an owner can invite", `id="role-error"`)
}

func TestARoleIsChangedAndAMemberRemoved(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	lucy, hers := a.staff("Lucy Tran", "lucy@example.com", schema.RoleMember)
	_, b := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	at := "/settings/members/" + lucy.String()
	hers.get("/settings/members").shows(t, 403)
	b.get(at+"/role").shows(t, 200, "Change role of Lucy Tran", `value="member" checked`, "Everything, and makes others owner")
	b.post(at+"/role", "role", "admin").leadsTo(t, "/settings/members")
	hers.get("/settings/members").shows(t, 200, "Members")
	b.get(at+"/removal").shows(t, 200, "Remove Lucy Tran?", "Keep access", "loses access to Halden Street Social")
	b.post(at+"/removal").leadsTo(t, "/settings/members")
	if page := hers.get("/settings/clients"); page.StatusCode != 303 || !strings.HasPrefix(page.Header.Get("Location"), "/login") {
		t.Errorf("whoever was removed gets %d %s", page.StatusCode, page.Header.Get("Location"))
	}
	b.get(at+"/removal").shows(t, 404)
}

func TestOneLeavesTheAgencyUnlessOneIsItsOnlyOwner(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	sam, b := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	at := "/settings/members/" + sam.String()
	b.post(at+"/role", "role", "admin").shows(t, 403, "can’t change your own role")
	s.exec(`DELETE FROM members WHERE user_id <> ?`, sam)
	page := b.get("/settings/members")
	page.shows(t, 200, "Sam Reed")
	if strings.Contains(page.body, "Leave") {
		t.Error("the only owner is offered to leave")
	}
	b.get(at+"/removal").shows(t, 409, "only one")
	b.post(at+"/removal").shows(t, 409, "only one")
	a.staff("Ada Other", "ada@example.com", schema.RoleOwner)
	b.get(at+"/removal").shows(t, 200, "Leave Halden Street Social?", "You lose access")
	b.post(at+"/removal").leadsTo(t, "/")
	if page := b.get("/settings/clients"); page.StatusCode != 303 {
		t.Errorf("whoever left gets %d", page.StatusCode)
	}
}

func TestThePagesOfMembersAnswerOnlyTheirOwnManagers(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Mill Road", "Kiln")
	lucy, member := a.staff("Lucy Tran", "lucy@example.com", schema.RoleMember)
	_, owner := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	owner.post("/settings/members", "full_name", "Noor Said", "email", "noor@example.com", "role", "member").leadsTo(t, "/settings/members")
	a.memberMailed()
	_, foreign := other.staff("Ada Other", "ada@example.com", schema.RoleOwner)
	id := a.openMembers()[0].String()
	before := s.rows()
	for _, c := range []struct{ method, path string }{
		{"GET", "/settings/members/" + lucy.String() + "/role"}, {"POST", "/settings/members/" + lucy.String() + "/role"},
		{"GET", "/settings/members/" + lucy.String() + "/removal"}, {"POST", "/settings/members/" + lucy.String() + "/removal"},
		{"POST", "/settings/members/invitations/" + id + "/resends"}, {"POST", "/settings/members/invitations/" + id + "/revocation"},
	} {
		ask := func(b *browser) answer {
			if c.method == "GET" {
				return b.get(c.path)
			}
			return b.post(c.path, "role", "admin")
		}
		ask(foreign).shows(t, 404)
		ask(member).shows(t, 403)
		if a := ask(s.browser()); a.StatusCode != 401 && a.StatusCode != 303 {
			t.Errorf("%s %s: a stranger gets %d", c.method, c.path, a.StatusCode)
		}
	}
	for _, path := range []string{"/settings/members", "/settings/members/new", "/settings/agency"} {
		member.get(path).shows(t, 403)
	}
	for _, path := range []string{"/settings/members", "/settings/agency", "/settings/agency/logo", "/settings/agency/logo/removal"} {
		member.post(path).shows(t, 403)
	}
	owner.get("/settings/members/rubbish/role").shows(t, 404)
	owner.post("/settings/members/invitations/rubbish/resends").shows(t, 404)
	if after := s.rows(); !slices.Equal(before, after) {
		t.Error("something has changed")
	}
	if strings.Contains(foreign.get("/settings/members").body, "Lucy Tran") {
		t.Error("another agency sees her")
	}
}
