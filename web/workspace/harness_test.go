package workspace_test

import (
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/session"
	"anteroom/web/workspace"
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
	w.app = fiber.New(fiber.Config{ErrorHandler: answerError})
	w.app.Use(session.Middleware(visitor.New(w.db, nil, visitor.HashCost(64, 1)), false))
	log := slog.New(slog.DiscardHandler)
	(&workspace.Pages{DB: w.db, Bell: jobs.NewBell(w.rdb, log), Log: log}).Routes(w.app)
	return w
}

// answerError stands in for the app's error map.
func answerError(c *fiber.Ctx, err error) error {
	if e, ok := errors.AsType[*schema.Error](err); ok {
		status := map[schema.Kind]int{schema.NotFound: 404, schema.Invalid: 422, schema.Conflict: 409,
			schema.Forbidden: 403, schema.SignIn: 401, schema.TooSoon: 429}[e.Kind]
		return c.Status(status).SendString(e.Message)
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return c.SendStatus(e.Code)
	}
	return c.Status(500).SendString(err.Error())
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
	who    schema.UserID
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
	return &browser{w, user, agency, token}
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
	if b.token != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: b.token})
	}
	res, err := b.app.Test(r, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
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
