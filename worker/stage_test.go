package worker_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/blobs"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/internal/mailgunfake"
	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/worker"
	"anteroom/worker/mail"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	domain = "mg.anteroom.example"
	apiKey = "key-of-the-test"
)

// stage is an agency with a client that can invite, and a Mailgun.
type stage struct {
	t       *testing.T
	db      *schema.DB
	keys    *keyring.Ring
	ws      *workspace.Workspace
	client  schema.Client
	mailgun *mailgunfake.Server
	apiBase string
	bucket  *blobs.Store // see media; nil without files
}

func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageOn(t, testkit.DB(t))
}

func newStageOn(t *testing.T, db *schema.DB) *stage {
	t.Helper()
	s := &stage{t: t, db: db}
	s.keys = must(keyring.Parse(keyring.Generate("test")))
	s.mailgun = must(mailgunfake.New(mailgunfake.Options{Domain: domain, APIKey: apiKey}))
	server := httptest.NewServer(s.mailgun)
	t.Cleanup(func() { s.mailgun.Release(); server.Close() })
	s.apiBase = server.URL
	s.openAgency()
	return s
}

func (s *stage) openAgency() {
	s.t.Helper()
	ctx := s.t.Context()
	a, _, err := system.New(s.db, 0).CreateAgency(ctx, "Halden Street Social", schema.PlanAgency, "Priya Nair", "priya@haldenstreet.example")
	s.check(err)
	s.exec(`UPDATE users SET email_confirmed_at = UTC_TIMESTAMP(6)`)
	s.exec(`DELETE FROM emails`) // the owner's welcome is not what is tested here
	var owner schema.UserID
	s.check(s.db.Get(&owner, `SELECT user_id FROM members`))
	s.ws, err = workspace.For(ctx, s.db, owner, a.ID)
	s.check(err)
	s.client = s.addClient("Orchard Lane Bakery")
}

func (s *stage) addClient(name string) schema.Client {
	s.t.Helper()
	c, err := s.ws.AddClient(s.t.Context(), workspace.ClientForm{Name: name})
	s.check(err)
	s.exec(`INSERT INTO social_accounts (id, agency_id, client_id, network, handle, connected_at)
		VALUES (?, ?, ?, 'instagram', 'bakery', UTC_TIMESTAMP(6))`, schema.New[schema.AccountID](), c.AgencyID, c.ID)
	return c
}

func (s *stage) invite(name, email string) workspace.Invitation {
	s.t.Helper()
	i, err := s.ws.Invite(s.t.Context(), s.client.ID, name, email)
	s.check(err)
	return i
}

// work runs a worker until the test ends, or until stop is called, which
// returns how long the stop took.
func (s *stage) work(rdb redis.UniversalClient, settle time.Duration) (bell *jobs.Bell, stop func() time.Duration) {
	s.t.Helper()
	log := slog.New(slog.NewTextHandler(testWriter{s.t}, nil))
	bell = jobs.NewBell(rdb, log)
	w := worker.New(worker.Options{DB: s.db, Redis: rdb, Bell: bell, Bus: live.New(rdb, log), Keys: s.keys, Log: log, Blobs: s.bucket, SettleAfter: settle,
		BaseURL: must(url.Parse("https://portal.example.com")),
		Mail:    mail.Config{Domain: domain, APIKey: apiKey, APIBase: s.apiBase, From: "portal@" + domain}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stopped := false
	stop = func() time.Duration {
		if stopped {
			return 0
		}
		stopped = true
		start := time.Now()
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("the worker ended with %v", err)
		}
		return time.Since(start)
	}
	s.t.Cleanup(func() { s.mailgun.Release(); stop() })
	return bell, stop
}

// testWriter keeps a log for a failed test, also of goroutines that outlive it.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Log(strings.TrimSuffix(string(b), "\n"))
	}
	return len(b), nil
}

// mails are those that Mailgun took for an address.
func (s *stage) mails(to string) (out []mailgunfake.Mail) {
	for _, m := range s.mailgun.Mails() {
		if strings.Contains(m.To, to) {
			out = append(out, m)
		}
	}
	return out
}

func (s *stage) waitForMail(to string, within time.Duration) mailgunfake.Mail {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), within)
	defer cancel()
	m, err := s.mailgun.Wait(ctx, func(m mailgunfake.Mail) bool { return strings.Contains(m.To, to) })
	if err != nil {
		s.t.Fatalf("no mail to %s within %v: %v", to, within, err)
	}
	return m
}

func (s *stage) email(d schema.Due) (e schema.Email) {
	s.t.Helper()
	id, err := schema.Parse[schema.EmailID](d.Row)
	s.check(err)
	s.check(s.db.Get(&e, `SELECT id, kind, state, attempt, due_at, ring, provider_id, code, reason, generation FROM emails WHERE id = ?`, id))
	return e
}

// waitForState waits until the email is in one of the states.
func (s *stage) waitForState(d schema.Due, within time.Duration, states ...schema.EmailState) schema.Email {
	s.t.Helper()
	var e schema.Email
	s.eventually(within, func() bool {
		e = s.email(d)
		for _, state := range states {
			if e.State == state {
				return true
			}
		}
		return false
	}, func() string { return "the email is " + string(e.State) + " (" + e.Code + ")" })
	return e
}

func (s *stage) eventually(within time.Duration, ok func() bool, otherwise func() string) {
	s.t.Helper()
	for end := time.Now().Add(within); !ok(); {
		if time.Now().After(end) {
			s.t.Fatalf("not within %v: %s", within, otherwise())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *stage) count(query string, args ...any) (n int) {
	s.t.Helper()
	s.check(s.db.Get(&n, query, args...))
	return n
}

func (s *stage) exec(query string, args ...any) {
	s.t.Helper()
	_, err := s.db.Exec(query, args...)
	s.check(err)
}

func (s *stage) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) visitor() *visitor.Visitor {
	return visitor.New(s.db, s.keys, visitor.HashCost(64, 1))
}

// token is the one in the link of a mail.
func token(m mailgunfake.Mail) string {
	_, rest, _ := strings.Cut(m.Text, "https://portal.example.com/invitations/")
	t, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(t)
}

func openRedis(t *testing.T, redisURL string) redis.UniversalClient {
	t.Helper()
	rdb := must(jobs.OpenRedis(redisURL))
	t.Cleanup(func() { rdb.Close() })
	return rdb
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
