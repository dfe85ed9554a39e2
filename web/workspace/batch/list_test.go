package batch_test

import (
	"fmt"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAListIsTakenFromTheTextTheFileOrBoth(t *testing.T) {
	s := newSite(t)
	s.open(s.lists()+"/new").has(t, "Invite several people", "Alder Row", `name="lines"`, `name="csv"`, `enctype="multipart/form-data"`)
	text := "Nadia Haddad, nadia@example.com\r\n"
	for name, a := range map[string]answer{
		"text": s.post(s.lists(), "lines", text), "text, the browser's way": s.upload(s.lists(), text, ""),
		"file": s.upload(s.lists(), "", "Name,Email\r\nOliver Brandt,oliver@example.com\r\n"), "both": s.upload(s.lists(), text, "Oliver Brandt,oliver@example.com"),
	} {
		if a.Status != 303 {
			t.Fatalf("%s: %d %s", name, a.Status, a.main())
		}
		page := s.open(a.Location)
		if name != "file" {
			page.has(t, "Nadia Haddad", "nadia@example.com")
		}
		if name == "file" || name == "both" {
			page.has(t, "Oliver Brandt", "oliver@example.com")
		}
		page.lacks(t, "Bad")
	}
}

func TestAListThatCantBeReadIsRefusedAndNothingIsLost(t *testing.T) {
	s := newSite(t)
	a := s.post(s.lists(), "lines", " \n\n")
	if a.Status != 422 {
		t.Errorf("an empty list: %d", a.Status)
	}
	a.has(t, "There is nobody on the list", `aria-describedby="lines-error"`)
	a = s.upload(s.lists(), "Nadia Haddad, nadia@example.com", "PK\x03\x04workbook")
	if a.Status != 422 {
		t.Errorf("a workbook: %d", a.Status)
	}
	a.has(t, "isn’t a CSV", `aria-describedby="csv-error"`, "Nadia Haddad, nadia@example.com</textarea>")
	long := strings.Repeat("Nadia Haddad, nadia@example.com\n", schema.MaxBatchLines+1)
	a = s.post(s.lists(), "lines", long)
	if a.Status != 422 {
		t.Errorf("a list that is too long: %d", a.Status)
	}
	a.has(t, "more than 5,000 people", "Nadia Haddad, nadia@example.com")
	if fixture.Read[int](s.World, `SELECT COUNT(*) FROM invitation_batches`) != 0 {
		t.Error("something was written")
	}
}

func TestWhatIsMissingIsSaidBeforeAnythingIsTyped(t *testing.T) {
	s := newSite(t)
	path := s.draft("Nadia Haddad, nadia@example.com")
	s.SetPlan(schema.PlanSolo)
	s.Exec(`UPDATE users SET email_confirmed_at = NULL`)
	s.Exec(`UPDATE social_accounts SET client_id = NULL`)
	for _, page := range []string{s.lists() + "/new", path} {
		s.open(page).has(t, "Your plan has no client portal", "Confirm your own email address first", `action="/email-confirmations"`,
			"Assign a social account", `href="/settings/clients/`+s.client.ID.String()+`/accounts"`, ` disabled>`)
	}
	a := s.post(s.lists(), "lines", "Nadia Haddad, nadia@example.com")
	if a.Status != 403 || strings.Count(a.main(), "Your plan has no client portal") != 1 {
		t.Errorf("drafting: %d", a.Status)
	}
	a.has(t, "Nadia Haddad, nadia@example.com</textarea>")
	a = s.post(path + "/sending")
	if a.Status != 403 || strings.Count(a.main(), "Your plan has no client portal") != 1 {
		t.Errorf("sending: %d", a.Status)
	}
	s.DeleteClient(s.client)
	if a := s.open(s.lists() + "/new"); a.Status != 409 {
		t.Errorf("a deleted client: %d", a.Status)
	}
	s.open(path).has(t, "Alder Row was deleted", `disabled>`)
}

func TestChangingTheListShowsItWholeAndReplacesTheDraft(t *testing.T) {
	s := newSite(t)
	path := s.draft("Nadia Haddad, nadia@example.com", "Beth Ashworth, beth@alderrow,example", `"Okonkwo; Peter", peter@example.com`)
	s.open(path).has(t, `href="#paste"`, "Nadia Haddad, nadia@example.com", "Beth Ashworth, beth@alderrow,example", `&#34;Okonkwo; Peter&#34;, peter@example.com`,
		`name="earlier" value="`+strings.TrimPrefix(path, "/batches/")+`"`)
	a := s.post(s.lists(), "lines", "Nadia Haddad, nadia@example.com", "earlier", strings.TrimPrefix(path, "/batches/"))
	if a.Status != 303 || a.Location == path {
		t.Fatalf("%d %s", a.Status, a.Location)
	}
	if gone := s.open(path); gone.Status != 404 {
		t.Errorf("the earlier draft: %d", gone.Status)
	}
}

func TestALongListHasPagesAndAWayToWhatIsToMend(t *testing.T) {
	s := newSite(t)
	var lines []string
	for i := range 250 {
		lines = append(lines, fmt.Sprintf("Person %d, person%d@example.com", i, i))
	}
	lines[170] = "Beth Ashworth, beth@alderrow,example"
	path := s.draft(lines...)
	page := s.open(path)
	page.has(t, `<b class="num">249</b> will be invited`, `href="`+path+`?show=mend"`, "1 to 100 of 250", `href="`+path+`?page=2"`,
		"Send 249 invitations", "1 line is left out unless you mend it", `href="`+path+`?list=open#paste"`)
	page.lacks(t, "</textarea>", "beth@alderrow,example")
	s.open(path+"?list=open").has(t, "</textarea>", "Person 249, person249@example.com", `href="#paste"`)
	s.open(path+"?page=2").has(t, "beth@alderrow,example", "Line 171 is left out unless you mend it", `formaction="`+path+`/lines?page=2"`)
	mend := s.open(path + "?show=mend")
	mend.has(t, "beth@alderrow,example", `formaction="`+path+`/lines/171/omission?show=mend"`)
	mend.lacks(t, "person1@example.com")
	a := s.post(path+"/lines?show=mend", "email_171", "beth@example.com")
	if a.Status != 303 || a.Location != path+"?show=mend" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	s.open(a.Location).has(t, "Nothing left to mend here", `<b class="num">250</b> will be invited`)
}
