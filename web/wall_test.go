package web_test

import (
	"crypto/sha256"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/web"
)

// open lists what needs no session, or leads to one; each stands here on
// purpose. A route that is neither here nor under /portal is the agency's.
var open = regexp.MustCompile(`^/($|login$|sign-out$|choose$|signup$|sign-ups/|forgot$|passwords/|email-confirmations/:token|invitations/:token|` +
	`member-invitations/:token|connect/|assets/|logos/|healthz$|readyz$|hooks/)`)

// wallUser is somebody before the wall.
type wallUser struct {
	name   string
	id     schema.UserID // zero: signed out
	token  string
	member schema.AgencyID // the workspace that is open to them
	portal schema.AgencyID // the portal chosen
	may    string          // the tags of what they may see
	// chooser is what they see besides where they choose their place.
	chooser string
}

// named is an ID with the tag of what it belongs to.
type named struct{ tag, id string }

// wall is two agencies with three clients each. Every text that belongs to one
// of them carries its tag, such as "zoua1": the wall holds if no tag crosses it. No ID
// can spell one: they have no O and no U.
type wall struct {
	*fixture.World
	app    *fiber.App
	people []*wallUser
	ids    map[string][]named // by the name of the route's parameter
}

func newWall(t *testing.T) *wall {
	t.Helper()
	t.Parallel()
	w := &wall{World: fixture.New(t), ids: map[string][]named{}}
	store, err := blobs.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	log, rdb := slog.New(slog.DiscardHandler), testkit.Redis(t)
	w.app = web.New(web.Options{DB: w.DB, Keys: w.Keys, Redis: rdb, Log: log, Visitor: w.Visitor, Blobs: store,
		Bell: jobs.NewBell(rdb, log), Bus: live.New(rdb, log), BaseURL: &url.URL{Scheme: "http", Host: "example.com"}})
	a, b := w.agency("a"), w.agency("b")
	gone := a.Client("Zouagone Bakery")
	one, two, mixed := w.join("one", a.c[0]), w.join("two", a.c[0], a.c[1]), w.join("mixed", a.c[0], b.c[0])
	hybrid := a.Member(schema.RoleAdmin, "Hybrid Person", "hybrid@people.example")
	w.enter(b.c[0], hybrid.Email)
	removed, closed := w.join("removed", a.c[0]), w.join("closed", seat{a.Agency, gone})
	w.Exec(`UPDATE client_users SET status = 'deactivated' WHERE user_id = ?`, removed)
	a.DeleteClient(gone)
	unconfirmed := w.Person("Nobody Yet", "unconfirmed@people.example")
	w.Exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, unconfirmed.ID)
	zero := schema.AgencyID{}
	w.people = []*wallUser{
		{name: "nobody"}, {name: "one", id: one, may: "zoua1 zouaname"}, {name: "two", id: two, may: "zoua1 zoua2 zouaname"},
		{name: "mixed at a", id: mixed, portal: a.ID, may: "zoua1 zouaname", chooser: "zoub1 zoubname"},
		{name: "mixed at b", id: mixed, portal: b.ID, may: "zoub1 zoubname", chooser: "zoua1 zouaname"},
		{name: "mixed", id: mixed, may: "zoua1 zouaname zoub1 zoubname"},
		{name: "hybrid", id: hybrid.ID, member: a.ID, portal: b.ID, may: "zoua zoub1 zoubname"},
		{name: "owner", id: a.Owner.ID, member: a.ID, may: "zoua"},
		{name: "removed", id: removed, portal: a.ID}, {name: "of a deleted client", id: closed, portal: a.ID},
		{name: "unconfirmed", id: unconfirmed.ID, member: zero},
	}
	return w
}

type wallAgency struct {
	*fixture.Agency
	c []seat
}

type seat struct {
	agency *fixture.Agency
	client schema.Client
}

func (w *wall) add(param, tag string, id interface{ String() string }) {
	w.ids[param] = append(w.ids[param], named{tag, id.String()})
}

// agency makes one with three clients, and a row of every kind under each.
func (w *wall) agency(letter string) *wallAgency {
	w.T.Helper()
	tag := "zou" + letter
	a := &wallAgency{Agency: w.Agency(tag + "name")}
	inner := tag + "inner"
	e, _ := a.Endpoint("https://" + inner + ".example/hook")
	d := w.Delivery(e, nil)
	member := a.Member(schema.RoleMember, inner+" Colleague", inner+"@people.example")
	i := a.InviteMember(schema.RoleMember, "new@"+inner+".example")
	w.add("agency", inner, a.ID)
	w.add("endpoint", inner, e.ID)
	w.add("delivery", inner, d.ID)
	w.add("user", inner, member.ID)
	w.add("invitation", inner, i.ID)
	w.add("session", inner, stringer(member.Session.ID()))
	a.Account(schema.ClientID{}, inner+"account")
	for n := range 3 {
		a.c = append(a.c, w.client(a, tag+string(rune('1'+n))))
	}
	return a
}

type stringer string

func (s stringer) String() string { return string(s) }

func (w *wall) client(a *wallAgency, tag string) seat {
	c := a.BareClient(tag + " Bakery")
	account, post, media, upload := a.Account(c.ID, tag+"handle"), schema.New[schema.PostID](), schema.New[schema.MediaID](), schema.New[schema.UploadID]()
	guest := a.Invite(c, "guest@"+tag+".example")
	_, insider := a.Admit(c, "insider@"+tag+".example")
	now := w.Now()
	w.Exec(`INSERT INTO posts (id, agency_id, social_account_id, body, picture, state, publish_at, created_at, link)
		VALUES (?, ?, ?, ?, '', 'published', ?, ?, ?)`, post, a.ID, account, tag+"body", now, now, "https://example.com/"+tag+"link")
	w.Exec(`INSERT INTO media (id, agency_id, client_id, uploaded_by, side, name, type, size, blob_key, thumb_state, created_at)
		VALUES (?, ?, ?, ?, 'client', ?, 'image/png', 5, ?, 'none', ?)`, media, a.ID, c.ID, insider.ID, tag+"file.png", "media/"+tag, now)
	w.Exec(`INSERT INTO post_media (post_id, position, media_id) VALUES (?, 1, ?)`, post, media)
	w.Exec(`INSERT INTO uploads (id, agency_id, client_id, user_id, side, name, size, created_at, expires_at)
		VALUES (?, ?, ?, ?, 'client', ?, 5, ?, ? + INTERVAL 1 DAY)`, upload, a.ID, c.ID, insider.ID, tag+"coming.png", now, now)
	w.add("client", tag, c.ID)
	w.add("account", tag, account)
	w.add("post", tag, post)
	w.add("media", tag, media)
	w.add("upload", tag, upload)
	w.add("user", tag, guest.ID)
	w.add("session", tag, stringer(insider.Session.ID()))
	w.add("batch", tag, schema.New[schema.BatchID]())
	return seat{a.Agency, c}
}

// enter makes somebody a client user, whoever has an account with the address.
func (w *wall) enter(s seat, email string) schema.UserID {
	w.T.Helper()
	if s.client.ID.IsZero() {
		w.T.Fatal("no client")
	}
	if n := fixture.Read[int](w.World, `SELECT COUNT(*) FROM social_accounts WHERE client_id = ?`, s.client.ID); n == 0 {
		w.T.Fatal("no account")
	}
	_, p := s.agency.Admit(s.client, email)
	return p.ID
}

func (w *wall) join(name string, seats ...seat) (id schema.UserID) {
	w.T.Helper()
	for _, s := range seats {
		id = w.enter(s, name+"@people.example")
	}
	return id
}

// signIn gives a person a session anew, whatever became of the one before.
func (w *wall) signIn(p *wallUser) {
	if p.id.IsZero() {
		return
	}
	p.token = "wall-" + strings.ReplaceAll(p.name, " ", "-")
	hash := sha256.Sum256([]byte(p.token))
	w.Exec(`REPLACE INTO sessions (token_hash, user_id, agency_id, portal_agency_id, created_at, last_seen_at, expires_at)
		VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`, hash[:], p.id, p.member, p.portal)
}

// sees says whether a person may see what carries the tag.
func (p *wallUser) sees(tag string) bool {
	return slices.ContainsFunc(strings.Fields(p.may), func(s string) bool { return strings.HasPrefix(tag, s) })
}

func (w *wall) ask(p *wallUser, method, path string, fields url.Values) (int, string) {
	w.T.Helper()
	r := httptest.NewRequest(method, path, nil)
	if method != http.MethodGet {
		r = httptest.NewRequest(method, path, strings.NewReader(fields.Encode()))
		r.Header.Set("Content-Type", fiber.MIMEApplicationForm)
		if method == http.MethodPatch {
			r.Header.Set("Content-Type", "application/offset+octet-stream")
		}
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Tus-Resumable", "1.0.0") // for the routes of the uploads
	r.Header.Set("Upload-Length", "5")
	r.Header.Set("Upload-Offset", "0")
	if p.token != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: p.token})
	}
	res, err := w.app.Test(r, 10_000)
	if err != nil {
		w.T.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.T.Fatal(err)
	}
	for name, values := range res.Header {
		body = append(body, name+": "+strings.Join(values, ", ")+"\n"...)
	}
	return res.StatusCode, strings.ToLower(string(body))
}

var sentinel = regexp.MustCompile(`zou[ab](\d|inner|name|gone)`)

// check asks and looks for what is another's.
func (w *wall) check(p *wallUser, method, path string, fields url.Values) int {
	w.T.Helper()
	status, body := w.ask(p, method, path, fields)
	for _, tag := range sentinel.FindAllString(body, -1) {
		if !p.sees(tag) && !(path == "/choose" && strings.Contains(p.chooser, tag)) {
			w.T.Errorf("%s: %s %s (%d) shows %s", p.name, method, path, status, tag)
			break
		}
	}
	if status >= 500 {
		w.T.Errorf("%s: %s %s: %d", p.name, method, path, status)
	}
	return status
}

var parameter = regexp.MustCompile(`:[a-z_]+`)

// others are parameters that name no row of a tenant.
var others = map[string]string{"token": "rubbish", "network": "instagram", "line": "1", "position": "1", "page": "1", "id": "rubbish"}

// fill puts IDs in a route's place: its one path for each row of that kind.
func (w *wall) fill(path string) (out []named) {
	params := parameter.FindAllString(path, -1)
	out = []named{{"", path}}
	for _, p := range params {
		name := p[1:]
		if text, ok := others[name]; ok {
			for i := range out {
				out[i].id = strings.Replace(out[i].id, p, text, 1)
			}
			continue
		}
		rows, ok := w.ids[name]
		if !ok {
			w.T.Errorf("%s: the wall test knows no %s: add rows of that kind to it", path, p)
			return nil
		}
		var next []named
		for _, o := range out {
			for _, r := range rows {
				next = append(next, named{r.tag, strings.Replace(o.id, p, r.id, 1)})
			}
		}
		out = next
	}
	return out
}

// foreign is a form that names one row of every kind that is not the person's.
func (w *wall) foreign(p *wallUser) url.Values {
	form := url.Values{"full_name": {"Eve"}, "name": {"Eve.png"}, "email": {"eve@people.example"}, "network": {"instagram"}, "body": {"Eve"},
		"publish_at": {"2030-01-01T10:00"}, "position": {"0"}, "time_zone": {"UTC"}, "role": {"owner"}}
	for _, kind := range slices.Sorted(maps.Keys(w.ids)) {
		for _, r := range w.ids[kind] {
			if !p.sees(r.tag) {
				form.Set(kind, r.id)
				form.Set(kind+"s", r.id)
				break
			}
		}
	}
	if !p.member.IsZero() {
		form.Set("agency", p.member.String()) // a form of another agency's page is refused as such
	}
	return form
}

// tenants is all that the database holds but people and where they are signed in.
func (w *wall) tenants() map[string]int {
	out := map[string]int{}
	for _, c := range w.Dump() {
		if c.Table != "users" && c.Table != "sessions" {
			out[c.Table+"."+c.Column+"="+string(c.Value)]++
		}
	}
	return out
}

func TestNobodyGetsThroughTheWallOnAnyRoute(t *testing.T) {
	w := newWall(t)
	before := w.tenants()
	asked := 0
	for _, p := range w.people {
		w.signIn(p)
		for _, r := range w.app.GetRoutes(true) {
			if r.Method == http.MethodHead || r.Method == http.MethodOptions || strings.Contains(r.Path, "*") ||
				open.MatchString(r.Path) && r.Method != http.MethodGet {
				continue
			}
			portal := strings.HasPrefix(r.Path, "/portal")
			agency := !portal && !open.MatchString(r.Path)
			for _, at := range w.fill(r.Path) {
				outside := at.tag != "" && !p.sees(at.tag)
				if r.Method != http.MethodGet {
					w.signIn(p) // the request before may have signed them out
					// What a member does with their own is theirs to do.
					if !outside && agency && !p.member.IsZero() || at.tag != "" && !outside {
						continue
					}
				}
				if strings.HasSuffix(r.Path, "/live") && !p.id.IsZero() && (p.may != "") {
					continue // an open stream has no end; its own tests hold what it tells
				}
				asked++
				status := w.check(p, r.Method, at.id, w.foreign(p))
				live := strings.HasSuffix(r.Path, "/live")
				switch {
				case live || open.MatchString(r.Path):
				case p.id.IsZero():
					if status != 401 && status != 303 {
						t.Errorf("nobody: %s %s: %d", r.Method, at.id, status)
					}
				case agency && p.member.IsZero() && status != 404,
					outside && status != 404 && status != 405 && !(portal && p.name == "mixed") && !(r.Method == http.MethodGet && status == 303):
					t.Errorf("%s: %s %s: %d", p.name, r.Method, at.id, status)
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d requests were made", asked)
	}
	after := w.tenants()
	for row, n := range before {
		if after[row] != n {
			t.Errorf("changed: %.200q", row)
		}
	}
	for row, n := range after {
		if before[row] != n {
			t.Errorf("new: %.200q", row)
		}
	}
	t.Log(asked, "requests")
}

func TestAPortalsPagesShowOneClientWhereItIsAskedFor(t *testing.T) {
	w := newWall(t)
	for _, p := range w.people {
		w.signIn(p)
		for _, page := range []string{"/portal", "/portal/week", "/portal/media", "/portal/accounts"} {
			for _, c := range w.ids["client"] {
				if !p.id.IsZero() && !p.sees(c.tag) {
					if status := w.check(p, http.MethodGet, page+"?client="+c.id, nil); status == 200 {
						t.Errorf("%s: %s of %s: %d", p.name, page, c.tag, status)
					}
				}
			}
		}
	}
}
