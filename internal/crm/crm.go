// Package crm is a receiver of webhooks to look at, under /dev/crm of the
// development stack: it verifies what comes with the public library, puts it in
// order by the sequence of its subject, and misbehaves on request.
package crm

import (
	"net/http"
	"sync"
	"time"
)

// Capacity is how many events are kept, the newest.
const Capacity = 500

// slowness is how long the slow answer takes: longer than a sender waits.
const slowness = 20 * time.Second

// Options say what the receiver starts with.
type Options struct {
	// SecretFile holds the secrets that it trusts, a line each. Without such a
	// file it makes one with a fresh secret.
	SecretFile string
	Stylesheet string // URL of the pages' stylesheet
	Script     string // URL of htmx; without it the pages don't follow by themselves
	// Stop, when closed, ends the slow answers.
	Stop <-chan struct{}
}

// Server is the receiver. It is safe for concurrent use.
type Server struct {
	options Options
	mux     *http.ServeMux

	mu      sync.Mutex
	secrets []string // the newest first
	answer  answer
	events  []*event // in the order in which they first came
	byID    map[string]*event
	refused []refusal // the newest first
	version int       // counts what the pages show
}

// New makes a receiver. The error is about its file of secrets.
func New(o Options) (*Server, error) {
	s := &Server{options: o, mux: http.NewServeMux(), byID: map[string]*event{}, answer: answers[0]}
	if err := s.load(); err != nil {
		return nil, err
	}
	s.mux.HandleFunc("POST /dev/crm/hook", s.hook)
	s.mux.HandleFunc("GET /dev/crm", s.page)
	s.mux.HandleFunc("GET /dev/crm/{$}", s.page)
	s.mux.HandleFunc("GET /dev/crm/live", s.live)
	s.mux.HandleFunc("GET /dev/crm/events/{id}", s.one)
	s.mux.HandleFunc("POST /dev/crm/answers", s.turn)
	s.mux.HandleFunc("POST /dev/crm/secrets", s.trust)
	return s, nil
}

// ServeHTTP serves /dev/crm and what is below it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }
