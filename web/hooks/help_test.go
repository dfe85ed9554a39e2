package hooks_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

const (
	signingKey = "key-0123456789abcdef"
	domain     = "mg.example.com"
)

// hook is the app with its hook open, and an agency whose mail it hears of.
type hook struct {
	*fixture.Agency
	app    *fiber.App
	bus    *live.Bus
	client schema.Client
	log    *book
	made   *atomic.Int32
}

func newHook(t *testing.T) *hook {
	t.Helper()
	t.Parallel()
	return hookOn(t, fixture.New(t))
}

func hookOn(t *testing.T, w *fixture.World) *hook {
	t.Helper()
	h := &hook{Agency: w.Agency("Halden Street"), log: &book{}, made: &atomic.Int32{}}
	h.client = h.Client("Orchard Lane")
	log, rdb := slog.New(slog.NewJSONHandler(h.log, nil)), testkit.Redis(t)
	h.bus = live.New(rdb, log)
	h.app = web.New(web.Options{DB: w.DB, Keys: w.Keys, Redis: rdb, Bell: jobs.NewBell(rdb, log), Bus: h.bus, Log: log,
		BaseURL: &url.URL{Scheme: "https", Host: "portal.example.com"}, Visitor: w.Visitor, MailgunSigningKey: signingKey, MailgunDomain: domain})
	return h
}

// sent invites a new person, and the mail has gone out.
func (h *hook) sent() schema.ClientUser {
	h.T.Helper()
	return h.InviteSent(h.client, h.address())
}

func (h *hook) address() string { return fmt.Sprintf("zoe%d@client.example", h.made.Add(1)) }

// sign is a webhook as it stands in a file of testdata, or as it is given, about
// an email, signed now with a new token.
func (h *hook) sign(name string, id schema.EmailID) []byte {
	h.T.Helper()
	return signed(h.read(name), signingKey, strconv.FormatInt(h.Now().Unix(), 10), schema.New[schema.EventID]().String(), id)
}

func (h *hook) read(name string) string {
	h.T.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		h.T.Fatal(err)
	}
	return string(b)
}

func signed(body, key, timestamp, token string, id schema.EmailID) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(timestamp + token))
	return []byte(strings.NewReplacer("TIMESTAMP", timestamp, "TOKEN", token, "SIGNATURE", hex.EncodeToString(mac.Sum(nil)),
		`"EMAIL"`, strconv.Quote(id.String())).Replace(body))
}

// payloads are the files of testdata that have an effect, or those that have
// none.
func payloads(t testing.TB, effect bool) (out []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); strings.HasPrefix(name, "none-") != effect {
			out = append(out, name)
		}
	}
	if len(out) < 5 {
		t.Fatalf("there are %q only", out)
	}
	slices.Sort(out)
	return out
}

// post posts to the hook as Mailgun does, and returns the status.
func (h *hook) post(body []byte, headers ...string) int {
	h.T.Helper()
	status, err := h.try(body, headers...)
	if err != nil {
		h.T.Fatal(err)
	}
	return status
}

func (h *hook) try(body []byte, headers ...string) (int, error) {
	r := httptest.NewRequest(http.MethodPost, "/hooks/mailgun", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "mailgun/treq-20.9.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := h.app.Test(r, -1)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// take posts a webhook that must be taken.
func (h *hook) take(name string, id schema.EmailID) {
	h.T.Helper()
	if status := h.post(h.sign(name, id)); status != http.StatusOK {
		h.T.Fatalf("%s: %d", name, status)
	}
}

// fate is what of an email the provider decides.
func fate(e schema.Email) string {
	at := func(t *time.Time) string {
		if t == nil {
			return "-"
		}
		return t.UTC().Format("15:04:05.999999")
	}
	return fmt.Sprintf("%s|%s|%s|%s|%s", e.State, e.Code, e.Reason, at(e.ProviderAt), at(e.RetryAt))
}

// book is what was logged.
type book struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *book) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *book) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
