package webhooks_test

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/egress"
	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const home = "http://example.com"

// site is an agency, its pages, and its owner's browser.
type site struct {
	*fixture.Agency
	t   *testing.T
	app *fiber.App
	*browser
}

// newSite lets endpoints be called on this machine, so that nobody is asked for
// a name.
func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	w := fixture.New(t)
	rdb, log := testkit.Redis(t), slog.New(slog.DiscardHandler)
	base, err := url.Parse(home)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{Agency: w.Agency("Halden Street"), t: t}
	s.app = web.New(web.Options{DB: w.DB, Keys: w.Keys, Bell: jobs.NewBell(rdb, log), Bus: live.New(rdb, log), Redis: rdb, Log: log,
		BaseURL: base, Visitor: w.Visitor, Egress: egress.New(netip.MustParsePrefix("127.0.0.0/8"))})
	s.browser = s.open(s.Owner)
	return s
}

// browser is somebody signed in.
type browser struct {
	t   *testing.T
	app *fiber.App
	jar *cookiejar.Jar
}

func (s *site) open(p fixture.Person) *browser {
	s.t.Helper()
	token, err := s.Visitor.SignIn(s.t.Context(), p.Email, fixture.Password, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{t: s.t, app: s.app}
	if b.jar, err = cookiejar.New(nil); err != nil {
		s.t.Fatal(err)
	}
	at, err := url.Parse(home)
	if err != nil {
		s.t.Fatal(err)
	}
	b.jar.SetCookies(at, []*http.Cookie{{Name: "session", Value: string(token), Path: "/"}})
	return b
}

// answer is what came back, read.
type answer struct {
	*http.Response
	body string
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	res, err := b.app.Test(r, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	b.jar.SetCookies(r.URL, res.Cookies())
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{res, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, home+path, nil))
}

// post sends a form of name, value, name, value; a name may come twice.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, home+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// cookie is one that the browser would send to a path, or empty.
func (b *browser) cookie(path, name string) string {
	b.t.Helper()
	at, err := url.Parse(home + path)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// shows asserts a status and that the page holds every one of the texts.
func (a answer) shows(t *testing.T, status int, texts ...string) answer {
	t.Helper()
	body := a.text()
	if a.StatusCode != status {
		t.Errorf("the status is %d, want %d\n%s", a.StatusCode, status, main(body))
	}
	for _, s := range texts {
		if !strings.Contains(body, s) {
			t.Errorf("the page lacks %q\n%s", s, main(body))
		}
	}
	return a
}

// lacks asserts that it holds none of them.
func (a answer) lacks(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(a.text(), s) {
			t.Errorf("the page has %q\n%s", s, main(a.body))
		}
	}
	return a
}

// text is the page as it is read: a secret may hold what a template escapes.
func (a answer) text() string { return html.UnescapeString(strings.ReplaceAll(a.body, "<wbr>", "")) }

func main(body string) string {
	if _, rest, ok := strings.Cut(body, "<main"); ok {
		return rest
	}
	return body
}

// leadsTo asserts a redirect after a form.
func (a answer) leadsTo(t *testing.T, path string) {
	t.Helper()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path {
		t.Errorf("it leads to %d %q, want 303 %q\n%s", a.StatusCode, a.Header.Get("Location"), path, main(a.body))
	}
}

const list = "/settings/webhooks"

func at(e schema.Endpoint) string { return list + "/" + e.ID.String() }

// row reads an endpoint, deleted or not.
func (s *site) row(id schema.EndpointID) schema.Endpoint {
	s.t.Helper()
	return fixture.Read[schema.Endpoint](s.World, `SELECT * FROM webhook_endpoints WHERE id = ?`, id)
}

// only is the agency's one endpoint.
func (s *site) only() schema.Endpoint {
	s.t.Helper()
	return fixture.Read[schema.Endpoint](s.World, `SELECT * FROM webhook_endpoints WHERE agency_id = ?`, s.ID)
}

// paused is an endpoint that was disabled and has missed n events.
func (s *site) paused(why schema.DisabledReason, n int) schema.Endpoint {
	s.t.Helper()
	e, _ := s.Endpoint("https://board.example.com/in/4f2")
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = ?, disabled_at = '2025-11-20 22:10:00' WHERE id = ?`, why, e.ID)
	for range n {
		s.BareClient("Orchard Lane")
	}
	return s.row(e.ID)
}
