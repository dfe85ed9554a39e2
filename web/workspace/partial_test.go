package workspace_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
)

// asked is an answer to htmx, with what it is told to do beside.
type asked struct {
	answer
	Redirect, Replace, Reswap, Retarget string
}

// from is somebody with a page of the list open, where a link or a form puts
// its answer into target.
func (b *browser) from(view, target, method, path string, fields ...string) (a asked) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationForm)
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Current-URL", "http://example.com"+view)
	r.Header.Set("HX-Target", target)
	a.answer = b.sendFor(r, func(h http.Header) {
		a.Redirect, a.Replace = h.Get("HX-Redirect"), h.Get("HX-Replace-Url")
		a.Reswap, a.Retarget = h.Get("HX-Reswap"), h.Get("HX-Retarget")
	})
	return a
}

func TestAnActionOnAnOpenListIsAnsweredWithTheClientsFreshRows(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	a.portal("Kiln Studio")
	list := "/settings/clients?q=orchard&users=" + c.String()
	for _, one := range []struct {
		name, action, said, shows string
		make                      func(schema.ClientID, string) schema.ClientUserID
		fields                    []string
		gone                      bool
	}{
		{"Anna R", "resends", "A new link is being sent", "Sending email…", a.sent, nil, false},
		{"Bert R", "resends", "A new link is being sent", "Sending email…", a.expired, nil, false},
		{"Egon V", "revocation", "The invitation is revoked", "", a.sent, nil, true},
		{"Gus D", "dismissal", "is off the list", "", a.expired, nil, true},
	} {
		u := one.make(c, one.name)
		res := a.from(list, "", "POST", "/client-users/"+u.String()+"/"+one.action+"?q=stale", one.fields...)
		if res.Status != 200 || res.Redirect != "" || res.Flash != "" || res.Replace != list {
			t.Errorf("%s: %+v", one.name, res)
		}
		if !strings.HasPrefix(strings.TrimSpace(res.Body), `<tbody id="`+c.String()+`"`) || strings.Count(res.Body, "<tbody") != 1 || strings.Contains(res.Body, "<html") {
			t.Errorf("%s: %s", one.name, res.Body)
		}
		has(t, res.answer, one.said, `<div id="flash" hx-swap-oob="innerHTML">`, `hx-trigger="sse:`+c.String())
		if strings.Contains(res.Body, ", load delay:3s\"") != strings.Contains(res.Body, "Sending email…") {
			t.Errorf("%s: an email on its way is not asked after: %s", one.name, res.Body)
		}
		if strings.Contains(res.Body, `id="`+u.String()+`"`) == one.gone || !one.gone && !strings.Contains(res.Body, one.shows) {
			t.Errorf("%s: %s", one.name, res.Body)
		}
	}
}

func TestARefusedActionIsExplainedInThePersonsRow(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	list := "/settings/clients?users=" + c.String()
	cooling, revoked, waiting := a.sent(c, "Tom Okafor"), a.sent(c, "Hana Sato"), a.sent(c, "Elena Marchetti")
	w.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) + INTERVAL 100 SECOND WHERE id = ?`, cooling)
	a.post("/client-users/" + revoked.String() + "/revocation")
	res := a.from(list, "", "POST", "/client-users/"+cooling.String()+"/resends")
	if res.Status != 429 || strings.Contains(res.Body, "flash") {
		t.Errorf("%d %s", res.Status, res.Body)
	}
	has(t, res.answer, "Resend in 2 min", "load delay:10")
	if row := personRow(res.answer, cooling); !strings.Contains(row, `role="alert"`) || !strings.Contains(row, "You can resend it in two minutes") {
		t.Errorf("%s", row)
	}
	if res = a.from(list, "", "POST", "/client-users/"+revoked.String()+"/resends"); res.Status != 409 || personRow(res.answer, revoked) != "" || !strings.Contains(res.Body, "The invitation to Hana Sato was revoked.") {
		t.Errorf("%d %s", res.Status, res.Body)
	}
	w.exec(`UPDATE social_accounts SET client_id = NULL`)
	res = a.from(list, "", "POST", "/client-users/"+waiting.String()+"/resends")
	if row := personRow(res.answer, waiting); res.Status != 403 || !strings.Contains(row, "Assign a social account") || !strings.Contains(row, "/accounts") {
		t.Errorf("%d %s", res.Status, row)
	}
	// A dialog that can't be shown any more gives way to the row that says why.
	active := a.active(c2(a), "Fay A")
	w.exec(`UPDATE client_users SET client_id = ? WHERE id = ?`, c, active)
	res = a.from(list, "dialog", "GET", "/client-users/"+active.String()+"/address")
	has(t, res.answer, "<template>", `hx-swap-oob="outerHTML"`, "already has access")
	if res.Status != 422 || strings.Contains(res.Body, "<dialog") {
		t.Errorf("%d %s", res.Status, res.Body)
	}
}

func c2(a *tenant) schema.ClientID { return a.portal("Somewhere else") }

// personRow is a person's row of the list.
func personRow(a answer, u schema.ClientUserID) string {
	_, row, _ := strings.Cut(a.Body, `id="`+u.String()+`"`)
	row, _, _ = strings.Cut(row, "</li>")
	return row
}

func TestTheFormsOpenAsDialogsAndAreAnsweredThere(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c, other := a.portal("Orchard Lane Bakery"), a.portal("Kiln Studio")
	list := "/settings/clients?filter=attention&users=" + other.String()
	invite := "/settings/clients/" + c.String() + "/invitations"
	res := a.from(list, "dialog", "GET", invite+"/new")
	has(t, res.answer, `<dialog class="dialog"`, `hx-post="`+invite+`" hx-target="#dialog"`, "Invite to Orchard Lane Bakery", "Invite several", "/batches/new")
	lacks(t, res.answer, "<html", "sidebar")
	lacks(t, a.open(invite+"/new"), "hx-post=") // on a page of its own it is an ordinary form

	res = a.from(list, "dialog", "POST", invite, "full_name", "", "email", "tom@people.example")
	if res.Status != 422 {
		t.Errorf("%d", res.Status)
	}
	has(t, res.answer, "<dialog", `autofocus aria-invalid="true" aria-describedby="full_name-error"`, `value="tom@people.example"`)

	res = a.from(list, "dialog", "POST", invite, "full_name", "Tom Okafor", "email", "tom@people.example")
	if res.Status != 200 || res.Replace != "/settings/clients?filter=attention&users="+c.String() {
		t.Errorf("%+v", res)
	}
	// The client is open now, and the one that was is not.
	has(t, res.answer, `<template><tbody id="`+c.String()+`"`, "Tom Okafor", "Sending email…", `<tbody id="`+other.String()+`"`, "The invitation is being sent.")
	if n := strings.Count(res.Body, `hx-swap-oob="outerHTML"`); n != 2 || strings.Count(res.Body, `class="is-open"`) != 1 || strings.Contains(res.Body, "<dialog") {
		t.Errorf("%d rows: %s", n, res.Body)
	}
	var tom schema.ClientUserID
	w.get(&tom, `SELECT id FROM client_users`)
	w.mail(tom, schema.EmailBounced, "There is no such address.")
	address := "/client-users/" + tom.String() + "/address"
	has(t, a.from(list, "dialog", "GET", address).answer, "<dialog", "Fix email for Tom Okafor", "Bounced: there is no such address")
	has(t, a.from(list, "dialog", "POST", address, "email", "tom.o@people.example").answer, `<template><tbody`, "Sending email…", "The address is changed.")

	// Forms that change the client itself load the list anew.
	edit := a.from(list, "dialog", "POST", "/settings/clients/"+c.String(), "name", "Orchard & Lane")
	if edit.Status != 204 || edit.Redirect != "/settings/clients?users="+c.String() || edit.Flash != "client-saved" {
		t.Errorf("%+v", edit)
	}
	// Without the list behind it, a form goes there.
	w.mail(tom, schema.EmailSent, "")
	if res = a.from("/settings/activity", "dialog", "POST", address, "email", "tom@people.example"); res.Redirect != "/settings/clients?users="+c.String() {
		t.Errorf("%+v", res)
	}
	a.post("/settings/clients/" + c.String() + "/deletion")
	res = a.from("/settings/clients", "dialog", "GET", invite+"/new")
	has(t, res.answer, "<dialog", "was deleted")
	if res.Status != 409 {
		t.Errorf("%d", res.Status)
	}
}

func TestOneClientsRowsComeAsTheViewHasThem(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	a.sent(c, "Tom Okafor")
	a.sent(c, "Hana Sato")
	rows := "/settings/clients/" + c.String() + "/rows"
	closed := a.open(rows + "?q=hana&users=" + schema.New[schema.ClientID]().String())
	has(t, closed, `<tbody id="`+c.String()+`"`, `aria-expanded="false"`, "matches Hana Sato", `hx-get="`+rows+`?q=hana"`)
	lacks(t, closed, "user-row", "<html")
	open := a.open(rows + "?users=" + c.String() + "&who=tom")
	has(t, open, "Tom Okafor", `hx-get="`+rows+`?users=`+c.String()+`&amp;who=tom"`, "1 of 2 people found")
	lacks(t, open, "Hana Sato")
	a.post("/settings/clients/" + c.String() + "/deletion")
	if res := a.from("/settings/clients", "", "GET", rows); res.Status != 200 || res.Body != "" || res.Reswap != "delete" {
		t.Errorf("%+v", res)
	}
	has(t, a.open(rows+"?filter=deleted"), "by Priya Nair")
}

func TestOpeningAClientThatWasFoundByAPersonShowsThatPerson(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	a.sent(c, "Tom Okafor")
	a.sent(c, "Hana Sato")
	list := a.open("/settings/clients?q=hana")
	show := "/settings/clients?q=hana&amp;users=" + c.String() + "&amp;who=hana"
	has(t, list, "matches Hana Sato", `href="`+show+"#"+c.String()+`" hx-get="`+show+`"`)
	open := a.open(strings.ReplaceAll(show, "&amp;", "&"))
	has(t, open, "Hana Sato", "1 of 2 people found for “hana”", "Show all")
	lacks(t, open, "Tom Okafor")
	has(t, a.open("/settings/clients?q=bakery"), `href="/settings/clients?q=bakery&amp;users=`+c.String()+"#")
}

func TestSortsFiltersAndPagesAreLinksThatWorkWithAndWithoutScript(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u := a.sent(c, "Tom Okafor")
	a.client("Kiln Studio")
	w.mail(u, schema.EmailBounced, "no such address")
	list := a.open("/settings/clients?q=o&sort=people")
	for _, to := range []string{"/settings/clients?filter=attention&amp;q=o&amp;sort=people", "/settings/clients?q=o", "/settings/clients?q=o&amp;sort=newest"} {
		has(t, list, `href="`+to+`" hx-get="`+to+`" hx-target="#main" hx-select="#main" hx-swap="outerHTML" hx-push-url="true"`)
	}
	has(t, list, `aria-sort="descending"><a class="sort"`, `name="sort" value="people"`, `Needs attention <span class="muted num">1</span>`)
	if strings.Index(list.Body, "Orchard Lane") > strings.Index(list.Body, "Kiln Studio") {
		t.Error("most people don't come first")
	}
	attention := a.open("/settings/clients?filter=attention&sort=rubbish")
	has(t, attention, "Orchard Lane Bakery", "1 bounced", `aria-sort="ascending"`, `name="filter" value="attention"`)
	lacks(t, attention, "Kiln Studio", "rubbish")
	has(t, a.open("/settings/clients?filter=deleted&sort=newest"), "No deleted clients")
	w.exec(`UPDATE emails SET state = 'delivered'`)
	has(t, a.open("/settings/clients?filter=attention"), "Nothing needs attention", "Show all clients")
}

func TestAClientWithManyPeopleIsPagedAndSearched(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	for i := range 130 {
		w.exec(`INSERT INTO client_users (id, agency_id, client_id, email, email_key, full_name, status, generation, address_generation,
			invited_by, invited_at, expires_at, resend_after, created_at)
			SELECT ?, agency_id, id, ?, ?, ?, 'invited', 1, 1, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
			FROM clients WHERE id = ?`, schema.New[schema.ClientUserID](), fmt.Sprintf("p%d@x.example", i), fmt.Sprintf("p%d@x.example", i),
			fmt.Sprintf("Person %03d", i), schema.New[schema.UserID](), c)
	}
	first := a.open("/settings/clients?sort=people&users=" + c.String())
	has(t, first, "1 to 100 of 130", "Person 099", `href="/settings/clients?people=2&amp;sort=people&amp;users=`+c.String(), "Search people",
		`<input type="hidden" name="sort" value="people"><input type="hidden" name="users" value="`+c.String()+`">`)
	lacks(t, first, "Person 100")
	second := a.open("/settings/clients?people=2&users=" + c.String())
	has(t, second, "101 to 130 of 130", "Person 129", `hx-get="/settings/clients/`+c.String()+"/rows?people=2&amp;users="+c.String())
	found := a.open("/settings/clients?who=p77@&users=" + c.String())
	has(t, found, "Person 077", "1 of 130 people found", "Show all")
	lacks(t, found, "Person 078")
	has(t, a.open("/settings/clients?who=zzz&users="+c.String()), "Nobody found for “zzz”")
	// Who is invited there is found by the address: else nobody sees the row.
	res := a.post("/settings/clients/"+c.String()+"/invitations", "full_name", "Tom", "email", "tom@people.example")
	if res.Location != "/settings/clients?users="+c.String()+"&who=tom%40people.example#"+c.String() {
		t.Errorf("%+v", res)
	}
}

// A script follows a redirect by itself and would put the sign-in page into the
// list: it is told plainly, and loads the page again.
func TestAScriptThatIsSignedOutGetsNoPageToPutAnywhere(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u := a.sent(c, "Anna R")
	w.exec(`DELETE FROM sessions`)
	for path, method := range map[string]string{
		"/settings/clients": "GET", "/settings/clients/" + c.String() + "/rows": "GET", "/settings/clients/" + c.String() + "/edit": "GET",
		"/client-users/" + u.String() + "/resends": "POST", "/settings/members/new": "GET",
	} {
		res := a.from("/settings/clients", "main", method, path)
		if res.Status != 401 || res.Redirect != "" || strings.Contains(res.Body, "<html") {
			t.Errorf("%s %s: %+v", method, path, res)
		}
	}
}

// Whoever lost the right to it in the meantime is told in a dialog, and no row
// makes way for a page.
func TestAScriptThatMayNotIsAnsweredWithADialog(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u := a.sent(c, "Anna R")
	m := a.colleague("Jonas Weber", schema.RoleMember)
	for path, method := range map[string]string{
		"/client-users/" + u.String() + "/revocation": "POST", "/settings/clients/" + c.String() + "/edit": "GET",
		"/settings/members/new": "GET", "/settings/agency": "POST",
	} {
		res := m.from("/settings/clients", "", method, path)
		if res.Status != 403 || res.Retarget != "#dialog" || res.Reswap != "innerHTML" || strings.Contains(res.Body, "<html") ||
			!strings.HasPrefix(strings.TrimSpace(res.Body), "<dialog") || !strings.Contains(res.Body, "Only owners and admins") {
			t.Errorf("%s %s: %+v", method, path, res)
		}
	}
}

// The workspace stands in the session: another tab may have changed it since
// the form was opened.
func TestAFormOfAnotherAgencysTabChangesNothing(t *testing.T) {
	w := newWorld(t)
	a, other := w.tenant("Halden Street"), w.tenant("Mill Road")
	for path, fields := range map[string][]string{
		"/settings/agency":              {"name", "Mill Road", "days", "3"},
		"/settings/members":             {"full_name", "Ines Duarte", "email", "ines@staff.example", "role", "admin"},
		"/settings/clients":             {"name", "Kiln Studio"},
		"/settings/agency/logo/removal": {},
	} {
		res := a.post(path, append(fields, "agency", other.agency.String())...)
		if res.Status != 409 || !strings.Contains(res.Body, "You have changed over to Halden Street") {
			t.Errorf("%s: %d %s", path, res.Status, res.Body)
		}
	}
	for _, page := range []string{"/settings/agency", "/settings/members/new", "/settings/clients/new"} {
		has(t, a.open(page), `name="agency" value="`+a.agency.String()+`"`)
	}
	var n int
	w.get(&n, `SELECT (SELECT COUNT(*) FROM clients) + (SELECT COUNT(*) FROM member_invitations) + (SELECT COUNT(*) FROM agencies WHERE name = 'Mill Road')`)
	if n != 1 {
		t.Errorf("%d rows, want the one agency's", n)
	}
}
