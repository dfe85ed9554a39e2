package mailgunfake

import (
	"fmt"
	"io"
	"net/http"
)

// FaultKind is a way to misbehave.
type FaultKind string

const (
	// Answer gives the status, headers and body of the fault.
	Answer FaultKind = "answer"
	// Hang reads the request and never answers, until the client goes or
	// [Server.Release] is called.
	Hang FaultKind = "hang"
	// Close drops the connection: before the body is read, or with Keep after
	// the mail was taken.
	Close FaultKind = "close"
	// Rubbish answers 200 with a page that is not Mailgun's.
	Rubbish FaultKind = "rubbish"
)

// Fault is what the next requests meet in place of a proper answer.
type Fault struct {
	Kind  FaultKind
	Times int // how many requests meet it; 0 is one
	// Keep takes the mail first, as far as it is valid, so that only the sender
	// doesn't know: the mail that may be on its way.
	Keep   bool
	Status int         // for Answer; 0 is 500
	Header http.Header // for Answer; may be nil
	Body   string      // for Answer
}

// Fault queues f behind the faults that are still to come.
func (s *Server) Fault(f Fault) {
	f.Times = max(f.Times, 1)
	if f.Status == 0 {
		f.Status = http.StatusInternalServerError
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Release forgets the faults to come, and lets go of requests that hang: their
// connections are dropped.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	close(s.released)
	s.released = make(chan struct{})
}

// Holding says whether a request hangs at this moment, its body read.
func (s *Server) Holding() bool { return s.holding.Load() > 0 }

// nextFault takes one turn of the first fault, together with the channel that
// is closed when it is released.
func (s *Server) nextFault() (f Fault, released <-chan struct{}, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return Fault{}, nil, false
	}
	f = s.faults[0]
	if s.faults[0].Times--; s.faults[0].Times == 0 {
		s.faults = s.faults[1:]
	}
	return f, s.released, true
}

// name is what the inbox calls a fault.
func (f Fault) name() string {
	if f.Kind == Answer {
		return fmt.Sprintf("answer %d", f.Status)
	}
	return string(f.Kind)
}

// meet plays f to the client.
func (s *Server) meet(f Fault, w http.ResponseWriter, r *http.Request, released <-chan struct{}) {
	switch f.Kind {
	case Hang:
		// Only when the body is read does the server notice that a client goes.
		io.Copy(io.Discard, r.Body)
		s.holding.Add(1)
		defer s.holding.Add(-1)
		select {
		case <-r.Context().Done():
		case <-released:
		}
		panic(http.ErrAbortHandler)
	case Close:
		panic(http.ErrAbortHandler)
	case Rubbish:
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<html><body><h1>It works!</h1></body></html>")
	default:
		for name, values := range f.Header {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		w.WriteHeader(f.Status)
		io.WriteString(w, f.Body)
	}
}
