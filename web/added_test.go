package web_test

import (
	"testing"

	"anteroom/schema"
)

func TestSomebodyOfTheAgencyAddsAClientInOneClickAndIsNotSignedInByIt(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, first := a.invite("tom@orchardlane.example", "Tom Okafor")
	s.browser().post(first+"/acceptance", "as", "accept-new", "full_name", "Tom Okafor", "password", password).leadsTo(t, "/portal")
	other := schema.New[schema.ClientID]()
	s.exec(`INSERT INTO clients (id, agency_id, name, created_at) VALUES (?, ?, 'Weber Joinery', UTC_TIMESTAMP(6))`, other, a.id)
	s.exec(`INSERT INTO social_accounts (id, agency_id, client_id, network, handle, connected_at)
		VALUES (?, ?, ?, 'instagram', 'weber', UTC_TIMESTAMP(6))`, schema.New[schema.AccountID](), a.id, other)
	i, err := a.ws.Invite(t.Context(), other, "Tom", "tom@orchardlane.example")
	if err != nil {
		t.Fatal(err)
	}
	link := s.link(i.ClientUser.ID)

	b := s.browser()
	b.get(link).shows(t, 200, "Add Weber Joinery", `value="tom@orchardlane.example"`, `value="accept-added"`)
	var status schema.Status
	if err := s.db.Get(&status, `SELECT status FROM client_users WHERE id = ?`, i.ClientUser.ID); err != nil || status != schema.StatusInvited {
		t.Errorf("the page alone made it %s (%v)", status, err)
	}
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Mallory", "password", password).shows(t, 409, "Add Weber Joinery")
	b.post(link+"/acceptance", "as", "accept-added").leadsTo(t, "/login?next=%2Fportal")
	if b.cookies["session"] != "" {
		t.Error("somebody was signed in by it")
	}
	b.get("/login").shows(t, 200, "The access is added to your account.")
	b.get(link).shows(t, 410, "This invitation was accepted")
	b.post(link+"/acceptance", "as", "accept-added").shows(t, 409, "This invitation was accepted")
	s.signedIn("tom@orchardlane.example").get("/portal").shows(t, 200, "Orchard Lane Bakery", "Weber Joinery")
}

func TestTheOneClickIsForPeopleOfThisAgencyOnly(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	_, first := a.invite("tom@orchardlane.example", "Tom Okafor")
	s.browser().post(first+"/acceptance", "as", "accept-new", "full_name", "Tom Okafor", "password", password).leadsTo(t, "/portal")
	_, link := other.invite("tom@orchardlane.example", "Tom")
	b := s.browser()
	b.get(link).shows(t, 200, knownPage)
	b.post(link+"/acceptance", "as", "accept-added").shows(t, 409, knownPage)

	// Signed in, one click accepts and leads on; as somebody else, nothing does.
	_, mine := a.invite("rosa@orchardlane.example", "Rosa")
	tom := s.signedIn("tom@orchardlane.example")
	tom.get(mine).shows(t, 200, "for somebody else")
	tom.post(mine+"/acceptance", "as", "accept-added").shows(t, 403, "for somebody else")
	tom.post(link+"/acceptance", "as", "accept-me").leadsTo(t, "/portal")
}
