package web_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// site is an app on engines of its own.
type site struct {
	t    *testing.T
	db   *schema.DB
	keys *keyring.Ring
	app  *fiber.App
	log  *logBook
}

// newSite starts one; change may alter its options.
func newSite(t *testing.T, change ...func(*web.Options)) *site {
	t.Helper()
	t.Parallel()
	keys, err := keyring.Parse(keyring.Generate("k1"))
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, db: testkit.DB(t), keys: keys, log: &logBook{}}
	base, err := url.Parse("http://example.com")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	o := web.Options{DB: s.db, Keys: keys, Redis: testkit.Redis(t), BaseURL: base, Log: log,
		Visitor: visitor.New(s.db, keys, visitor.HashCost(64, 1))}
	for _, f := range change {
		f(&o)
	}
	if o.Bell == nil {
		o.Bell = jobs.NewBell(o.Redis, log)
	}
	if o.Bus == nil {
		o.Bus = live.New(o.Redis, log)
	}
	s.app = web.New(o)
	return s
}

// browser keeps cookies and says what a browser says.
type browser struct {
	*site
	cookies map[string]string
	headers map[string]string
}

func (s *site) browser() *browser {
	return &browser{site: s, cookies: map[string]string{}, headers: map[string]string{
		"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}}
}

// answer is a response, read.
type answer struct {
	*http.Response
	body string
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	for k, v := range b.headers {
		r.Header.Set(k, v)
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	res, err := b.app.Test(r, -1)
	if err != nil {
		b.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.Value == "" || c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return answer{res, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form of name, value, name, value.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// shows asserts a status and that the page holds every one of the texts.
func (a answer) shows(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("the status is %d, want %d\n%s", a.StatusCode, status, a.body)
	}
	for _, s := range texts {
		if !strings.Contains(strings.ReplaceAll(a.body, "<wbr>", ""), s) {
			t.Errorf("the page lacks %q\n%s", s, a.body)
		}
	}
}

// leadsTo asserts a redirect after a form.
func (a answer) leadsTo(t *testing.T, path string) {
	t.Helper()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path {
		t.Errorf("it leads to %d %q, want 303 %q\n%s", a.StatusCode, a.Header.Get("Location"), path, a.body)
	}
}

// logBook is what was logged.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
