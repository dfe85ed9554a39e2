package web_test

import "testing"

func TestAClientUserSetsTheirOwnDetailsInThePortal(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	b.get("/portal/settings").shows(t, 200, "How you appear to Halden Street Social.", `list="zones"`, `data-guess="time_zone"`,
		"ask Halden Street Social for a new invitation", `action="/portal/settings/password"`, "This one")
	b.post("/portal/settings/profile", "full_name", "Tom O. Okafor", "time_zone", "asia/kathmandu").leadsTo(t, "/portal/settings")
	b.get("/portal/settings").shows(t, 200, "Your details are saved.", `value="Tom O. Okafor"`, `value="Asia/Kathmandu"`)
	b.post("/portal/settings/profile", "full_name", "Tom", "time_zone", "Europe/Atlantis").shows(t, 422, `id="time_zone-error"`, `value="Europe/Atlantis"`)
	b.post("/portal/settings/password", "current", "wrong", "password", "another orchard in rain").shows(t, 422, `id="current-error"`)
	other := s.browser()
	other.post("/login", "email", "tom@orchardlane.example", "password", password)
	other.get("/portal/settings").shows(t, 200)
	b.post("/portal/settings/password", "current", password, "password", "another orchard in rain").leadsTo(t, "/portal/settings")
	other.get("/portal/settings").leadsTo(t, "/login?next=%2Fportal%2Fsettings")
	b.post("/portal/settings/sign-out-everywhere").leadsTo(t, "/login")
	b.get("/portal/settings").leadsTo(t, "/login?next=%2Fportal%2Fsettings")
}

func TestWhoIsNewHasTheTimeZoneOfTheirBrowser(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	for email, zones := range map[string][2]string{"tom@orchardlane.example": {"Asia/Kathmandu", "Asia/Kathmandu"}, "ana@orchardlane.example": {"Europe/Atlantis", "Europe/London"}} {
		_, link := a.invite(email, "Tom Okafor")
		s.browser().post(link+"/acceptance", "as", "accept-new", "full_name", "Tom Okafor", "password", password, "time_zone", zones[0]).leadsTo(t, "/portal")
		var got string
		if err := s.db.Get(&got, `SELECT time_zone FROM users WHERE email_key = ?`, email); err != nil || got != zones[1] {
			t.Errorf("%s: %s (%v)", zones[0], got, err)
		}
	}
}
