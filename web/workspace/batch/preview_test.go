package batch_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestThePreviewSaysOfEachLineWhatWillHappen(t *testing.T) {
	s := newSite(t)
	sofia := s.InviteSent(s.client, "sofia@alderrow.example")
	s.Exec(`UPDATE emails SET state = 'delivered', state_at = state_at - INTERVAL 2 DAY`)
	kwame, _ := s.Admit(s.client, "kwame@alderrow.example")
	if err := s.Workspace().Remove(t.Context(), kwame.ID); err != nil {
		t.Fatal(err)
	}
	s.Exec(`UPDATE client_users SET ended_at = '2026-10-03 12:00:00' WHERE id = ?`, kwame.ID)
	revoked := s.Invite(s.client, "rita@alderrow.example")
	if err := s.Workspace().Revoke(t.Context(), revoked.ID); err != nil {
		t.Fatal(err)
	}
	s.Admit(s.client, "marcus@alderrow.example")
	over := s.InviteSent(s.client, "over@alderrow.example")
	s.LetGoStale(over.ID)
	page := s.open(s.draft("Nadia Haddad, nadia@alderrow.example", "Clara Fontaine, clara@fontaine-landscape.example", "Sofia Petrou, sofia@alderrow.example",
		"Kwame Mensah, kwame@alderrow.example", "Beth Ashworth, beth@alderrow,example", "Marcus Lind, marcus@alderrow.example",
		"Rita Vance, rita@alderrow.example", "Over Due, over@alderrow.example", "Nadia Again, nadia@alderrow.example", ", noname@alderrow.example"))
	row := func(u schema.ClientUser) string {
		return "/settings/clients?users=" + s.client.ID.String() + "&amp;who=" + strings.ReplaceAll(u.Email, "@", "%40") + "#" + u.ID.String()
	}
	for n, want := range map[string][]string{
		"1":  {"Will be invited", "New at this client", "/lines/1/omission"},
		"2":  {"Will be invited", "A domain not used here before"},
		"3":  {"Already invited", "Delivered", "2 days ago", `href="` + row(sofia) + `">Resend`, "is-skipped"},
		"4":  {"Will be invited", "Was removed on", "3 October"},
		"5":  {"Bad address", `name="email_5"`, `value="beth@alderrow,example"`, "A comma stands where a dot should be<", `aria-invalid="true"`, "/lines/5/omission"},
		"6":  {"Has access", "Accepted", "is-skipped"},
		"7":  {"Will be invited", "Invitation was revoked on"},
		"8":  {"Expired", "Link expired", `href="` + row(over) + `">Resend`},
		"9":  {"Twice here", "Same address as line 1"},
		"10": {"Bad name", `name="full_name_10"`, "The name is missing<"},
	} {
		l := page.line(n)
		if i := strings.Index(page.main(), `id="line-`+n+`"`); i > 30 {
			l = page.main()[i-30:i] + l
		}
		for _, text := range want {
			if !strings.Contains(l, text) {
				t.Errorf("line %s has no %q: %s", n, text, l)
			}
		}
	}
	page.has(t, `<b class="num">4</b> will be invited`, `<b class="num">1</b> already invited`, `<b class="num">1</b> already has access`,
		`<b class="num">1</b> expired`, `<b class="num">1</b> twice on the list`, `<b class="num">2</b> to mend`, "Send 4 invitations",
		"Links last 7 days. 2 lines are left out unless you mend them.")
}

func TestALineIsLeftOutAndTakenInAgainAndWhatWasTypedElsewhereStays(t *testing.T) {
	s := newSite(t)
	path := s.draft("Nadia Haddad, nadia@example.com", "Beth Ashworth, beth@alderrow,example")
	a := s.post(path+"/lines/1/omission", "email_2", "beth@still,bad")
	if a.Status != 303 || a.Location != path+"#line-1" {
		t.Fatalf("%d %s", a.Status, a.Location)
	}
	page := s.open(path)
	page.has(t, "Left out", `aria-label="Take in again Nadia Haddad"`, `<b class="num">1</b> left out`, `value="beth@still,bad"`)
	if a := s.post(path + "/lines/1/inclusion"); a.Status != 303 {
		t.Errorf("%d", a.Status)
	}
	s.open(path).has(t, `<b class="num">1</b> will be invited`)
	for _, n := range []string{"3", "0", "x", "99999999999999999999"} {
		if a := s.post(path + "/lines/" + n + "/omission"); a.Status != 404 {
			t.Errorf("line %s: %d", n, a.Status)
		}
	}
}

func TestAMendedLineIsCheckedAgainAndABadOneStandsThereWithItsFault(t *testing.T) {
	s := newSite(t)
	path := s.draft("Beth Ashworth, beth@alderrow,example", ", noname@example.com", "Nadia Haddad, nadia@example.com")
	a := s.post(path+"/lines", "email_1", "beth @alderrow.example", "full_name_2", "Noor Name", "email_777", "x", "email_", "y", "full_name_x", "z")
	if a.Status != 422 {
		t.Errorf("%d", a.Status)
	}
	a.has(t, `value="beth @alderrow.example"`, "A space stands in the address", "autofocus", "Noor Name", `<b class="num">2</b> will be invited`)
	if strings.Count(a.main(), "autofocus") != 1 {
		t.Error("several fields want the focus")
	}
	a = s.post(path+"/lines", "email_1", "beth@alderrow.example")
	if a.Status != 303 || a.Location != path {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	s.open(path).has(t, `<b class="num">3</b> will be invited`)
}

func TestSendingMendsFirstAndASecondPressSendsNothing(t *testing.T) {
	s := newSite(t)
	path := s.draft("Nadia Haddad, nadia@example.com", "Beth Ashworth, beth@alderrow,example", "Peter, peter")
	a := s.post(path+"/sending", "email_2", "beth@alderrow", "email_3", "peter")
	if a.Status != 422 {
		t.Fatalf("%d", a.Status)
	}
	a.has(t, `value="beth@alderrow"`, "has no dot")
	if n := fixture.Read[int](s.World, `SELECT COUNT(*) FROM invitation_batches WHERE state <> 'draft'`); n != 0 {
		t.Fatal("it was sent all the same")
	}
	for range 2 {
		a = s.post(path+"/sending", "email_2", "beth@alderrow.example", "email_3", "peter")
		if a.Status != 303 || a.Location != path {
			t.Fatalf("%d %s %s", a.Status, a.Location, a.main())
		}
	}
	if keys := s.rdb.Keys(t.Context(), "asynq:{bulk}:t:invitation:batch:*").Val(); len(keys) != 1 {
		t.Errorf("rung were %v", keys)
	}
	for _, late := range []string{"/lines", "/lines/1/omission", "/lines/1/inclusion"} {
		if a := s.post(path+late, "email_2", "other@example.com"); a.Status != 303 || a.Location != path {
			t.Errorf("%s after sending: %d %s", late, a.Status, a.Location)
		}
	}
	s.work(path, 9)
	if n := fixture.Read[int](s.World, `SELECT COUNT(*) FROM client_users`); n != 2 {
		t.Errorf("%d people are invited", n)
	}
}

func TestAListOfNobodyIsNotSentAndSaysWhy(t *testing.T) {
	s := newSite(t)
	a := s.post(s.draft("Peter, peter") + "/sending")
	if a.Status != 409 {
		t.Errorf("%d", a.Status)
	}
	a.has(t, "Nobody on this list can be invited")
}

// routes are all that the package has, for a client and a list.
func routes(client, batch string) map[string]string {
	return map[string]string{
		"/settings/clients/" + client + "/batches/new": "GET", "/settings/clients/" + client + "/batches": "POST",
		"/batches/" + batch: "GET", "/batches/" + batch + "/progress": "GET", "/batches/" + batch + "/lines": "GET",
		"/batches/" + batch + "/sending": "POST", "/batches/" + batch + "/lines/1/omission": "POST", "/batches/" + batch + "/lines/1/inclusion": "POST",
		"/batches/" + batch + "/lines?": "POST",
	}
}

func (s *site) try(p fixture.Person, method, path string) answer {
	s.t.Helper()
	if method == http.MethodGet {
		return s.send(p, httptest.NewRequest(method, path, nil))
	}
	return s.send(p, form(path, "lines", "Eve Else, eve@example.com", "email_1", "eve@example.com"))
}

func TestAnotherAgencysListsAndClientsAreNotFound(t *testing.T) {
	s := newSite(t)
	batch := strings.TrimPrefix(s.draft("Nadia Haddad, nadia@example.com"), "/batches/")
	other := s.World.Agency("Mill Road").Owner
	sends := func() string {
		return strings.Join(fixture.ReadAll[string](s.World, `SELECT CONCAT(state, email) FROM invitation_batch_lines`), " ") +
			strings.Join(fixture.ReadAll[string](s.World, `SELECT state FROM invitation_batches`), " ")
	}
	before := sends()
	for _, ids := range [][2]string{{s.client.ID.String(), batch}, {"rubbish", "rubbish"}, {batch, s.client.ID.String()}, {"cl_", "ib_"}} {
		for path, method := range routes(ids[0], ids[1]) {
			if a := s.try(other, method, path); a.Status != 404 || strings.Contains(a.Body, "Nadia") {
				t.Errorf("%s %s: %d", method, path, a.Status)
			}
		}
	}
	if sends() != before {
		t.Error("something was written")
	}
}

func TestAMemberMayNeitherSeeNorSendLists(t *testing.T) {
	s := newSite(t)
	batch := strings.TrimPrefix(s.draft("Nadia Haddad, nadia@example.com"), "/batches/")
	amara := s.Member(schema.RoleMember, "Amara Osei", "amara@example.com")
	for path, method := range routes(s.client.ID.String(), batch) {
		if a := s.try(amara, method, path); a.Status != 403 {
			t.Errorf("%s %s: %d", method, path, a.Status)
		}
	}
}
