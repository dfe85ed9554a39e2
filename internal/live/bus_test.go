package live_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/jobs"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var discard = slog.New(slog.DiscardHandler)

// hear waits until a listener has a change that is told over and over, as the
// bus may yet be on its way to Redis.
func hear(t *testing.T, tell func(), l *live.Listener) []string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		tell()
		select {
		case <-l.Woken():
			return l.Take()
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatal("nothing is heard")
	return nil
}

func TestAListenerHearsOfItsAgencyAndMissesNothing(t *testing.T) {
	rdb := testkit.Redis(t)
	here, there := live.New(rdb, discard), live.New(rdb, discard) // two processes
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go there.Run(ctx)
	l := there.Listen("ag_live_test")
	defer l.Close()
	tell := func(client string) func() {
		return func() {
			here.Tell(t.Context(), live.Change{Agency: "ag_live_other", Row: "cl_other"}, live.Change{Agency: "ag_live_test", Row: client})
		}
	}
	if got := hear(t, tell("cl_first"), l); !slices.Equal(got, []string{"cl_first"}) {
		t.Fatalf("it hears %q", got)
	}
	// It is slow: what comes meanwhile is kept, each client once.
	for range 3 {
		tell("cl_b")()
		tell("cl_a")()
	}
	var got []string
	for end := time.Now().Add(10 * time.Second); len(got) < 2 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		got = append(got, slices.DeleteFunc(l.Take(), func(c string) bool { return c == "cl_first" || slices.Contains(got, c) })...)
	}
	if slices.Sort(got); !slices.Equal(got, []string{"cl_a", "cl_b"}) {
		t.Errorf("it hears %q", got)
	}
	cancel()
	select {
	case <-l.Ended():
	case <-time.After(5 * time.Second):
		t.Error("a listener is not told that the bus ended")
	}
}

func TestTheBusComesBackWithRedisAndTellingNeverHangs(t *testing.T) {
	server := testkit.OwnRedis(t)
	rdb, err := jobs.OpenRedis(server.URL(0))
	if err != nil {
		t.Fatal(err)
	}
	defer rdb.Close()
	bus := live.New(rdb, discard)
	go bus.Run(t.Context())
	l := bus.Listen("ag_live_test")
	defer l.Close()
	tell := func() { bus.Tell(t.Context(), live.Change{Agency: "ag_live_test", Row: "cl_one"}) }
	hear(t, tell, l)
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if tell(); time.Since(start) > time.Second {
		t.Errorf("telling took %v without Redis", time.Since(start))
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.Take()
	hear(t, tell, l)
}
