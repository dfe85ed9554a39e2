package workspace_test

import (
	"regexp"
	"strings"
	"testing"

	"anteroom/schema"
)

// The lists of people to invite are another package's.
var ours = regexp.MustCompile("^/(settings/clients(/|$)|client-users/|email-confirmations$)")

// everyRoute calls do with every route of the pages, its IDs filled in.
func (w *world) everyRoute(client, user string, do func(method, path string)) {
	w.t.Helper()
	fill, n := strings.NewReplacer(":client", client, ":user", user), 0
	for _, r := range w.app.GetRoutes(true) {
		if r.Method == "HEAD" || !ours.MatchString(r.Path) || strings.Contains(r.Path, "/batches") || strings.Contains(r.Path, "/connect-link") {
			continue
		}
		n++
		do(r.Method, fill.Replace(r.Path))
	}
	if n != 28 {
		w.t.Fatalf("%d routes", n)
	}
}

func (b *browser) do(method, path string, fields ...string) answer {
	if method == "GET" {
		return b.open(path)
	}
	return b.post(path, fields...)
}

func TestAnotherAgencysIDsAreNotFoundOnAnyRouteAndChangeNothing(t *testing.T) {
	w := newWorld(t)
	theirs, mine := w.tenant("Halden Street"), w.tenant("Other Agency")
	c := theirs.portal("Orchard Lane Bakery")
	people := []schema.ClientUserID{theirs.sent(c, "Tom Okafor"), theirs.expired(c, "Dan Reyes"), theirs.active(c, "Elena M")}
	own := mine.portal("Kiln Studio")
	before := w.fingerprint()
	fields := []string{"full_name", "Eve", "email", "eve@people.example", "name", "Eve", "client", own.String()}
	for _, u := range people {
		w.everyRoute(c.String(), u.String(), func(method, path string) {
			if !strings.Contains(path, c.String()) && !strings.Contains(path, u.String()) {
				return
			}
			res := mine.do(method, path, fields...)
			if res.Status != 404 || strings.Contains(res.Body, "Orchard") {
				t.Errorf("%s %s: %d", method, path, res.Status)
			}
		})
	}
	if w.fingerprint() != before {
		t.Error("something was written")
	}
	account := theirs.account("facebook").String()
	for path, form := range map[string][]string{
		"/settings/clients/" + own.String() + "/accounts":                               {"accounts", account},
		"/client-users/" + mine.sent(own, "Hana Sato").String() + "/elsewhere?page=2":   {"client", c.String()},
		"/client-users/" + mine.sent(own, "Theo Adler").String() + "/elsewhere?users=x": {"client", "rubbish"},
	} {
		before = w.fingerprint()
		if res := mine.post(path, form...); res.Status != 404 || w.fingerprint() != before {
			t.Errorf("%s: %d", path, res.Status)
		}
	}
	for _, q := range []string{c.String(), "cl_rubbish", "rubbish", people[0].String(), "cl_" + strings.ToLower(c.String()[3:])} {
		if res := mine.open("/settings/clients?users=" + q); res.Status != 404 {
			t.Errorf("users=%s: %d", q, res.Status)
		}
	}
	lacks(t, mine.open("/settings/clients?q=orchard"), "Orchard Lane Bakery")
	if got := w.fingerprint(); got != before {
		t.Errorf("something was written: %s, before %s", got, before)
	}
}

func TestRubbishForAnIDIsNotFound(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	for _, id := range []string{"rubbish", "cl_", "%00", "cu_01JZZZZZZZZZZZZZZZZZZZZZZZ", "cl_01JZZZZZZZZZZZZZZZZZZZZZZZ", "cl_01jzzzzzzzzzzzzzzzzzzzzzzz"} {
		w.everyRoute(id, id, func(method, path string) {
			if !strings.Contains(path, id) {
				return
			}
			if res := a.do(method, path, "name", "X", "full_name", "X", "email", "x@y.example", "client", id); res.Status != 404 && res.Status != 405 {
				t.Errorf("%s %s: %d", method, path, res.Status)
			}
		})
	}
}

func TestAMemberSeesEverythingAndChangesNothing(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	people := []schema.ClientUserID{a.sent(c, "Tom Okafor"), a.expired(c, "Dan Reyes"), a.active(c, "Elena M")}
	m := a.colleague("Amara Diallo", schema.RoleMember)
	list := m.open("/settings/clients?users=" + c.String())
	has(t, list, "Orchard Lane Bakery", "Tom Okafor", "Expired", "Active", "1 account")
	lacks(t, list, "Add client", "Invite someone", "Resend", "Revoke", "Remove", "Dismiss", "Delete client", "Edit")
	before := w.fingerprint()
	for _, u := range people {
		w.everyRoute(c.String(), u.String(), func(method, path string) {
			if path == "/email-confirmations" || method == "GET" && (path == "/settings/clients" || strings.HasSuffix(path, "/rows")) {
				return
			}
			res := m.do(method, path, "name", "X", "full_name", "X", "email", "x@y.example", "client", c.String())
			if res.Status != 403 {
				t.Errorf("%s %s: %d", method, path, res.Status)
			}
		})
	}
	if w.fingerprint() != before {
		t.Error("something was written")
	}
	admin := a.colleague("Jonas Weber", schema.RoleAdmin)
	if res := admin.post("/client-users/" + people[0].String() + "/revocation"); res.Status != 303 {
		t.Errorf("an admin: %d", res.Status)
	}
}

func TestWhoIsNoMemberFindsNothing(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u := a.active(c, "Elena Marchetti")
	var person schema.UserID
	w.get(&person, `SELECT user_id FROM client_users WHERE id = ?`, u)
	visitors := map[string]struct {
		who       *browser
		get, post int
		to        string // where a redirect leads
	}{
		"a client user":               {w.signIn(person, schema.AgencyID{}), 404, 404, ""},
		"somebody put out since":      {w.signIn(w.user("Gone", "gone@staff.example"), a.agency), 404, 404, ""},
		"somebody signed out":         {&browser{world: w}, 303, 401, "/login?next="},
		"a member who has not chosen": {a.unchosen(), 303, 303, "/choose"},
	}
	before := w.fingerprint()
	for name, v := range visitors {
		w.everyRoute(c.String(), u.String(), func(method, path string) {
			res := v.who.do(method, path)
			want := map[string]int{"GET": v.get, "POST": v.post}[method]
			if res.Status != want || want == 303 && !strings.HasPrefix(res.Location, v.to) {
				t.Errorf("%s: %s %s: %d %s", name, method, path, res.Status, res.Location)
			}
		})
	}
	if w.fingerprint() != before {
		t.Error("something was written")
	}
}

// unchosen is a member whose session goes to no workspace yet.
func (a *tenant) unchosen() *browser {
	b := a.colleague("Lucy Tran", schema.RoleAdmin)
	a.exec(`UPDATE sessions s JOIN users u ON u.id = s.user_id SET s.agency_id = NULL WHERE u.full_name = 'Lucy Tran'`)
	return b
}
