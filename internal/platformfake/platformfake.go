// Package platformfake stands in for a social platform: Bramblepost, which does
// not exist. It has a consent page, a token endpoint that checks all that a strict
// one does, and a profile; and it misbehaves on request.
package platformfake

import (
	"net/http"
	"sync"
	"time"
)

// What the platform is called, and how it is known to the database.
const (
	Key  = "demo"
	Name = "Bramblepost"
)

// Options say who may ask the stand-in for accounts.
type Options struct {
	Path             string // where it is mounted
	ClientID, Secret string
	Redirect         string // the one place that it sends people back to
	Stylesheet       string // URL of the stylesheet of its page
}

// Fault is a way to misbehave.
type Fault string

// The faults. The page offers those that it can show itself; the others are set by
// tests.
const (
	NoFault       Fault = ""
	FaultServer   Fault = "server_error"  // comes back with error=server_error
	FaultToken    Fault = "token_500"     // the token endpoint fails
	FaultSlow     Fault = "token_slow"    // it doesn't answer before the client gives up
	FaultHTML     Fault = "token_html"    // it answers with a page
	FaultProfile  Fault = "profile_404"   // the token is good, and the account gone
	FaultNameless Fault = "profile_empty" // the account has no ID
)

// Account is one that the stand-in's person has.
type Account struct{ ID, Handle string }

// Accounts are those that the consent page offers.
var Accounts = []Account{{"bp-1001", "saffron.buns"}, {"bp-1002", "mill.road.pantry"}}

const (
	codeLife  = time.Minute
	tokenLife = time.Hour
)

// grant is what a code stands for.
type grant struct {
	account   Account
	challenge string
	fault     Fault
	expires   time.Time
	token     string // once it was exchanged
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	options Options
	mux     *http.ServeMux

	mu     sync.Mutex
	fault  Fault
	codes  map[string]*grant
	tokens map[string]*grant
}

// New makes one.
func New(o Options) *Server {
	s := &Server{options: o, mux: http.NewServeMux(), codes: map[string]*grant{}, tokens: map[string]*grant{}}
	s.mux.HandleFunc("GET "+o.Path+"/authorize", s.consent)
	s.mux.HandleFunc("POST "+o.Path+"/authorize", s.decide)
	s.mux.HandleFunc("POST "+o.Path+"/token", s.token)
	s.mux.HandleFunc("GET "+o.Path+"/profile", s.profile)
	return s
}

// ServeHTTP serves the platform.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Fail has everything from now on go wrong in one way.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Revoked says that a token is good no more.
func (s *Server) Revoked(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens[token] == nil
}
