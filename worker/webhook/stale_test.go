package webhook_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/internal/receiver"
	"anteroom/schema"
	"anteroom/worker/webhook"
)

const kept = 8

// together answers the first requests only when so many are there, so that each has
// a connection of its own.
func together(then receiver.Act) receiver.Act {
	var came atomic.Int64
	all := make(chan struct{})
	return func(w http.ResponseWriter, r *http.Request) {
		if came.Add(1) == kept {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done():
		}
		then(w, r)
	}
}

// warm gives a sender so many kept connections to a receiver.
func warm(t *testing.T, s *webhook.Sender, to *receiver.Server) {
	t.Helper()
	var all sync.WaitGroup
	for range kept {
		all.Go(func() {
			if r := s.Send(t.Context(), request(to.URL("/"))); !r.OK() {
				t.Errorf("%+v", r)
			}
		})
	}
	all.Wait()
	if to.Accepted() != kept {
		t.Fatalf("%d connections", to.Accepted())
	}
}

// A receiver that ends each connection just as its second request comes is what an
// idle time-out looks like to whoever lost the race.
func TestAConnectionThatWasClosedMeanwhileIsNoFailure(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]receiver.Act{"closed": receiver.Close, "reset": receiver.Reset} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen sync.Map // connections
			to := receiver.New(receiver.Options{})
			t.Cleanup(to.Close)
			to.On("/", receiver.Always(together(func(w http.ResponseWriter, r *http.Request) {
				if _, again := seen.LoadOrStore(r.RemoteAddr, true); again {
					end(w, r)
				} else {
					receiver.OK(w, r)
				}
			})))
			s := newSender(t, 2*time.Second)
			warm(t, s, to)
			r := s.Send(t.Context(), request(to.URL("/")))
			if !r.OK() || r.StatusCode != 200 || r.Ambiguous || r.Connect == 0 || r.Request["Connection"] != "close" {
				t.Errorf("%+v", r)
			}
			if n := to.Requests("/") - kept; n != 2 {
				t.Errorf("%d requests, want the stale one and one more", n)
			}
		})
	}
}

func TestAReceiverThatAlwaysHangsUpGetsTwoRequestsAnAttemptAtMost(t *testing.T) {
	t.Parallel()
	to := receiver.New(receiver.Options{})
	t.Cleanup(to.Close)
	to.On("/", receiver.Always(together(receiver.OK)))
	s := newSender(t, 2*time.Second)
	warm(t, s, to)
	to.On("/", receiver.Always(receiver.Close))
	r := s.Send(t.Context(), request(to.URL("/")))
	if r.Class != schema.ErrorClosed || !r.Ambiguous {
		t.Errorf("%+v", r)
	}
	if n := to.Requests("/") - kept; n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestAStaleConnectionBeforeAReceiverThatIsGoneMayHaveTakenIt(t *testing.T) {
	t.Parallel()
	to := receiver.New(receiver.Options{})
	t.Cleanup(to.Close)
	s := newSender(t, 2*time.Second)
	s.Send(t.Context(), request(to.URL("/")))
	to.On("/", receiver.Always(func(w http.ResponseWriter, r *http.Request) {
		to.HTTP().Listener.Close()
		receiver.Close(w, r)
	}))
	if r := s.Send(t.Context(), request(to.URL("/"))); r.Class != schema.ErrorRefused || !r.Ambiguous || to.Requests("/") != 2 {
		t.Errorf("%+v", r)
	}
}

func TestManyAttemptsShareTheirConnections(t *testing.T) {
	t.Parallel()
	to := receiver.New(receiver.Options{})
	t.Cleanup(to.Close)
	s := newSender(t, 5*time.Second)
	var failed atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 100 {
				if r := s.Send(t.Context(), request(to.URL("/"))); !r.OK() {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if failed.Load() != 0 || to.Requests("/") != 2000 || to.Accepted() > 60 {
		t.Errorf("%d failed, %d requests over %d connections", failed.Load(), to.Requests("/"), to.Accepted())
	}
}
