package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"anteroom/schema"
)

const (
	newPage   = "Accept and sign in"
	knownPage = "Sign in and accept"
)

func TestANewPersonAcceptsSetsAPasswordAndLandsInThePortal(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	b := s.browser()
	b.get(link).shows(t, 200, "Halden Street Social", "Orchard Lane Bakery", "Priya Nair", `value="tom@orchardlane.example"`, "readonly", newPage)
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom B. Okafor", "password", password).leadsTo(t, "/portal")
	b.get("/portal").shows(t, 200, "Orchard Lane Bakery", "with Halden Street Social", "Nothing planned", "You’re in")

	if again := b.get("/portal"); strings.Contains(again.body, "You’re in") {
		t.Error("the confirmation is shown a second time")
	}
	b.get(link).shows(t, 410, "This invitation was accepted", "t•m@orchardlane.example")
	s.signedIn("TOM@orchardlane.example").get("/").leadsTo(t, "/portal")
}

func TestWhatIsWrongWithAFormStandsUnderItsFieldAndTheValuesStay(t *testing.T) {
	s := newSite(t)
	_, link := s.agency("Halden Street Social", "Orchard Lane Bakery").invite("tom@orchardlane.example", "Tom Okafor")
	a := s.browser().post(link+"/acceptance", "as", "accept-new", "full_name", "Thomas", "password", "short")
	a.shows(t, 422, `value="Thomas"`, `aria-invalid="true"`, `aria-describedby="password-error`, `id="password-error"`, "autofocus", "Use 12 characters or more")
	if strings.Contains(a.body, `value="short"`) {
		t.Error("the password is sent back")
	}
	a = s.browser().post(link+"/acceptance", "as", "accept-new", "full_name", " ", "password", password)
	a.shows(t, 422, `id="full-name-error"`, "Enter the full name")
}

func TestAKnownPersonSignsInToAccept(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.withPassword(s.user("elena@orchardlane.example", "Elena Marchetti"))
	_, link := a.invite("elena@orchardlane.example", "Elena")
	b := s.browser()
	b.get(link).shows(t, 200, "You already have an account", knownPage)
	b.post(link+"/acceptance", "as", "accept-known", "password", "not the password").shows(t, 422, knownPage, `id="password-error"`)
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "X", "password", password).shows(t, 409, "Sign in with its password to accept")
	b.post(link+"/acceptance", "as", "accept-known", "password", password).leadsTo(t, "/portal")
}

func TestSomebodySignedInWithTheAddressAcceptsInOneClickAndTheSessionIsRenewed(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena Marchetti")), a.id)
	_, link := a.invite("Elena@orchardlane.example", "Elena")
	b := s.signedIn("elena@orchardlane.example")
	old := b.cookies["session"]
	b.get(link).shows(t, 200, "elena@orchardlane.example", "one click", "Accept the invitation")
	b.post(link+"/acceptance", "as", "accept-me").leadsTo(t, "/portal")
	if b.cookies["session"] == old || b.cookies["session"] == "" {
		t.Error("the session was not renewed")
	}
	stale := s.browser()
	stale.cookies["session"] = old
	stale.get("/portal").leadsTo(t, "/login?next=%2Fportal")
}

func TestSomebodyElseIsToldAndCanSwitchAndNothingIsConsumed(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena Marchetti")), a.id)
	row, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	b := s.signedIn("elena@orchardlane.example")
	page := b.get(link)
	page.shows(t, 200, "for somebody else", "t•m@orchardlane.example", "elena@orchardlane", "Switch account")
	if strings.Contains(page.body, "tom@") {
		t.Error("a stranger sees the address")
	}
	for _, as := range []string{"accept-new", "accept-known", "accept-me"} {
		b.post(link+"/acceptance", "as", as, "full_name", "Elena", "password", password).shows(t, 403, "for somebody else")
	}
	b.post(link+"/switch").leadsTo(t, link)
	b.get(link).shows(t, 200, newPage)
	var status schema.Status
	if err := s.db.Get(&status, `SELECT status FROM client_users WHERE id = ?`, row.ID); err != nil || status != schema.StatusInvited {
		t.Errorf("the invitation is %q, %v", status, err)
	}
}

func TestAnUnconfirmedUserWithTheAddressCountsAsNewEvenWhenSignedIn(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	squatter := s.withPassword(s.user("tom@orchardlane.example", "Squatter"))
	s.exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, squatter)
	s.member(squatter, a.id)
	_, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	b := s.signedIn("tom@orchardlane.example")
	b.get(link).shows(t, 200, newPage)
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", "another long secret").leadsTo(t, "/portal")
	b.get("/").leadsTo(t, "/portal")
	s.browser().post("/login", "email", "tom@orchardlane.example", "password", password).shows(t, 422)
}

func TestAnExpiredLinkSendsAFreshOneToTheInvitedAddressOnly(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	row, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	s.exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = ?`, row.ID)
	b := s.browser()
	page := b.get(link)
	page.shows(t, 410, "This invitation has expired", "t•m@orchardlane.example", "Invitations last 7 days", "mailto:")
	if strings.Contains(page.body, "tom@") {
		t.Error("the holder of a dead link sees the address")
	}
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", password).shows(t, 409, "has expired")
	b.post(link+"/fresh-links").shows(t, 200, "A mail is on its way", "t•m@orchardlane.example")
	b.get(link).shows(t, 410, "A newer link was sent")
	b.post(link+"/fresh-links").shows(t, 429, "A newer link was sent", "a moment ago")
	a.mailed(row.ID)
	b.post(link+"/fresh-links").shows(t, 200, "A mail is on its way")
	b.get(s.link(row.ID)).shows(t, 200, newPage)
}

func TestASupersededLinkSaysSo(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	row, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	if _, err := a.ws.Resend(t.Context(), row.ID); err != nil {
		t.Fatal(err)
	}
	s.browser().get(link).shows(t, 410, "A newer link was sent", "t•m@orchardlane.example")
	s.browser().post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", password).shows(t, 409, "A newer link was sent")
}

func TestARevokedLinkAndOneOfADeletedClientSaySo(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	row, link := a.invite("tom@orchardlane.example", "Tom Okafor")
	_, other := a.invite("elena@orchardlane.example", "Elena Marchetti")
	if err := a.ws.Revoke(t.Context(), row.ID); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.get(link).shows(t, 410, "no longer open", "t•m@orchardlane.example")
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", password).shows(t, 409, "no longer open")
	b.post(link+"/fresh-links").shows(t, 409, "no longer open")
	s.exec(`UPDATE clients SET deleted_at = UTC_TIMESTAMP(6) WHERE id = ?`, a.client)
	b.get(other).shows(t, 410, "no longer open")
}

func TestAnUnknownLinkAndOneToAFixedAddressAreAlike(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	row, link := a.invite("tmo@orchardlane.example", "Tom Okafor")
	if _, err := a.ws.FixEmail(t.Context(), row.ID, "tom@orchardlane.example"); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	fixed, never := b.get(link), b.get("/invitations/k1.AAAA")
	fixed.shows(t, 404, "We don’t know this link")
	if fixed.body != never.body {
		t.Error("the two pages differ")
	}
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom", "password", password).shows(t, 404, "We don’t know this link")
	b.post(link+"/fresh-links").shows(t, 404, "We don’t know this link")
}

func TestOpeningALinkChangesNothing(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, open := a.invite("tom@orchardlane.example", "Tom Okafor")
	stale, expired := a.invite("elena@orchardlane.example", "Elena Marchetti")
	s.exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = ?`, stale.ID)
	user := s.user("jonas@agency.example", "Jonas")
	signUp := s.signUp("ines@millroad.example")
	before := s.rows()
	paths := []string{open, expired, "/passwords/" + s.passwordToken(user),
		"/email-confirmations/" + s.accountToken(schema.PurposeConfirmEmail, user), open + "/acceptance", expired + "/fresh-links", open + "/switch", "/login", "/forgot",
		"/signup", signUp, signUp + "/agency", "/choose"}
	for _, p := range paths {
		for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			s.browser().do(httptest.NewRequest(m, p, nil))
		}
	}
	if after := s.rows(); !slices.Equal(before, after) {
		t.Errorf("rows changed: %v, then %v", before, after)
	}
}
