package web_test

import (
	"strings"
	"testing"

	"anteroom/schema"
	"anteroom/schema/visitor"
)

const (
	linux  = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)

// colleague is a member of the agency, and a way to sign in as them.
func (a *agency) colleague(email string, role schema.Role) (schema.UserID, func(device string) *browser) {
	a.t.Helper()
	u := a.withPassword(a.user(email, "Jonas Weber"))
	a.exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, a.id, u, role)
	return u, func(device string) *browser {
		b := a.browser()
		b.headers["User-Agent"] = device
		b.post("/login", "email", email, "password", password).leadsTo(a.t, "/")
		return b
	}
}

func sessionID(b *browser) string { return string(visitor.SessionToken(b.cookies["session"]).ID()) }

func TestAMemberChangesTheirNameAndTimeZone(t *testing.T) {
	s := newSite(t)
	u, signIn := s.agency("Halden Street Social", "Orchard Lane Bakery").colleague("jonas@halden.example", schema.RoleMember)
	b := signIn(linux)
	b.get("/settings/account").shows(t, 200, `aria-current="page"`, `value="Jonas Weber"`, `value="jonas@halden.example"`, `value="Europe/London"`,
		`list="zones"`, `<option value="America/New_York">`)
	b.post("/settings/account/profile", "full_name", "Jonas W. Weber", "time_zone", "europe/berlin").leadsTo(t, "/settings/account")
	b.get("/settings/account").shows(t, 200, "Your details are saved.", `value="Jonas W. Weber"`, `value="Europe/Berlin"`)
	bad := b.post("/settings/account/profile", "full_name", "Somebody Else", "time_zone", "Europe/Atlantis")
	bad.shows(t, 422, `id="time_zone-error"`, "no such time zone", `value="Somebody Else"`, `value="Europe/Atlantis"`)
	if strings.Count(bad.body, " autofocus") != 1 {
		t.Error("the focus is not where the mistake is")
	}
	b.post("/settings/account/profile", "full_name", "", "time_zone", "UTC").shows(t, 422, `id="full_name-error"`)
	var kept struct {
		Name string `db:"full_name"`
		Zone string `db:"time_zone"`
	}
	if err := s.db.Get(&kept, `SELECT full_name, time_zone FROM users WHERE id = ?`, u); err != nil || kept.Name != "Jonas W. Weber" || kept.Zone != "Europe/Berlin" {
		t.Errorf("%+v (%v)", kept, err)
	}
}

func TestAMemberChangesTheirPassword(t *testing.T) {
	s := newSite(t)
	_, signIn := s.agency("Halden Street Social", "Orchard Lane Bakery").colleague("jonas@halden.example", schema.RoleMember)
	b, other := signIn(linux), signIn(iphone)
	change := func(current, plain string) answer {
		return b.post("/settings/account/password", "current", current, "password", plain)
	}
	wrong := change("not the password", "olive loaf by noon")
	wrong.shows(t, 422, `id="current-error"`, "not your present password", "data-meter")
	short := change(password, "short")
	short.shows(t, 422, `id="password-error"`, "Use 12 characters or more")
	for _, a := range []answer{wrong, short} {
		if strings.Contains(a.body, "olive loaf") || strings.Contains(a.body, password) || strings.Count(a.body, " autofocus") != 1 {
			t.Errorf("a password is sent back, or the focus is lost:\n%s", a.body)
		}
	}
	other.get("/settings/account").shows(t, 200)
	change(password, "olive loaf by noon").leadsTo(t, "/settings/account")
	b.get("/settings/account").shows(t, 200, "Your password is changed.")
	other.get("/settings/account").leadsTo(t, "/login?next=%2Fsettings%2Faccount")
	s.browser().post("/login", "email", "jonas@halden.example", "password", password).shows(t, 422)
	s.browser().post("/login", "email", "jonas@halden.example", "password", "olive loaf by noon").leadsTo(t, "/")
}

func TestWhoeverGuessesThePresentPasswordIsSlowedDownThere(t *testing.T) {
	s := newSite(t)
	_, signIn := s.agency("Halden Street Social", "Orchard Lane Bakery").colleague("jonas@halden.example", schema.RoleMember)
	b := signIn(linux)
	for range 10 {
		b.post("/settings/account/password", "current", "a wrong guess", "password", "olive loaf by noon").shows(t, 422)
	}
	b.post("/settings/account/password", "current", password, "password", "olive loaf by noon").shows(t, 429, "tried too often", `action="/settings/account/password"`)
	s.browser().post("/login", "email", "jonas@halden.example", "password", password).leadsTo(t, "/")
}

func TestAMemberSeesWhereTheyAreSignedInAndEndsIt(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, signIn := a.colleague("jonas@halden.example", schema.RoleMember)
	_, asElena := a.colleague("elena@halden.example", schema.RoleOwner)
	b, phone, elena := signIn(linux), signIn(iphone), asElena("curl/8.14.1")
	page := b.get("/settings/account")
	page.shows(t, 200, "Firefox on Linux", "Safari on an iPhone", "This one", "/sessions/"+sessionID(phone)+"/sign-out")
	if strings.Count(page.body, "This one") != 1 || strings.Contains(page.body, sessionID(b)) || strings.Contains(page.body, "curl") ||
		strings.Contains(page.body, phone.cookies["session"]) || strings.Contains(page.body, b.cookies["session"]) {
		t.Errorf("the list is wrong:\n%s", page.body)
	}
	for _, id := range []string{sessionID(elena), "rubbish", strings.Repeat("0", 64)} {
		b.post("/settings/account/sessions/"+id+"/sign-out").shows(t, 404)
	}
	elena.get("/settings/account").shows(t, 200)
	b.get("/settings/account/sessions/"+sessionID(phone)+"/sign-out").shows(t, 405)
	phone.get("/settings/account").shows(t, 200)
	b.post("/settings/account/sessions/"+sessionID(phone)+"/sign-out").leadsTo(t, "/settings/account")
	b.get("/settings/account").shows(t, 200, "That device is signed out.")
	phone.get("/settings/account").leadsTo(t, "/login?next=%2Fsettings%2Faccount")
	b.post("/settings/account/sessions/"+sessionID(b)+"/sign-out").leadsTo(t, "/login")
	if b.cookies["session"] != "" {
		t.Error("the cookie of an ended session stays")
	}
}

func TestSigningOutEverywhereEndsThisOneToo(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, signIn := a.colleague("jonas@halden.example", schema.RoleMember)
	_, asElena := a.colleague("elena@halden.example", schema.RoleOwner)
	b, phone, elena := signIn(linux), signIn(iphone), asElena(linux)
	token := b.cookies["session"]
	b.post("/settings/account/sign-out-everywhere").leadsTo(t, "/login")
	b.get("/login").shows(t, 200, "You are signed out everywhere.")
	b.cookies["session"] = token
	for _, who := range []*browser{b, phone} {
		who.get("/settings/account").leadsTo(t, "/login?next=%2Fsettings%2Faccount")
	}
	elena.get("/settings/account").shows(t, 200)
}

func TestTheAccountPageIsForMembers(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	reader, _ := a.reader("tom@orchardlane.example")
	for _, path := range []string{"profile", "password", "sign-out-everywhere", "sessions/" + sessionID(reader) + "/sign-out"} {
		reader.post("/settings/account/"+path).shows(t, 404)
		s.browser().post("/settings/account/"+path).shows(t, 401)
	}
	reader.get("/settings/account").shows(t, 404)
	reader.get("/portal").shows(t, 200)
	s.browser().get("/settings/account").leadsTo(t, "/login?next=%2Fsettings%2Faccount")
}
