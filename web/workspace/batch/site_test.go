package batch_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// site is the pages over a world, as an agency sees them.
type site struct {
	*fixture.Agency
	t      *testing.T
	app    *fiber.App
	rdb    *redis.Client
	client schema.Client
	tokens map[schema.UserID]string
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	w, rdb, log := fixture.New(t), testkit.Redis(t), slog.New(slog.DiscardHandler)
	s := &site{Agency: w.Agency("Halden Street"), t: t, rdb: rdb, tokens: map[schema.UserID]string{},
		app: web.New(web.Options{DB: w.DB, Keys: w.Keys, Bell: jobs.NewBell(rdb, log), Bus: live.New(rdb, log),
			Redis: rdb, Log: log, BaseURL: &url.URL{Scheme: "http", Host: "example.com"}, Visitor: w.Visitor})}
	s.client = s.Client("Alder Row")
	return s
}

// answer is a page or a redirect.
type answer struct {
	Status   int
	Body     string
	Location string
}

func (s *site) send(p fixture.Person, r *http.Request) answer {
	s.t.Helper()
	if s.tokens[p.ID] == "" {
		token, err := s.Visitor.SignIn(s.t.Context(), p.Email, fixture.Password, "")
		if err != nil {
			s.t.Fatal(err)
		}
		s.tokens[p.ID] = string(token)
		s.Exec(`UPDATE sessions SET agency_id = (SELECT agency_id FROM members WHERE user_id = ? LIMIT 1) WHERE user_id = ?`, p.ID, p.ID)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: s.tokens[p.ID]})
	res, err := s.app.Test(r, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{res.StatusCode, string(b), res.Header.Get(fiber.HeaderLocation)}
	whole(s.t, r.Method+" "+r.URL.Path, a.Body)
	return a
}

var id = regexp.MustCompile(`\sid="([^"]+)"`)

// whole looks for what a template gets wrong in silence.
func whole(t *testing.T, where, body string) {
	t.Helper()
	if strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "<no value>") {
		t.Errorf("%s: a value was not safe or not there", where)
	}
	seen := map[string]bool{}
	for _, m := range id.FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			t.Errorf("%s: the ID %s is there twice", where, m[1])
		}
		seen[m[1]] = true
	}
	if _, after, ok := strings.Cut(body, "<form"); ok {
		for rest := after; ; {
			in, next, more := strings.Cut(rest, "</form>")
			if strings.Count(in, "<form") > 1 {
				t.Errorf("%s: a form in a form", where)
			}
			if !more {
				break
			}
			rest = next
		}
	}
}

func (s *site) open(path string) answer {
	s.t.Helper()
	return s.send(s.Owner, httptest.NewRequest(http.MethodGet, path, nil))
}

// part asks as a page does that is open already.
func (s *site) part(path string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("HX-Request", "true")
	return s.send(s.Owner, r)
}

// form is a request that submits pairs of field and value.
func form(path string, fields ...string) *http.Request {
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationForm)
	return r
}

func (s *site) post(path string, fields ...string) answer {
	s.t.Helper()
	return s.send(s.Owner, form(path, fields...))
}

// upload submits a list with a file.
func (s *site) upload(path, lines, file string) answer {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, err := range []error{w.WriteField("lines", lines), part(w, file), w.Close()} {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set(fiber.HeaderContentType, w.FormDataContentType())
	return s.send(s.Owner, r)
}

func part(w *multipart.Writer, file string) error {
	f, err := w.CreateFormFile("csv", "team.csv")
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, file)
	return err
}

// lists is where the client's lists are made.
func (s *site) lists() string { return "/settings/clients/" + s.client.ID.String() + "/batches" }

// draft drafts a list through the form, and returns where it stands.
func (s *site) draft(lines ...string) string {
	s.t.Helper()
	a := s.post(s.lists(), "lines", strings.Join(lines, "\n"))
	if a.Status != 303 || !strings.HasPrefix(a.Location, "/batches/ib_") {
		s.t.Fatalf("%d %s\n%s", a.Status, a.Location, a.main())
	}
	return a.Location
}

func batchID(t *testing.T, path string) schema.BatchID {
	t.Helper()
	b, err := schema.Parse[schema.BatchID](strings.TrimPrefix(path, "/batches/"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// work does what a worker does with a list, up to n lines.
func (s *site) work(path string, n int) {
	s.t.Helper()
	b := batchID(s.t, path)
	claim, err := s.System.ClaimBatch(s.t.Context(), b)
	for last := 0; n > 0 && err == nil; n-- {
		line, e := s.System.SendLine(s.t.Context(), b, claim.Attempt, last)
		if err = e; line.Done {
			return
		}
		last = line.Line
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

var drawing = regexp.MustCompile(`(?s)<svg.*?</svg>|\s*\n\s*`)

// main is the page without its frame and its icons.
func (a answer) main() string {
	_, main, ok := strings.Cut(a.Body, "<main")
	if !ok {
		main = a.Body
	}
	main, _, _ = strings.Cut(main, "</main>")
	return drawing.ReplaceAllString(main, "")
}

func (a answer) has(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.main(), s) {
			t.Errorf("%d: %q is missing in\n%s", a.Status, s, a.main())
		}
	}
}

func (a answer) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(a.main(), s) {
			t.Errorf("%d: %q should not stand in\n%s", a.Status, s, a.main())
		}
	}
}

// line is one line of a page.
func (a answer) line(n string) string {
	_, l, _ := strings.Cut(a.main(), `id="line-`+n+`"`)
	l, _, _ = strings.Cut(l, "</li>")
	return l
}
