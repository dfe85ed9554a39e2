package web_test

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/testkit"
	"anteroom/schema"
	"anteroom/web"
)

// obedient is a client as the product makes it: it obeys its contexts.
func obedient(t *testing.T, network, address string) *redis.Client {
	c := redis.NewClient(&redis.Options{Network: network, Addr: address, ContextTimeoutEnabled: true})
	t.Cleanup(func() { c.Close() })
	return c
}

// nobody is an address where nothing listens; deaf is one that takes
// connections and never answers.
func nobody(t *testing.T) *redis.Client { return obedient(t, "unix", t.TempDir()+"/none.sock") }

func deaf(t *testing.T) *redis.Client {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return obedient(t, "tcp", l.Addr().String())
}

func TestHealthAndReadiness(t *testing.T) {
	s := newSite(t)
	s.browser().get("/healthz").shows(t, 200, `"status":"ok"`)
	s.browser().get("/readyz").shows(t, 200, `"status":"ok"`, `"database":"ok"`, `"redis":"ok"`)
	s.exec(`DELETE FROM goose_db_version WHERE version_id > 0`)
	s.browser().get("/readyz").shows(t, 503, `"status":"unready"`, `"database":"migrations missing"`)
	s.db.Close()
	s.browser().get("/readyz").shows(t, 503, `"database":"away"`)
	s.browser().get("/healthz").shows(t, 200)
}

func TestWithoutRedisItIsReadyButDegradedAndSigningInWorks(t *testing.T) {
	for name, client := range map[string]func(*testing.T) *redis.Client{"away": nobody, "hanging": deaf} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(o *web.Options) { o.Redis = client(t) })
			s.browser().get("/readyz").shows(t, 200, `"status":"degraded"`, `"database":"ok"`, `"redis":"degraded"`)
			a := s.agency("Halden Street Social", "Orchard Lane Bakery")
			s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena")), a.id)
			began := time.Now()
			s.signedIn("elena@orchardlane.example")
			if took := time.Since(began); took > 500*time.Millisecond {
				t.Errorf("signing in took %s", took)
			}
			if !strings.Contains(s.log.String(), "rate limit not counted") {
				t.Error("nothing was logged about the limit")
			}
		})
	}
}

func TestSigningInIsLimitedByMailboxAndRedisHoldsNoAddress(t *testing.T) {
	rdb := testkit.Redis(t)
	s := newSite(t, func(o *web.Options) { o.Redis = rdb })
	for range 10 {
		s.browser().post("/login", "email", "x@example.com", "password", "wrong password").shows(t, 422)
	}
	a := s.browser().post("/login", "email", "X@Example.com", "password", "wrong password")
	a.shows(t, 429, "Slow down a little")
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.browser().post("/login", "email", "y@example.com", "password", "wrong password").shows(t, 422)
	keys, err := rdb.Keys(context.Background(), "*").Result()
	if err != nil || len(keys) == 0 || strings.Contains(strings.Join(keys, " "), "example.com") || strings.Contains(strings.Join(keys, " "), "0.0.0.0") {
		t.Errorf("%v, %v", keys, err)
	}
}

func operators(write bool) func(*web.Options) {
	return func(o *web.Options) { o.OpsUser, o.OpsPassword, o.OpsWrite = "ops", "a password: with colons", write }
}

func (s *site) operator(method, path, user string) answer {
	b := s.browser()
	if user != "" {
		b.headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(user))
	}
	return b.do(httptest.NewRequest(method, path, nil))
}

const operator = "ops:a password: with colons"

func TestTheQueuePagesAreForOperators(t *testing.T) {
	s := newSite(t, operators(false))
	for _, who := range []string{"", "ops:", "ops:wrong", ":", "OPS:a password: with colons", "ops:a password"} {
		a := s.operator("GET", "/ops/queues", who)
		if a.StatusCode != 401 || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic") {
			t.Errorf("%q: %d", who, a.StatusCode)
		}
		s.operator("GET", "/ops/queues/api/queues", who).shows(t, 401)
	}
	a := s.operator("GET", "/ops/queues", operator)
	a.shows(t, 200, `<div id="root">`, "/ops/queues/static/js")
	if !strings.Contains(a.Header.Get("Content-Security-Policy"), "'unsafe-inline'") {
		t.Error("the pages would stay blank")
	}
	s.operator("GET", "/ops/queues/api/queues", operator).shows(t, 200, `"queues"`)
	s.operator("POST", "/ops/queues/api/queues/critical:pause", operator).shows(t, 405)
	newcomer := s.browser().get("/login")
	if strings.Contains(newcomer.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Error("the relaxed policy leaks to other pages")
	}
}

func TestOperatorsMayChangeThingsOnlyWhereThatIsConfigured(t *testing.T) {
	rdb := testkit.Redis(t)
	s := newSite(t, operators(true), func(o *web.Options) { o.Redis = rdb })
	enqueue(t, rdb, "email:send", `{"email_id":"`+schema.New[schema.EmailID]().String()+`"}`)
	s.operator("POST", "/ops/queues/api/queues/critical:pause", operator).shows(t, 204)
	b := s.browser()
	b.headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(operator))
	b.headers["Sec-Fetch-Site"] = "cross-site"
	b.post("/ops/queues/api/queues/critical:resume").shows(t, 403)
}

func TestThereAreNoQueuePagesWithoutAPassword(t *testing.T) {
	s := newSite(t)
	s.operator("GET", "/ops/queues", "").shows(t, 404)
	s.operator("GET", "/ops/queues/api/queues", ":").shows(t, 404)
}

func TestTheQueuePagesShowIDsOnly(t *testing.T) {
	rdb := testkit.Redis(t)
	s := newSite(t, operators(false), func(o *web.Options) { o.Redis = rdb })
	id := schema.New[schema.EmailID]().String()
	for _, payload := range []string{`{"email_id":"` + id + `"}`, `{"email_id":"tom@secret.example"}`, `{"to":"` + id + `"}`,
		`{"email_id":"` + id + `","x":"secret"}`, `"secret"`, `secret`, `{"email_id":{"a":"secret"}}`} {
		enqueue(t, rdb, "email:send", payload)
	}
	a := s.operator(http.MethodGet, "/ops/queues/api/queues/critical/pending_tasks", operator)
	a.shows(t, 200, id, "(hidden)")
	if strings.Contains(a.body, "secret") || strings.Count(a.body, id) != 1 {
		t.Errorf("more than IDs is shown: %s", a.body)
	}
}

func enqueue(t *testing.T, rdb redis.UniversalClient, kind, payload string) {
	t.Helper()
	if _, err := asynq.NewClientFromRedisClient(rdb).Enqueue(asynq.NewTask(kind, []byte(payload)), asynq.Queue("critical")); err != nil {
		t.Fatal(err)
	}
}

func TestAGuesserOfTheOperatorsPasswordIsStoppedEvenWhenRight(t *testing.T) {
	s := newSite(t, operators(false))
	for range 20 {
		s.operator("GET", "/ops/queues", "ops:a guess").shows(t, 401)
	}
	s.operator("GET", "/ops/queues", operator).shows(t, 429)
	s.operator("GET", "/ops/queues", "").shows(t, 401) // asking for the form is no guess
}

func TestAnOperatorWhoIsRightIsNeverSlowed(t *testing.T) {
	s := newSite(t, operators(false))
	for range 50 {
		s.operator("GET", "/ops/queues", operator).shows(t, 200)
	}
}

// A stranger who knows an address must not be able to lock its owner out.
func TestAStrangersWrongPasswordsDoNotLockTheOwnerOut(t *testing.T) {
	s := newSite(t, func(o *web.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} })
	stranger, owner := s.browser(), s.browser()
	stranger.headers["X-Forwarded-For"], owner.headers["X-Forwarded-For"] = "198.51.100.7", "203.0.113.9"
	status := 0
	for range 15 {
		status = stranger.post("/login", "email", "owner@example.com", "password", "a wrong guess").StatusCode
	}
	if status != 429 {
		t.Errorf("the stranger gets %d", status)
	}
	owner.post("/login", "email", "owner@example.com", "password", "not it either").shows(t, 422)
}
