package web_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

// reader is somebody with access to the agency's client, signed in.
func (a *agency) reader(email string) (*browser, schema.ClientUserID) {
	a.t.Helper()
	row, link := a.invite(email, "Tom Okafor")
	b := a.browser()
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom Okafor", "password", password).leadsTo(a.t, "/portal")
	return b, row.ID
}

func (a *agency) post(body string, at time.Time, picture string) {
	a.exec(`INSERT INTO posts (id, agency_id, social_account_id, body, picture, state, publish_at, created_at)
		VALUES (?, ?, ?, ?, ?, 'scheduled', ?, UTC_TIMESTAMP(6))`, schema.New[schema.PostID](), a.id, a.acct, body, picture, at)
}

func TestTheWeekIsShownInThePersonsTimeZone(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	s.exec(`UPDATE users SET time_zone = 'America/New_York' WHERE email_key = 'tom@orchardlane.example'`)
	// 04:30 UTC on Monday 23 November is still Sunday in New York.
	a.post("Late on Sunday", time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC), "buns.svg")
	a.post("On Monday", time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC), "../app.css")
	b.get("/portal?week=2026-11-25").shows(t, 200, "23–29 November 2026", "1 post this week", "New York (EST)", "On Monday", "00:00",
		"week=2026-11-16", "week=2026-11-30")
	page := b.get("/portal?week=2026-11-22")
	page.shows(t, 200, "16–22 November 2026", "Late on Sunday", "23:30", "img/buns.svg", "Instagram")
	if strings.Contains(page.body, "On Monday") {
		t.Error("a post stands in two weeks")
	}
	b.get("/portal?week=2026-12-30").shows(t, 200, "28 December 2026 – 3 January 2027")
	for _, rubbish := range []string{"nonsense", "9999-99-99", "0001-01-01", "2026-11-23%00"} {
		b.get("/portal?week="+rubbish).shows(t, 200, `class="is-today"`)
	}
}

func TestAWeekWithAChangeOfTheClockHasSevenDays(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	a.post("Sunday at noon", time.Date(2026, 10, 25, 12, 0, 0, 0, time.UTC), "")
	a.post("Monday early", time.Date(2026, 10, 26, 0, 15, 0, 0, time.UTC), "")
	b.get("/portal?week=2026-10-19").shows(t, 200, "19–25 October 2026", "1 post this week", "Sunday at noon", "12:00")
	b.get("/portal?week=2026-10-26").shows(t, 200, "1 post this week", "Monday early", "00:15")
}

func TestAPortalIsClosedToStrangersAndShowsOnlyItsOwn(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	a.post("Ours", time.Now().UTC(), "")
	other.post("Theirs", time.Now().UTC(), "")
	s.browser().get("/portal").leadsTo(t, "/login?next=%2Fportal")
	s.member(s.withPassword(s.user("jonas@halden.example", "Jonas")), a.id)
	s.signedIn("jonas@halden.example").get("/portal").shows(t, 404, "There is nothing here")
	b, _ := a.reader("tom@orchardlane.example")
	page := b.get("/portal")
	page.shows(t, 200, "Ours")
	if strings.Contains(page.body, "Theirs") || strings.Contains(page.body, "Weber") {
		t.Error("another client's posts are shown")
	}
}

func TestAnOpenPortalIsRefusedAtTheNextClickAfterARemoval(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, id := a.reader("tom@orchardlane.example")
	b.get("/portal").shows(t, 200)
	if err := a.ws.Remove(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.get("/portal").leadsTo(t, "/login?next=%2Fportal")
	b.get("/login").shows(t, 200, "your access has ended")
	b.post("/login", "email", "tom@orchardlane.example", "password", password).shows(t, 403, "no client portal open")
}

func TestAPortalCloses404WithItsClient(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	if _, err := a.ws.DeleteClient(t.Context(), a.client); err != nil {
		t.Fatal(err)
	}
	b.get("/portal").shows(t, 404, "There is nothing here")
	b.get("/").shows(t, 403, "Nothing is open to you here")
}
