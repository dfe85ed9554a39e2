package web_test

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/web"
)

func TestAnOpenPortalHearsOfItsOwnClientsOnlyAndLeavesWhenOneIsClosed(t *testing.T) {
	t.Parallel()
	w, log, rdb := fixture.New(t), slog.New(slog.DiscardHandler), testkit.Redis(t)
	a := w.Agency("Halden Street")
	own, also, other := a.Client("Orchard Lane Bakery"), a.Client("Weber Joinery"), a.Client("Kiln Studio")
	_, p := a.Admit(own, "elena@people.example")
	second, _ := a.Admit(also, "elena@people.example")
	bus := live.New(rdb, log)
	ctx, cancel := context.WithCancel(t.Context())
	go bus.Run(ctx)
	app := web.New(web.Options{DB: w.DB, Keys: w.Keys, Redis: rdb, Log: log, Visitor: w.Visitor, Bell: jobs.NewBell(rdb, log), Bus: bus,
		BaseURL: &url.URL{Scheme: "http", Host: "example.com"}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	t.Cleanup(func() {
		cancel()
		_ = app.ShutdownWithTimeout(5 * time.Second)
		<-served
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/portal/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: string(w.SignedIn(p.ID))})
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	// await tells of a change until a line comes: the bus may still be on its way.
	await := func(want string) {
		t.Helper()
		deadline, tick := time.After(10*time.Second), time.Tick(50*time.Millisecond)
		for {
			select {
			case line, ok := <-lines:
				if !ok {
					t.Fatalf("it ended before %q", want)
				}
				if strings.Contains(line, other.ID.String()) {
					t.Fatal("it hears of another client")
				}
				if line == want {
					return
				}
			case <-tick:
				bus.Tell(t.Context(), live.Change{Agency: a.ID.String(), Row: other.ID.String()}, live.Change{Agency: a.ID.String(), Row: own.ID.String()})
			case <-deadline:
				t.Fatalf("no %q came", want)
			}
		}
	}
	await("event: " + own.ID.String())
	if err := a.Workspace().Remove(t.Context(), second.ID); err != nil {
		t.Fatal(err)
	}
	w.Exec(`UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE user_id = ?`, p.ID)
	await("event: gone")
}
