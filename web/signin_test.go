package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"anteroom/schema"
	"anteroom/web"
)

func TestAWrongPasswordAndAnUnknownAddressAnswerAlike(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena")), a.id)
	wrong := s.browser().post("/login", "email", "elena@orchardlane.example", "password", "not the password")
	unknown := s.browser().post("/login", "email", "nobody@orchardlane.example", "password", "not the password")
	wrong.shows(t, 422, "don’t match", `value="elena@orchardlane.example"`, `aria-invalid="true"`)
	if strings.ReplaceAll(wrong.body, "elena@", "nobody@") != unknown.body || wrong.StatusCode != unknown.StatusCode {
		t.Error("the two answers differ")
	}
	if strings.Contains(wrong.body, "not the password") {
		t.Error("the password is sent back")
	}
}

func TestSomebodyWithoutAnyAccessIsToldSoOnlyAfterTheRightPassword(t *testing.T) {
	s := newSite(t)
	s.withPassword(s.user("elena@orchardlane.example", "Elena"))
	s.browser().post("/login", "email", "elena@orchardlane.example", "password", "not the password").shows(t, 422, "don’t match")
	b := s.browser()
	b.post("/login", "email", "elena@orchardlane.example", "password", password).shows(t, 403, "no client portal open")
	if len(b.cookies) != 0 {
		t.Errorf("a session was opened: %v", b.cookies)
	}
}

func TestTheSessionCookie(t *testing.T) {
	for scheme, want := range map[string]string{"http": "session=", "https": "__Host-session="} {
		t.Run(scheme, func(t *testing.T) {
			s := newSite(t, func(o *web.Options) { o.BaseURL = &url.URL{Scheme: scheme, Host: "example.com"} })
			a := s.agency("Halden Street Social", "Orchard Lane Bakery")
			s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena")), a.id)
			cookie := strings.ToLower(s.browser().post("/login", "email", "elena@orchardlane.example", "password", password).Header.Get("Set-Cookie"))
			for _, part := range []string{strings.ToLower(want), "; httponly", "; samesite=lax", "; path=/", "; max-age=2592000"} {
				if !strings.Contains(cookie, part) {
					t.Errorf("%q lacks %q", cookie, part)
				}
			}
			if strings.Contains(cookie, "; secure") != (scheme == "https") || strings.Contains(cookie, "domain=") {
				t.Errorf("%q", cookie)
			}
		})
	}
}

func TestAConfirmationTravelsOverHTTPSOnlyWhereTheSessionDoes(t *testing.T) {
	for scheme, secure := range map[string]bool{"http": false, "https": true} {
		t.Run(scheme, func(t *testing.T) {
			s := newSite(t, func(o *web.Options) { o.BaseURL = &url.URL{Scheme: scheme, Host: "example.com"} })
			b := s.browser()
			for _, a := range []answer{b.post("/sign-out"), b.get("/login")} {
				cookies := a.Cookies()
				at := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == "flash" })
				if at < 0 || cookies[at].Secure != secure || !cookies[at].HttpOnly || cookies[at].Path != "/" {
					t.Errorf("%s: %v", a.Request.URL, cookies)
				}
			}
		})
	}
}

func TestSigningInRenewsTheSessionAndSigningOutEndsIt(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena")), a.id)
	b := s.signedIn("elena@orchardlane.example")
	first := b.cookies["session"]
	b.post("/login", "email", "elena@orchardlane.example", "password", password).leadsTo(t, "/")
	second := b.cookies["session"]
	if first == second {
		t.Error("the token stayed")
	}
	b.cookies["session"] = first
	b.get("/").leadsTo(t, "/login")
	b.cookies["session"] = second
	b.get("/").leadsTo(t, "/settings/clients")
	b.post("/sign-out").leadsTo(t, "/login")
	b.get("/login").shows(t, 200, "You are signed out.")
	b.cookies["session"] = second
	b.get("/").leadsTo(t, "/login")
	b.get("/login").shows(t, 200, "You were signed out, or your access has ended")
}

func TestNextLeadsToPathsOfThisHostOnly(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena")), a.id)
	for next, want := range map[string]string{
		"/portal?week=2026-11-23": "/portal?week=2026-11-23",
		"/settings/clients":       "/settings/clients",
		"":                        "/", "//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/", "\\\\evil.example": "/",
		"/\t/evil.example": "/", "javascript:alert(1)": "/", "evil.example": "/", "/%5Cevil.example": "/", "/%2F/evil.example": "/",
		"///evil.example": "/", "http:evil.example": "/", "/login": "/", "/a\r\nSet-Cookie: x=y": "/", "@evil.example": "/",
	} {
		s.browser().post("/login", "email", "elena@orchardlane.example", "password", password, "next", next).leadsTo(t, want)
		page := s.browser().get("/login?next=" + url.QueryEscape(next))
		if want == "/" && strings.Contains(page.body, `name="next"`) {
			t.Errorf("the form carries %q", next)
		}
	}
}

func TestSomebodyWithTwoKindsOfAccessChooses(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	u := s.withPassword(s.user("jonas@halden.example", "Jonas"))
	s.member(u, a.id)
	_, link := other.invite("jonas@halden.example", "Jonas")
	b := s.signedIn("jonas@halden.example")
	b.post(link+"/acceptance", "as", "accept-me").leadsTo(t, "/portal")
	b.get("/").leadsTo(t, "/choose")
	b.get("/choose").shows(t, 200, "Halden Street Social", "Weber Joinery", "Client portal, with Larch &amp; Lane Studio")
	b.get("/portal").shows(t, 200, `href="/choose"`)
	b.post("/choose", "portal", other.id.String()).leadsTo(t, "/portal")
	b.post("/choose", "portal", a.id.String()).shows(t, 404)
	b.post("/choose", "agency", a.id.String()).leadsTo(t, "/settings/clients")
	b.post("/choose", "agency", other.id.String()).shows(t, 404)
	b.post("/choose", "agency", "rubbish").shows(t, 404)
}

func TestPortalsOfTwoAgenciesAreTwoPlaces(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	s.withPassword(s.user("tom@orchardlane.example", "Tom Okafor"))
	b := s.browser()
	for _, link := range []string{second(a.invite("tom@orchardlane.example", "Tom")), second(other.invite("tom@orchardlane.example", "Tom"))} {
		b.post("/sign-out")
		b.post(link+"/acceptance", "as", "accept-known", "password", password).leadsTo(t, "/portal")
	}
	page := b.get("/portal")
	page.shows(t, 200, "Weber Joinery", "with Larch &amp; Lane Studio", `href="/choose"`)
	if strings.Contains(page.body, "Orchard Lane") || strings.Contains(page.body, "Halden") {
		t.Error("another agency's portal is on the page")
	}
	b = s.signedIn("tom@orchardlane.example")
	b.get("/portal").leadsTo(t, "/choose")
	b.get("/").leadsTo(t, "/choose")
	page = b.get("/choose")
	page.shows(t, 200, "Orchard Lane Bakery", "Client portal, with Halden Street Social", "Weber Joinery", "has access to both")
	if strings.Count(page.body, `name="portal"`) != 2 {
		t.Error("there are not two portals to choose from")
	}
	b.post("/choose", "portal", a.id.String()).leadsTo(t, "/portal")
	b.get("/portal").shows(t, 200, "Orchard Lane Bakery", "with Halden Street Social")
	s.exec(`UPDATE client_users SET status = 'deactivated' WHERE agency_id = ?`, a.id)
	b.get("/portal").shows(t, 200, "Weber Joinery")
	b.get("/").leadsTo(t, "/portal")
	b.post("/choose", "portal", a.id.String()).shows(t, 404)
	b.post("/choose", "portal", "rubbish").shows(t, 404)
}

func second[A, B any](_ A, b B) B { return b }

func TestAMembershipThatCameAfterTheSignInIsFound(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	u := s.withPassword(s.user("jonas@halden.example", "Jonas"))
	_, link := a.invite("jonas@halden.example", "Jonas")
	b := s.browser()
	b.post(link+"/acceptance", "as", "accept-known", "password", password).leadsTo(t, "/portal")
	s.exec(`UPDATE client_users SET status = 'deactivated'`)
	b.get("/").shows(t, 403, "Nothing is open to you here")
	s.member(u, a.id)
	b.get("/").leadsTo(t, "/settings/clients")
	var agency schema.AgencyID
	if err := s.db.Get(&agency, `SELECT agency_id FROM sessions WHERE user_id = ?`, u); err != nil || agency != a.id {
		t.Errorf("the session is for %v, %v", agency, err)
	}
}

func TestForgottenPasswordsAnswerAlikeAndTheLinkWorksOnce(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	u := s.user("elena@orchardlane.example", "Elena")
	s.member(u, a.id)
	known, unknown := s.browser().post("/forgot", "email", "elena@orchardlane.example"), s.browser().post("/forgot", "email", "nobody@orchardlane.example")
	known.shows(t, 200, "Check your email")
	if strings.ReplaceAll(known.body, "elena", "nobody") != unknown.body {
		t.Error("the two answers differ")
	}
	var mails int
	if err := s.db.Get(&mails, `SELECT COUNT(*) FROM emails WHERE kind = 'reset_password'`); err != nil || mails != 1 {
		t.Errorf("%d emails, %v", mails, err)
	}
	s.browser().post("/forgot", "email", "no address").shows(t, 422, `id="email-error"`, `value="no address"`)

	link := "/passwords/" + s.passwordToken(u)
	b := s.browser()
	b.get(link).shows(t, 200, "elena@orchardlane.example", "Set password and sign in")
	b.post(link, "password", "short").shows(t, 422, `id="password-error"`)
	b.post(link, "password", password).leadsTo(t, "/")
	b.get("/").leadsTo(t, "/settings/clients")
	s.browser().get(link).shows(t, 410, "doesn’t work any more", `href="/forgot"`)
	s.browser().post(link, "password", password).shows(t, 409, "doesn’t work any more")
	s.browser().get("/passwords/rubbish").shows(t, 404, "doesn’t work any more")
}

func TestAnAddressIsConfirmedByAClickOfItsOwnUserOnly(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	u := s.withPassword(s.user("elena@orchardlane.example", "Elena"))
	s.member(u, a.id)
	s.exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, u)
	link := "/email-confirmations/" + s.accountToken(schema.PurposeConfirmEmail, u)
	confirmed := func() (is bool) {
		if err := s.db.Get(&is, `SELECT email_confirmed_at IS NOT NULL FROM users WHERE id = ?`, u); err != nil {
			t.Fatal(err)
		}
		return is
	}
	b := s.browser()
	page := b.get(link)
	page.shows(t, 200, "Sign in to confirm", "e•••a@orchardlane.example", "/login?next=%2Femail-confirmations%2F")
	if strings.Contains(page.body, "elena@") {
		t.Error("a stranger sees the address")
	}
	b.post(link).shows(t, 401, "Sign in to confirm")

	s.member(s.withPassword(s.user("jonas@halden.example", "Jonas")), a.id)
	other := s.signedIn("jonas@halden.example")
	other.get(link).shows(t, 200, "for another account", "e•••a@orchardlane.example", "jonas@halden.example", "Switch account")
	other.post(link).shows(t, 403, "for another account")
	other.post(link+"/switch").leadsTo(t, link)
	other.get(link).shows(t, 200, "Sign in to confirm")
	if confirmed() {
		t.Error("a stranger's click confirmed the address")
	}

	b.post("/login", "email", "elena@orchardlane.example", "password", password, "next", link).leadsTo(t, link)
	b.get(link).shows(t, 200, "Confirm my address", "elena@orchardlane.example")
	if confirmed() {
		t.Error("opening the link confirmed the address")
	}
	b.post(link).leadsTo(t, "/")
	if !confirmed() {
		t.Error("the address is not confirmed")
	}
	b.get("/login").shows(t, 200, "Your email address is confirmed.")
	b.get(link).shows(t, 410, "Sign in")
	// A token is good for its own purpose only.
	s.browser().get("/passwords/"+strings.TrimPrefix(link, "/email-confirmations/")).shows(t, 404)
}

func TestNoTokenPasswordAddressOrCookieIsLogged(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	row, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	b := s.browser()
	b.get(link + "?q=quite-secret")
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", "short")
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", password)
	cookie := b.cookies["session"]
	b.get("/portal?week=2026-12-07")
	b.get("/nowhere/" + cookie)
	b.post(link + "/fresh-links")
	b.post("/sign-out")
	b.post("/login", "email", "tom@orchardlane.example", "password", password)
	reset := s.passwordToken(mustUser(s, row.ID))
	b.get("/passwords/" + reset)
	b.post("/passwords/"+reset, "password", "another long secret")
	log := s.log.String()
	for _, secret := range []string{strings.TrimPrefix(link, "/invitations/"), cookie, b.cookies["session"], reset, password,
		"another long secret", "tom@", "quite-secret", "2026-12-07", "Okafor"} {
		if secret == "" || strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	for _, want := range []string{`"route":"/invitations/:token"`, `"route":"/invitations/:token/acceptance"`, `"route":"(none)"`, `"user_id":"us_`,
		`"status":303`, `"request_id":"`, `"client":"0.0.0.0"`, `"method":"POST"`, `"took":`, `"bytes":`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s\n%s", want, log)
		}
	}
}

func mustUser(s *site, id schema.ClientUserID) (u schema.UserID) {
	s.t.Helper()
	if err := s.db.Get(&u, `SELECT user_id FROM client_users WHERE id = ?`, id); err != nil {
		s.t.Fatal(err)
	}
	return u
}

func TestEveryPageOfTheSignedOutRefusesToBeKeptAndToTellWhereItCameFrom(t *testing.T) {
	s := newSite(t)
	_, link := s.agency("Halden Street Social", "Orchard Lane Bakery").invite("tom@orchardlane.example", "Tom Okafor")
	for path, referrer := range map[string]string{link: "strict-origin", "/passwords/x": "strict-origin", "/email-confirmations/x": "strict-origin", "/sign-ups/x": "strict-origin",
		"/login": "same-origin", "/nowhere": "same-origin", "/forgot": "same-origin"} {
		h := s.browser().get(path).Header
		csp := h.Get("Content-Security-Policy")
		if h.Get("Referrer-Policy") != referrer || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" ||
			strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") ||
			h.Get("Strict-Transport-Security") != "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}
