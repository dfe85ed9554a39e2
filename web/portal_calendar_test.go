package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

func lives(s *site, email, zone string) {
	s.exec(`UPDATE users SET time_zone = ? WHERE email_key = ?`, zone, email)
}

// onDay is what a page of a week shows below the head of a day.
func onDay(page, day string) string {
	_, rest, _ := strings.Cut(page, `<span class="sr-only">`+day)
	rest, _, _ = strings.Cut(rest, "</li>\n    <li")
	return rest
}

func TestPostsStandUnderTheDayAndTimeOfThePersonsZone(t *testing.T) {
	const email = "tom@orchardlane.example"
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader(email)
	for _, tc := range []struct {
		name, zone, at  string
		week, day, time string
		shown           string // of the zone
	}{
		{"winter", "Europe/London", "2026-11-23T09:00:00Z", "2026-11-25", "Monday 23 November", "09:00", "London (GMT)"},
		{"before the clocks go back", "Europe/London", "2026-10-25T00:30:00Z", "2026-10-19", "Sunday 25 October", "01:30", "London (BST, then GMT)"},
		{"the same hour again", "Europe/London", "2026-10-25T01:30:00Z", "2026-10-19", "Sunday 25 October", "01:30", "London (BST, then GMT)"},
		{"the last hour of 25", "Europe/London", "2026-10-25T23:45:00Z", "2026-10-19", "Sunday 25 October", "23:45", "London (BST, then GMT)"},
		{"the day after", "Europe/London", "2026-10-26T00:15:00Z", "2026-10-26", "Monday 26 October", "00:15", "London (GMT)"},
		{"before the clocks go forward", "Europe/London", "2026-03-29T00:59:00Z", "2026-03-23", "Sunday 29 March", "00:59", "London (GMT, then BST)"},
		{"after it", "Europe/London", "2026-03-29T01:00:00Z", "2026-03-23", "Sunday 29 March", "02:00", "London (GMT, then BST)"},
		{"the last of 23 hours", "Europe/London", "2026-03-29T22:59:00Z", "2026-03-23", "Sunday 29 March", "23:59", "London (GMT, then BST)"},
		{"Sunday evening there", "America/New_York", "2026-11-23T04:30:00Z", "2026-11-16", "Sunday 22 November", "23:30", "New York (EST)"},
		{"Monday at midnight there", "America/New_York", "2026-11-23T05:00:00Z", "2026-11-23", "Monday 23 November", "00:00", "New York (EST)"},
		{"New York goes back", "America/New_York", "2026-11-01T05:30:00Z", "2026-10-26", "Sunday 1 November", "01:30", "New York (EDT, then EST)"},
		{"New York has gone back", "America/New_York", "2026-11-01T06:30:00Z", "2026-10-26", "Sunday 1 November", "01:30", "New York (EDT, then EST)"},
		{"New York goes forward", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-02", "Sunday 8 March", "03:00", "New York (EST, then EDT)"},
		{"a quarter of an hour off", "Asia/Kathmandu", "2026-11-22T18:15:00Z", "2026-11-23", "Monday 23 November", "00:00", "Kathmandu (UTC&#43;05:45)"},
		{"a minute before it", "Asia/Kathmandu", "2026-11-22T18:14:00Z", "2026-11-16", "Sunday 22 November", "23:59", "Kathmandu (UTC&#43;05:45)"},
	} {
		at, err := time.Parse(time.RFC3339, tc.at)
		if err != nil {
			t.Fatal(err)
		}
		lives(s, email, tc.zone)
		body := "What goes out " + tc.name
		id := a.post(body, at)
		page := b.get("/portal?week=" + tc.week)
		page.shows(t, 200, "1 post this week", tc.shown)
		if under := onDay(page.body, tc.day); !strings.Contains(under, body) || !strings.Contains(under, ">"+tc.time+"<") {
			t.Errorf("%s is not at %s on %s:\n%s", tc.name, tc.time, tc.day, under)
		}
		if n := strings.Count(page.body, `class="day-head"`); n != 7 {
			t.Errorf("%s: the week has %d days", tc.name, n)
		}
		b.get("/portal/posts/"+id.String()).shows(t, 200, tc.day+" 2026, "+tc.time, body)
		s.exec(`DELETE FROM posts WHERE id = ?`, id)
	}
	b.get("/portal?week=2026-12-30").shows(t, 200, "28 December 2026 – 3 January 2027", "No posts this week", "week=2026-12-21", "week=2027-01-04")
	for _, rubbish := range []string{"nonsense", "9999-99-99", "0001-01-01", "2026-11-23%00"} {
		b.get("/portal?week="+rubbish).shows(t, 200, `class="is-today"`)
	}
}

func TestTheWeekBeginsAsItDoesWhereTheReaderIs(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	for languages, title := range map[string]string{
		"": "23–29 November 2026", "en-GB,en;q=0.9": "23–29 November 2026", "de": "23–29 November 2026",
		"en-US": "22–28 November 2026", "en": "22–28 November 2026", "pt-BR;q=0.5, en-GB;q=0.1": "22–28 November 2026",
		"ar-EG": "21–27 November 2026", "fa": "21–27 November 2026", ";;nonsense": "23–29 November 2026",
	} {
		b.headers["Accept-Language"] = languages
		b.get("/portal?week=2026-11-25").shows(t, 200, title)
	}
}

func TestTheCalendarIsNarrowedDownToAnAccountAndKeepsThatWhileItIsTurned(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	b, _ := a.reader("tom@orchardlane.example")
	first, second := a.acct, a.account("orchardlane.second")
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	a.post("Through the first", at)
	a.acct = second
	a.post("Through the second", at)
	page := b.get("/portal?week=2026-11-23&account=" + second.String())
	page.shows(t, 200, "1 post this week", "Through the second", "account="+second.String()+"&amp;week=2026-11-30", "account="+first.String())
	if strings.Contains(page.body, "Through the first") {
		t.Error("the other account's post is shown")
	}
	b.get("/portal/week?week=2026-11-23&account="+second.String()).shows(t, 200, "1 post this week", "Through the second", "hx-swap-oob")
	b.get("/portal?account="+other.acct.String()).shows(t, 404)
	b.get("/portal?client="+other.client.String()).shows(t, 404)
	b.get("/portal?account=nonsense").shows(t, 404)
}

func TestAPostShowsAllOfItselfAndIsGoneWithItsAccount(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	id := a.post("Line one\n\nLine <two>", time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	a.picture(id, a.client, "loaf of today.png")
	s.exec(`UPDATE posts SET state = 'published', link = 'https://example.com/p/1' WHERE id = ?`, id)
	url := "/portal/posts/" + id.String()
	thumb := url + "/media/1/thumbnail"
	b.get("/portal?week=2026-11-20").shows(t, 200, thumb, `href="`+url+`"`, "Published")
	b.get(url).shows(t, 200, "Line one\n\nLine &lt;two&gt;", "https://example.com/p/1", "See the live post", "loaf of today.png", "Published", url+"/media/1")
	s.exec(`UPDATE posts SET state = 'failed', link = '' WHERE id = ?`, id)
	page := b.get(url)
	page.shows(t, 200, "Not published")
	if strings.Contains(page.body, "See the live post") {
		t.Error("there is a link to nothing")
	}
	s.exec(`UPDATE media SET type = 'image/heic' WHERE name = 'loaf of today.png'`)
	b.get(url).shows(t, 200, `src="`+thumb+`?v=`, "show this kind of picture in full")
	s.exec(`UPDATE media SET thumb_state = 'failed' WHERE name = 'loaf of today.png'`)
	if page := b.get(url); strings.Contains(page.body, thumb) || strings.Contains(page.body, "in full") {
		t.Error("a thumbnail that there is not is shown")
	}
	for _, none := range []string{"/media/0", "/media/2", "/media/256", "/media/x"} {
		b.get(url+none).shows(t, 404)
	}

	// The account goes to another client, with its posts, without the files.
	other := a.another("Kiln & Clay Studio")
	other.acct = other.account("kilnandclay")
	reader, _ := other.reader("jonas@kilnandclay.example")
	if _, err := a.ws.AssignAccounts(t.Context(), other.client, []schema.AccountID{a.acct}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{url, url + "/media/1", thumb} {
		b.get(path).shows(t, 404)
	}
	b.get("/portal?week=2026-11-20").shows(t, 200, "No posts this week", "No social accounts yet")
	page = reader.get(url)
	page.shows(t, 200, "Line one")
	reader.get(url+"/media/1").shows(t, 404)
	reader.get(thumb).shows(t, 404)
	if strings.Contains(page.body, "loaf of today.png") {
		t.Error("the file of another client is named")
	}
	// It is removed: nobody's portal has the posts.
	s.exec(`UPDATE social_accounts SET status = 'removed', client_id = NULL, removed_at = UTC_TIMESTAMP(6) WHERE id = ?`, a.acct)
	reader.get(url).shows(t, 404)
}

func TestNoCraftedRequestChangesAPostFromThePortal(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	id := a.post("As the agency wrote it", time.Now().Add(time.Hour).UTC()).String()
	for _, path := range []string{"/portal", "/portal/week", "/portal/posts", "/portal/posts/" + id, "/portal/posts/" + id + "/schedule",
		"/portal/posts/" + id + "/deletion", "/posts", "/posts/" + id, "/posts/" + id + "/deletion", "/calendar"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			form := "account=" + a.acct.String() + "&text=Mine&state=published&day=2026-01-01&time=09:00"
			r := httptest.NewRequest(method, path, strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if got := b.do(r); got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("%s %s: %d", method, path, got.StatusCode)
			}
		}
	}
	for _, path := range []string{"/calendar", "/posts/new", "/posts/" + id, "/posts/" + id + "/deletion"} {
		b.get(path).shows(t, 404)
	}
	b.get("/portal/posts/"+id).shows(t, 200, "As the agency wrote it", "Scheduled")
}
