package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

// planner is a member of the agency, signed in, whose clock is London's.
func (a *agency) planner() *browser {
	_, b := a.staff("Mira Kovac", "mira@halden.example", schema.RoleMember)
	lives(a.site, "mira@halden.example", "Europe/London")
	return b
}

func TestAMemberPlansAPostAndTheClientSeesItAtOnce(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, reader := a.planner(), func() *browser { r, _ := a.reader("tom@orchardlane.example"); return r }()
	lives(s, "tom@orchardlane.example", "America/New_York")
	next := time.Now().AddDate(0, 0, 14)
	day := time.Date(next.Year(), next.Month(), next.Day(), 0, 0, 0, 0, time.UTC).Format("2006-01-02")
	b.get("/posts/new?client="+a.client.String()).shows(t, 200, "New post", "Orchard Lane Bakery sees it", "Time in London")
	b.get("/posts/new").shows(t, 200, "Choose the account first")
	b.post("/posts/files", "account", a.acct.String(), "text", "Half a thought", "day", day, "time", "09:30").shows(t, 200, "Half a thought", "Orchard Lane Bakery has no files yet", day)
	b.post("/posts", "account", a.acct.String(), "text", "Buns <today>", "day", day, "time", "09:30", "state", "scheduled").leadsTo(t, "/calendar?week="+day)
	page := b.get("/calendar?week=" + day)
	page.shows(t, 200, "The post is saved", "Buns &lt;today&gt;", "09:30", "1 post for 1 client")
	_, rest, _ := strings.Cut(page.body, `class="post" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	form := b.get(path)
	form.shows(t, 200, "Edit post", "Buns &lt;today&gt;", day, "09:30")
	reader.get("/portal?week="+day).shows(t, 200, "Buns &lt;today&gt;", "1 post this week")

	_, rest, _ = strings.Cut(form.body, `name="seen" value="`)
	seen, _, _ := strings.Cut(rest, `"`)
	edit := []string{"account", a.acct.String(), "text", "Buns tomorrow", "day", day, "time", "10:00", "state", "scheduled", "seen", strings.ReplaceAll(seen, "&#43;", "+")}
	b.post(path, edit...).leadsTo(t, "/calendar?week="+day)
	b.post(path, edit...).shows(t, 409, "Somebody else changed this post", "Buns tomorrow")
	reader.get("/portal"+path).shows(t, 200, "Buns tomorrow")
	b.get(path+"/deletion").shows(t, 200, "Delete this post?", "Orchard Lane Bakery no longer sees it")
	b.post(path+"/deletion").leadsTo(t, "/calendar?week="+day)
	b.get(path).shows(t, 404)
	reader.get("/portal"+path).shows(t, 404)
}

func TestThePostFormSaysWhatIsWrongAndKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	other := s.agency("Larch & Lane Studio", "Weber Joinery")
	b := a.planner()
	spring := time.Date(time.Now().Year()+1, 3, 31, 12, 0, 0, 0, time.UTC)
	for spring.Weekday() != time.Sunday {
		spring = spring.AddDate(0, 0, -1)
	}
	for name, tc := range map[string]struct {
		field, value, says string
		status             int
	}{
		"no account": {"account", "", "Choose the account that the post goes out through", 422},
		"no text":    {"text", " ", "Write the text of the post", 422},
		"no day":     {"day", "tomorrow", "Give the day", 422},
		"no time":    {"time", "noon", "Give the time", 422},
		"a gap":      {"time", "01:30", "go forward that night", 422},
		"no state":   {"state", "", "Say whether the post is scheduled", 422},
		"a script":   {"link", "javascript:alert(1)", "Give the whole address", 422},
		"a foreign":  {"account", other.acct.String(), "There is nothing here", 404},
		"no file":    {"media", "nonsense", "", 404},
	} {
		form := map[string]string{"account": a.acct.String(), "text": "Kept text", "day": spring.Format("2006-01-02"), "time": "09:30", "state": "scheduled"}
		form[tc.field] = tc.value
		var fields []string
		for k, v := range form {
			fields = append(fields, k, v)
		}
		page := b.post("/posts", fields...)
		page.shows(t, tc.status, tc.says)
		if tc.status == 422 && (!strings.Contains(page.body, `aria-invalid="true"`) || tc.field != "text" && !strings.Contains(page.body, "Kept text")) {
			t.Errorf("%s: the field is not marked, or the text is lost", name)
		}
	}
	var n int
	if err := s.db.Get(&n, `SELECT COUNT(*) FROM posts`); err != nil || n != 0 {
		t.Errorf("%d posts are there (%v)", n, err)
	}
}

func TestTheAgencysCalendarIsItsOwnAndNarrowedDownByClient(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	b, at := a.planner(), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	kiln := a.another("Kiln & Clay Studio")
	kiln.acct = kiln.account("kilnandclay")
	a.post("Buns", at)
	kiln.post("Mugs", at)
	theirs := other.post("Theirs", at).String()
	a.acct = a.account("loose")
	s.exec(`UPDATE social_accounts SET client_id = NULL WHERE id = ?`, a.acct)
	a.post("Nobody’s", at)
	page := b.get("/calendar?week=2026-11-23")
	page.shows(t, 200, "3 posts for 2 clients", "Buns", "Mugs", "Nobody’s", "No client sees it")
	if strings.Contains(page.body, "Theirs") || strings.Contains(page.body, "Weber") {
		t.Error("another agency's posts are shown")
	}
	page = b.get("/calendar?week=2026-11-23&client=" + kiln.client.String())
	page.shows(t, 200, "1 post for 1 client", "Mugs", "week=2026-11-30")
	if strings.Contains(page.body, "Buns") {
		t.Error("another client's post is shown")
	}
	b.get("/calendar/week?week=2026-11-23").shows(t, 200, "Mugs", "hx-swap-oob")
	for _, path := range []string{"/posts/" + theirs, "/posts/" + theirs + "/deletion"} {
		b.get(path).shows(t, 404)
		b.post(path, "account", a.acct.String(), "text", "Mine", "day", "2030-01-01", "time", "09:00", "state", "scheduled").shows(t, 404)
	}
	b.get("/calendar?client=nonsense").shows(t, 404)
}

func TestAPostKeepsItsMomentWhenItsTimeIsNotTouched(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b := a.planner()
	at := time.Date(time.Now().Year()+1, 10, 31, 1, 30, 0, 0, time.UTC) // the clocks go back
	for at.Weekday() != time.Sunday {
		at = at.AddDate(0, 0, -1)
	}
	day := at.Format("2006-01-02")
	form := []string{"account", a.acct.String(), "text", "Second half past one", "day", day, "time", "01:30", "state", "scheduled"}
	b.post("/posts", append(form, "zone", "UTC")...).leadsTo(t, "/calendar?week="+day)
	stored := func() (got time.Time) {
		if err := s.db.Get(&got, `SELECT publish_at FROM posts WHERE body LIKE 'Second half past one%'`); err != nil {
			t.Fatal(err)
		}
		return got
	}
	_, rest, _ := strings.Cut(b.get("/calendar?week="+day).body, `class="post" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	edited := b.get(path)
	edited.shows(t, 200, `name="zone" value="Europe/London"`)
	_, rest, _ = strings.Cut(edited.body, `name="seen" value="`)
	seen, _, _ := strings.Cut(rest, `"`)
	lives(s, "mira@halden.example", "Asia/Kathmandu") // in another tab
	form[3] += ", spelt right"
	b.post(path, append(form, "zone", "Europe/London", "seen", strings.ReplaceAll(seen, "&#43;", "+"))...).leadsTo(t, "/calendar?week="+day)
	if got := stored(); !got.Equal(at) {
		t.Errorf("it is planned for %s, not %s", got, at)
	}
}

func TestThePostFormLooksUpAFileOnceAndNoThousandOfThem(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	post := a.post("With files", time.Now().UTC())
	var ids []schema.MediaID
	for range schema.MaxPostMedia + 5 {
		a.picture(post, a.client, "loaf.png")
		s.exec(`DELETE FROM post_media`)
	}
	if err := s.db.Select(&ids, `SELECT id FROM media`); err != nil {
		t.Fatal(err)
	}
	planner, day := a.planner(), time.Now().AddDate(0, 0, 14).Format("2006-01-02")
	send := func(path string, ids []schema.MediaID) answer {
		form := url.Values{"account": {a.acct.String()}, "text": {"Many"}, "day": {day}, "time": {"09:00"}, "state": {"scheduled"}, "find": {"no such file"}}
		for _, id := range ids {
			form["media"] = append(form["media"], id.String(), id.String())
		}
		r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return planner.do(r)
	}
	for n, want := range map[int]int{1: 1, len(ids): schema.MaxPostMedia + 1} {
		page := send("/posts/files", ids[:n])
		page.shows(t, 200, "Many")
		if got := strings.Count(page.body, `name="media"`); got != want {
			t.Errorf("of %d files, each twice, %d are shown, not %d", n, got, want)
		}
	}
	send("/posts", ids).shows(t, 422, "A post has up to 10 files")
	send("/posts", ids[:schema.MaxPostMedia]).leadsTo(t, "/calendar?week="+day)
}
