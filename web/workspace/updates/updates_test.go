package updates

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/web/session"
	"anteroom/web/stream"
	"anteroom/web/workspace/desk"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// place is a server with the stream, on a real connection.
type place struct {
	*fixture.World
	bus  *live.Bus
	stop context.CancelFunc // of the bus
	url  string
}

func newPlace(t *testing.T, every time.Duration) *place {
	t.Helper()
	t.Parallel()
	w, log := fixture.New(t), slog.New(slog.DiscardHandler)
	p := &place{World: w, bus: live.New(testkit.Redis(t), log)}
	ctx, cancel := context.WithCancel(t.Context())
	p.stop = cancel
	go p.bus.Run(ctx)
	app := fiber.New(fiber.Config{DisableStartupMessage: true, WriteTimeout: 2 * time.Second})
	app.Use(session.Middleware(w.Visitor, false))
	mount(app, &desk.Desk{DB: w.DB, Bus: p.bus, Log: log, Visitor: w.Visitor}, every)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	t.Cleanup(func() {
		cancel()
		if err := app.ShutdownWithTimeout(5 * time.Second); err != nil {
			t.Errorf("an open stream keeps the server from stopping: %v", err)
		}
		<-served
	})
	p.url = "http://" + l.Addr().String() + "/settings/live"
	return p
}

// watch opens the stream of an agency's owner and gives its lines; closed when
// it ends.
func (p *place) watch(a *fixture.Agency) (<-chan string, *http.Response) {
	p.T.Helper()
	token, err := p.Visitor.SignIn(p.T.Context(), a.Owner.Email, fixture.Password, "")
	if err != nil {
		p.T.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.T.Context(), http.MethodGet, p.url, nil)
	if err != nil {
		p.T.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: string(token)})
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.T.Fatal(err)
	}
	p.T.Cleanup(func() { res.Body.Close() })
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines, res
}

// expect waits for a line, and reports false when the stream ends before.
func expect(t *testing.T, lines <-chan string, want string) bool {
	t.Helper()
	for deadline := time.After(10 * time.Second); ; {
		select {
		case line, ok := <-lines:
			if !ok || line == want {
				return ok
			}
		case <-deadline:
			t.Fatalf("no line %q came", want)
		}
	}
}

func TestAPageHearsOfItsOwnAgencysClientsOnly(t *testing.T) {
	p := newPlace(t, time.Minute)
	mine, other := p.Agency("Halden Street"), p.Agency("Elsewhere")
	lines, res := p.watch(mine)
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("the stream is %s", got)
	}
	expect(t, lines, "retry: 1000")
	foreign, own := schema.New[schema.ClientID]().String(), schema.New[schema.ClientID]().String()
	// Told until heard: the bus may still be on its way to Redis.
	heard := make(chan struct{})
	go func() {
		for tick := time.Tick(50 * time.Millisecond); ; {
			p.bus.Tell(t.Context(), live.Change{Agency: other.ID.String(), Row: foreign}, live.Change{Agency: mine.ID.String(), Row: own})
			select {
			case <-heard:
				return
			case <-tick:
			}
		}
	}()
	defer close(heard)
	for deadline := time.After(10 * time.Second); ; {
		select {
		case line := <-lines:
			if strings.Contains(line, foreign) {
				t.Fatal("it hears of another agency")
			}
			if line == "event: "+own {
				return
			}
		case <-deadline:
			t.Fatal("it hears nothing")
		}
	}
}

func TestAStreamOutlastsTheServersWriteTimeoutAndEndsWithTheSession(t *testing.T) {
	p := newPlace(t, 500*time.Millisecond)
	a := p.Agency("Halden Street")
	lines, _ := p.watch(a)
	for range 6 { // three seconds, with a write timeout of two
		if !expect(t, lines, ": ") {
			t.Fatal("it was cut off")
		}
	}
	p.Exec(`DELETE FROM sessions WHERE user_id = ?`, a.Owner.ID)
	if !expect(t, lines, "event: gone") {
		t.Error("the page is not told")
	}
	if expect(t, lines, "nothing more") {
		t.Error("the stream goes on")
	}
}

func TestAMemberWhoIsRemovedHearsNothingMore(t *testing.T) {
	p := newPlace(t, 200*time.Millisecond)
	a := p.Agency("Halden Street")
	lines, _ := p.watch(a)
	expect(t, lines, ": ")
	p.Exec(`DELETE FROM members WHERE user_id = ?`, a.Owner.ID)
	if !expect(t, lines, "event: gone") {
		t.Error("the page is not told")
	}
}

func TestAStreamEndsWhenTheProcessStops(t *testing.T) {
	p := newPlace(t, time.Minute)
	lines, _ := p.watch(p.Agency("Halden Street"))
	expect(t, lines, "retry: 1000")
	p.stop()
	if expect(t, lines, "nothing more") {
		t.Error("the stream goes on")
	}
}

func TestOnePersonHasABoundedNumberOfStreams(t *testing.T) {
	p := newPlace(t, time.Minute)
	a := p.Agency("Halden Street")
	var first *http.Response
	for i := range stream.PerPerson {
		lines, res := p.watch(a)
		if expect(t, lines, "retry: 1000"); i == 0 {
			first = res
		}
	}
	if _, res := p.watch(a); res.StatusCode == http.StatusOK {
		t.Errorf("stream %d is answered %d", stream.PerPerson+1, res.StatusCode)
	}
	first.Body.Close() // its place is free before a heartbeat finds nobody there
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, res := p.watch(a); res.StatusCode == http.StatusOK {
			return
		}
	}
	t.Error("a place that was left stays taken")
}

func TestNobodySignedOutHearsAnythingButThat(t *testing.T) {
	p := newPlace(t, time.Minute)
	res, err := http.Get(p.url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || string(b) != stream.Gone || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%d %s (%v)", res.StatusCode, b, err)
	}
}
