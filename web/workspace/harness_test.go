package workspace_test

import (
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// world is the pages on a database and a Redis of the test's own.
type world struct {
	t   *testing.T
	db  *schema.DB
	rdb *redis.Client
	app *fiber.App
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t, db: testkit.DB(t), rdb: testkit.Redis(t)}
	keys, err := keyring.Parse(keyring.Generate("test"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	w.app = web.New(web.Options{DB: w.db, Keys: keys, Bell: jobs.NewBell(w.rdb, log), Bus: live.New(w.rdb, log), Redis: w.rdb, Log: log,
		BaseURL: &url.URL{Scheme: "http", Host: "example.com"}, Visitor: visitor.New(w.db, keys, visitor.HashCost(64, 1))})
	return w
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.ExecContext(w.t.Context(), query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

func (w *world) get(dest any, query string, args ...any) {
	w.t.Helper()
	if err := w.db.GetContext(w.t.Context(), dest, query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// browser is somebody signed in.
type browser struct {
	*world
	agency schema.AgencyID
	token  string
}

// signIn gives a user a session.
func (w *world) signIn(user schema.UserID, agency schema.AgencyID) *browser {
	w.t.Helper()
	token := "token-of-" + user.String()
	hash := sha256.Sum256([]byte(token))
	w.exec(`INSERT INTO sessions (token_hash, user_id, agency_id, created_at, last_seen_at, expires_at)
		VALUES (?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`, hash[:], user, agency)
	return &browser{w, agency, token}
}

// answer is a page or a redirect.
type answer struct {
	Status   int
	Body     string
	Location string
	Flash    string
}

func (b *browser) open(path string) answer {
	b.t.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// post submits a form: pairs of field and value.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationForm)
	return b.send(r)
}

func (b *browser) send(r *http.Request) answer {
	b.t.Helper()
	return b.sendFor(r, func(http.Header) {})
}

// sendFor lets look see the answer's headers.
func (b *browser) sendFor(r *http.Request, look func(http.Header)) answer {
	b.t.Helper()
	if b.token != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: b.token})
	}
	res, err := b.app.Test(r, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	look(res.Header)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	a := answer{Status: res.StatusCode, Body: string(body), Location: res.Header.Get(fiber.HeaderLocation)}
	for _, c := range res.Cookies() {
		if c.Name == "flash" {
			a.Flash = c.Value
		}
	}
	if strings.HasPrefix(res.Header.Get(fiber.HeaderContentType), fiber.MIMETextHTML) {
		checkHTML(b.t, r.Method+" "+r.URL.Path, a.Body)
	}
	return a
}
