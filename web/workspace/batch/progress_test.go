package batch_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// mails are the newest emails of the client's people, by address.
func (s *site) mail(email string, state schema.EmailState) {
	s.t.Helper()
	s.Exec(`UPDATE emails e JOIN client_users u ON u.email_id = e.id SET e.state = ?, e.state_at = UTC_TIMESTAMP(6), e.reason = IF(? = 'bounced', 'No such address.', ''),
		e.due_at = NULL WHERE u.email_key = ?`, state, state, email)
}

func TestHowFarAListIsSurvivesAReloadAndTellsOfEachMail(t *testing.T) {
	s := newSite(t)
	s.InviteSent(s.client, "sofia@example.com")
	s.Admit(s.client, "marcus@example.com")
	path := s.draft("Nadia Haddad, nadia@example.com", "Oliver Brandt, oliver@example.com", "Sofia Petrou, sofia@example.com", "Marcus Lind, marcus@example.com",
		"Yuki Tanabe, yuki@example.com", "Clara Fontaine, clara@example.com", "Beth Ashworth, beth@alderrow,example")
	s.post(path + "/sending")
	page := s.open(path)
	page.has(t, "Inviting 4 people", `<b class="num">0 of 4</b> sent`, "starting", `max="4" value="0"`, "Waiting",
		"2 lines were left out: Sofia Petrou was already invited, Marcus Lind already has access.", "Line 7, Beth Ashworth: a comma stands where a dot should be.",
		`id="batch-progress" hx-get="`+path+`/progress" hx-trigger="sse:`+s.client.ID.String()+`, load delay:5s"`,
		`id="batch-lines" hx-get="`+path+`/lines?page=1" hx-trigger="sse:`+s.client.ID.String()+`, load delay:5s"`)
	if !strings.Contains(page.Body, `sse-connect="/settings/live"`) {
		t.Error("the page hears of nothing")
	}
	page.lacks(t, `id="line-3"`, `id="line-7"`)

	s.work(path, 3)
	s.Exec(`UPDATE invitation_batches SET started_at = UTC_TIMESTAMP(6) - INTERVAL 10 SECOND`)
	s.mail("nadia@example.com", schema.EmailDelivered)
	s.mail("oliver@example.com", schema.EmailBounced)
	s.mail("yuki@example.com", schema.EmailSent)
	page = s.open(path)
	page.has(t, `<b class="num">3 of 4</b> sent`, `<b class="num">1</b> delivered`, `<b class="num">1</b> bounced`, "about 4 seconds left", `max="4" value="3"`)
	if l := page.line("2"); !strings.Contains(l, "Bounced: no such address. <a href=\"/client-users/") || !strings.Contains(l, "/address") {
		t.Errorf("the line is %s", l)
	}
	if l := page.line("1"); !strings.Contains(l, "Delivered") || strings.Contains(l, "Fix email") {
		t.Errorf("the line is %s", l)
	}
	now := s.part(path + "/progress")
	now.has(t, `<b class="num">3 of 4</b> sent`, `<h1 id="batch-h" hx-swap-oob="true">Inviting 4 people</h1>`)
	now.lacks(t, "<html", "Nadia")
	lines := s.part(path + "/lines?page=1")
	lines.has(t, "Nadia Haddad", "2 lines were left out")
	lines.lacks(t, "<html", "3 of 4")

	s.Exec(`UPDATE invitation_batches SET due_at = UTC_TIMESTAMP(6)`)
	s.work(path, 9)
	s.mail("clara@example.com", schema.EmailFailed)
	page = s.open(path)
	page.has(t, "Invited 4 people", `<b class="num">3 of 4</b> sent`, `<b class="num">1</b> not sent`, "Finished", `max="4" value="4"`, `hx-trigger="sse:`+s.client.ID.String()+`"`)
	page.lacks(t, "seconds left", "You can leave this page", "load delay")
}

func TestABounceThatWasMendedIsNoTroubleAnyMore(t *testing.T) {
	s := newSite(t)
	path := s.draft("Oliver Brandt, oliver@example.com")
	s.post(path + "/sending")
	s.work(path, 9)
	s.mail("oliver@example.com", schema.EmailBounced)
	s.open(path).has(t, `<b class="num">1</b> bounced`)
	u := fixture.Read[schema.ClientUserID](s.World, `SELECT id FROM client_users`)
	if _, err := s.Workspace().FixEmail(t.Context(), u, "oliver.brandt@example.com"); err != nil {
		t.Fatal(err)
	}
	page := s.open(path)
	page.lacks(t, "bounced")
	page.has(t, "1 of 1", "Sending email…", "oliver.brandt@example.com")
}

func TestManyLeftOutAreCountedAndCanBeLookedAt(t *testing.T) {
	s := newSite(t)
	lines := []string{"Nadia Haddad, nadia@example.com"}
	for _, name := range []string{"Ada", "Ben", "Cleo", "Dan"} {
		lines = append(lines, name+" Bee, "+strings.ToLower(name)+"@example.com")
		s.Invite(s.client, strings.ToLower(name)+"@example.com")
	}
	lines = append(lines, "Bad One, bad", "Bad Two, bad", "Off List, off@example.com")
	path := s.draft(lines...)
	s.post(path + "/lines/8/omission")
	s.post(path + "/sending")
	page := s.open(path)
	page.has(t, "5 lines were left out: 4 already invited, 1 taken off.", "2 lines were not invited: the @ is missing.", `href="`+path+`?show=left"`)
	page.lacks(t, "Ada Bee")
	left := s.open(path + "?show=left")
	left.has(t, "Ada Bee", "Already invited", "Off List", "Taken off the list", "Bad One", "The @ is missing", "Show who was invited")
	left.lacks(t, "Nadia Haddad")
}

func TestAListThatWasCutShortSaysWhyAndAGoneClientsListIsStillThere(t *testing.T) {
	s := newSite(t)
	path := s.draft("Nadia Haddad, nadia@example.com", "Oliver Brandt, oliver@example.com")
	s.post(path + "/sending")
	s.work(path, 1)
	s.DeleteClient(s.client)
	s.Exec(`UPDATE invitation_batches SET due_at = UTC_TIMESTAMP(6)`)
	s.work(path, 9)
	s.Cascade(s.client)
	s.open(path).has(t, "Invited 1 person", "Line 2, Oliver Brandt: Alder Row was deleted meanwhile.", "Deactivated")
}

func TestPartsAskedForWithoutThePageLeadToIt(t *testing.T) {
	s := newSite(t)
	path := s.draft("Nadia Haddad, nadia@example.com")
	for _, part := range []string{"/progress", "/lines"} {
		if a := s.open(path + part); a.Status != 303 || a.Location != path {
			t.Errorf("%s of a draft: %d %s", part, a.Status, a.Location)
		}
	}
	s.post(path + "/sending")
	if a := s.open(path + "/progress"); a.Status != 303 || a.Location != path {
		t.Errorf("%d %s", a.Status, a.Location)
	}
}
