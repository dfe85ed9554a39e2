package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// inviteMember invites a colleague, whose mail has gone out.
func (a *agency) inviteMember(name, email string, role schema.Role) schema.MemberInvitationID {
	a.t.Helper()
	_, err := a.ws.InviteMember(a.t.Context(), workspace.MemberForm{FullName: name, Email: email, Role: string(role)})
	if err != nil {
		a.t.Fatal(err)
	}
	a.memberMailed()
	ids := a.openMembers()
	return ids[len(ids)-1]
}

// memberLink is the path of a row's newest link.
func (s *site) memberLink(id schema.MemberInvitationID) string {
	s.t.Helper()
	var g uint32
	if err := s.db.Get(&g, `SELECT generation FROM member_invitations WHERE id = ?`, id); err != nil {
		s.t.Fatal(err)
	}
	return "/member-invitations/" + schema.MemberInvitationLink{Invitation: id, Generation: g}.Token(s.keys)
}

func TestANewColleagueJoinsAndSeesTheAgencysClients(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	link, b := s.memberLink(a.inviteMember("Jonas Weber", "jonas@example.com", schema.RoleAdmin)), s.browser()
	page := b.get(link)
	page.shows(t, 200, "Join Halden Street Social as an admin", "Priya Nair invited you", "manage clients", `value="jonas@example.com"`, `value="Jonas Weber"`, "readonly")
	if page.Header.Get("Referrer-Policy") != "strict-origin" || page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the headers are %v", page.Header)
	}
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Jonas Weber", "password", "short").shows(t, 422, `id="password-error"`, `value="Jonas Weber"`)
	b.post(link+"/acceptance", "as", "accept-me").shows(t, 409, "Nothing has been accepted yet")
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Jonas M. Weber", "password", password).leadsTo(t, "/settings/clients")
	b.get("/settings/clients").shows(t, 200, "Orchard Lane Bakery", "Jonas M. Weber", "Admin", "You’re in. These are the agency’s clients.")
	b.get("/settings/members").shows(t, 200, "Jonas M. Weber")
	s.browser().get(link).shows(t, 410, "This invitation was accepted", "open the workspace", `href="/login"`)
}

func TestAKnownColleagueSignsInOrClicks(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.withPassword(s.user("jonas@example.com", "Jonas Weber"))
	link, b := s.memberLink(a.inviteMember("Jonas", "jonas@example.com", schema.RoleMember)), s.browser()
	b.get(link).shows(t, 200, "Join Halden Street Social as a member", "sign in, and the workspace is added to it")
	b.post(link+"/acceptance", "as", "accept-known", "password", "wrong password").shows(t, 422, `id="password-error"`)
	b.post(link+"/acceptance", "as", "accept-known", "password", password).leadsTo(t, "/settings/clients")
	b.get("/settings/clients").shows(t, 200, "Orchard Lane Bakery")

	other := s.agency("Mill Road", "Kiln")
	link = s.memberLink(other.inviteMember("Jonas", "jonas@example.com", schema.RoleOwner))
	b.get(link).shows(t, 200, "Join Mill Road as an owner", "one click adds it")
	b.post(link+"/acceptance", "as", "accept-me").leadsTo(t, "/settings/clients")
	b.get("/settings/clients").shows(t, 200, "Kiln", "Mill Road") // the agency that was joined is the one chosen
}

func TestAColleagueSignedInAsSomebodyElseMaySwitch(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Sam Reed", "sam@example.com", schema.RoleOwner)
	link := s.memberLink(a.inviteMember("Jonas", "jonas@example.com", schema.RoleMember))
	b.get(link).shows(t, 200, "This invitation is for somebody else", "j•••s@example.com", "sam@example.com")
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "X", "password", password).shows(t, 403, "for somebody else")
	b.post(link+"/switch").leadsTo(t, link)
	b.get(link).shows(t, 200, "Accept and sign in")
}

func TestADeadLinkOfAColleagueHasAPageAndANextStep(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	id := a.inviteMember("Jonas", "jonas@example.com", schema.RoleMember)
	link, b := s.memberLink(id), s.browser()
	b.get("/member-invitations/rubbish").shows(t, 404, "We don’t know this link")
	// A client user's token opens no agency.
	_, portal := a.invite("tom@example.com", "Tom")
	b.get("/member-invitations/"+strings.TrimPrefix(portal, "/invitations/")).shows(t, 404, "We don’t know this link")
	b.get("/invitations/"+strings.TrimPrefix(link, "/member-invitations/")).shows(t, 404, "We don’t know this link")

	s.exec(`UPDATE member_invitations SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR`)
	page := b.get(link)
	page.shows(t, 410, "This invitation has expired", "Invitations last 7 days", "j•••s@example.com", link+"/fresh-links")
	if strings.Contains(page.body, "jonas@example.com") {
		t.Error("the address stands there whole")
	}
	b.post(link+"/fresh-links").shows(t, 200, "A mail is on its way")
	b.post(link+"/fresh-links").shows(t, 429, "A newer link was sent", "a moment ago")
	s.exec(`UPDATE member_invitations SET resend_after = UTC_TIMESTAMP(6)`)
	b.post(link+"/fresh-links").shows(t, 200, "A mail is on its way")
	fresh := s.memberLink(id)
	b.get(fresh).shows(t, 200, "Join Halden Street Social as a member")
	if err := a.ws.RevokeMember(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.get(fresh).shows(t, 410, "no longer open")
	b.post(fresh+"/acceptance", "as", "accept-new", "full_name", "J", "password", password).shows(t, 409, "no longer open")
}

func TestOpeningAColleaguesLinkChangesNothing(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	link := s.memberLink(a.inviteMember("Jonas", "jonas@example.com", schema.RoleMember))
	before := s.rows()
	for _, path := range []string{link, link + "/acceptance", link + "/fresh-links", link + "/switch"} {
		for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			s.browser().do(httptest.NewRequest(m, path, nil))
		}
	}
	if after := s.rows(); !slices.Equal(before, after) {
		t.Errorf("rows changed: %v, then %v", before, after)
	}
	if log := s.log.String(); strings.Contains(log, strings.TrimPrefix(link, "/member-invitations/")) {
		t.Error("the token stands in the log")
	}
}
