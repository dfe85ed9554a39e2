package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/web"
)

const rounds = 3

// benchInvite compares POST …/invitations, as the browser sends it, and the verb
// behind it, with the same transaction by hand. They take turns, so that a noisy
// moment hits all of them.
func benchInvite(ctx context.Context, db *schema.DB, redisURL string, span time.Duration) error {
	w, err := openSite(ctx, db, redisURL)
	if err != nil {
		return err
	}
	defer w.close()
	h, err := openHand(ctx, db, w.client)
	if err != nil {
		return err
	}
	contestants := []struct {
		name   string
		invite func(address string) error
	}{
		{"by hand", func(a string) error { return h.invite(ctx, a) }},
		{"the verb", func(a string) error { _, err := w.ws.Invite(ctx, w.client, "Somebody Invited", a); return err }},
		{"through Fiber", w.invite},
	}
	fmt.Printf("\n%-28s %10s %10s %10s %8s\n", "invite", "per second", "p50", "p99", "of floor")
	for _, callers := range []int{1, 16, 64} {
		best := make([]figure, len(contestants))
		for round := range rounds {
			for i, c := range contestants {
				f, err := load(ctx, callers, span/rounds, func(_ int, n int64) error { return c.invite(address(i, callers, round, n)) })
				if err != nil {
					return err
				}
				best[i] = better(best[i], f)
			}
		}
		for i, c := range contestants {
			line(fmt.Sprintf("%s, %d callers", c.name, callers), best[i], best[0])
		}
	}
	return nil
}

func address(contestant, callers, round int, n int64) string {
	return fmt.Sprintf("p.%d.%d.%d.%d@bench.example", contestant, callers, round, n)
}

func line(name string, f, floor figure) {
	fmt.Printf("%-28s %10.0f %10s %10s %8.2f\n", name, f.perSecond, f.p50.Round(10*time.Microsecond), f.p99.Round(10*time.Microsecond), f.perSecond/floor.perSecond)
}

// site is the web tier on loopback with the owner signed in.
type site struct {
	http   *http.Client
	url    string
	cookie string
	client schema.ClientID
	ws     *workspace.Workspace
	close  func()
}

func openSite(ctx context.Context, db *schema.DB, redisURL string) (*site, error) {
	rdb, err := jobs.OpenRedis(redisURL)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	base := &url.URL{Scheme: "http", Host: l.Addr().String()}
	keys, err := keyring.Parse(keyring.Generate("bench"))
	if err != nil {
		return nil, err
	}
	v := visitor.New(db, keys)
	token, err := v.SignIn(ctx, demo.Owner, demo.Password, "bench")
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) // lines are written, as in production, and thrown away
	app := web.New(web.Options{DB: db, Keys: keys, Bell: jobs.NewBell(rdb, log), Bus: live.New(rdb, log), Redis: rdb, BaseURL: base, Log: log, Visitor: v})
	go app.Listener(l)
	s := &site{url: base.String(), cookie: "session=" + string(token), close: func() { _ = app.Shutdown(); _ = rdb.Close() },
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	who, err := v.Session(ctx, token)
	if err != nil {
		return nil, err
	}
	m, _ := who.Membership()
	s.ws = workspace.Open(db, m)
	err = db.GetContext(ctx, &s.client, `SELECT id FROM clients WHERE name = 'Kiln & Clay Studio'`)
	return s, err
}

func (s *site) invite(address string) error {
	form := url.Values{"full_name": {"Somebody Invited"}, "email": {address}}
	r, err := http.NewRequest(http.MethodPost, s.url+"/settings/clients/"+s.client.String()+"/invitations", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", s.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("the invitation answered %s: %.200s", answer.Status, body)
	}
	return err
}
