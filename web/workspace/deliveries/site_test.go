package deliveries_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// site is the pages over a world with an endpoint, as its agency sees them.
type site struct {
	*fixture.Agency
	t    *testing.T
	app  *fiber.App
	to   schema.Endpoint
	path string
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	w, rdb, log := fixture.New(t), testkit.Redis(t), slog.New(slog.DiscardHandler)
	s := &site{Agency: w.Agency("Halden Street"), t: t, app: web.New(web.Options{DB: w.DB, Keys: w.Keys, Bell: jobs.NewBell(rdb, log), Bus: live.New(rdb, log),
		Redis: rdb, Log: log, BaseURL: &url.URL{Scheme: "http", Host: "example.com"}, Visitor: w.Visitor})}
	s.to, _ = s.Endpoint("https://crm.example/hooks")
	s.path = "/settings/webhooks/" + s.to.ID.String()
	return s
}

// answer is what a request came to.
type answer struct {
	Status   int
	Location string
	Body     string
}

func (s *site) send(p fixture.Person, r *http.Request) answer {
	s.t.Helper()
	token, err := s.Visitor.SignIn(s.t.Context(), p.Email, fixture.Password, "")
	if err != nil {
		s.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: string(token)})
	res, err := s.app.Test(r, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header.Get("Location"), string(b)}
}

func (s *site) open(path string) answer {
	s.t.Helper()
	return s.send(s.Owner, httptest.NewRequest(http.MethodGet, path, nil))
}

// part asks as an open page does.
func (s *site) part(path string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("HX-Request", "true")
	return s.send(s.Owner, r)
}

func (s *site) post(path string, fields ...string) answer {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", fiber.MIMEApplicationForm)
	return s.send(s.Owner, r)
}

var (
	drawing = regexp.MustCompile(`(?s)<svg class="icon".*?</svg>`)
	space   = regexp.MustCompile(`\s*\n\s*`)
)

// main is the page without its frame and its icons.
func (a answer) main() string {
	_, main, ok := strings.Cut(a.Body, "<main")
	if !ok {
		main = a.Body
	}
	main, _, _ = strings.Cut(main, "</main>")
	return space.ReplaceAllString(strings.ReplaceAll(drawing.ReplaceAllString(main, ""), "<wbr>", ""), "\n")
}

// shows checks that a page has all the texts and, of those that begin with a dash,
// none.
func (a answer) shows(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d", a.Status, status)
	}
	for _, want := range texts {
		without, gone := strings.CutPrefix(want, "-")
		if strings.Contains(a.main(), without) == gone {
			t.Errorf("%q: want it there %v in\n%s", without, !gone, a.main())
		}
	}
}

// failedFor makes a delivery that failed by that class, and its attempt.
func (s *site) failedFor(class schema.ErrorClass, code int, change func(*schema.Attempt)) schema.Delivery {
	s.t.Helper()
	d := s.Delivery(s.to, func(d *schema.Delivery) {
		d.State, d.Tries, d.Attempt, d.StatusCode, d.ErrorClass = schema.DeliveryFailed, 10, 10, code, class
	})
	s.Attempt(d, func(a *schema.Attempt) {
		a.Succeeded, a.StatusCode, a.ErrorClass = false, code, class
		if code == 0 {
			a.ResponseHeaders, a.ResponseBody = nil, nil
		}
		if change != nil {
			change(a)
		}
	})
	return d
}

// retrying makes one that is tried again after a while.
func (s *site) retrying(wait time.Duration, class schema.ErrorClass, code int) schema.Delivery {
	s.t.Helper()
	d := s.Delivery(s.to, func(d *schema.Delivery) {
		at := d.CreatedAt.Add(wait)
		d.State, d.Tries, d.Attempt, d.StatusCode, d.ErrorClass, d.DueAt = schema.DeliveryQueued, 3, 3, code, class, &at
	})
	s.Attempt(d, func(a *schema.Attempt) {
		a.Succeeded, a.StatusCode, a.ErrorClass = false, code, class
		if class == schema.ErrorTimeout {
			a.TotalMicros, a.Ambiguous = 15_000_000, true
		}
	})
	return d
}
