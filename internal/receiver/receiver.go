// Package receiver plays a customer's CRM for tests and measurements: it takes
// webhooks, verifies them with the public library, counts them, and has the faults
// that receivers have. Nothing of it is linked into the product.
package receiver

import (
	"context"
	"hash/fnv"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Options are a receiver's.
type Options struct {
	Seed uint64 // of the faults that are drawn; the order within a path is the same for the same seed
	// Arrived is called with every request before it is answered, from many
	// goroutines.
	Arrived func(Arrival)
	// Forget keeps counts alone and no IDs, for runs that measure memory.
	Forget bool
}

// Arrival is one request as it came.
type Arrival struct {
	Path, ID string // ID is its webhook-id
	Header   http.Header
	Body     []byte
	At       time.Time
	Verified bool // signed by one of the path's secrets; true where it has none
}

// Server is a receiver on a port of the loopback address.
type Server struct {
	options  Options
	http     *httptest.Server
	accepted atomic.Int64
	stop     context.CancelFunc // ends the requests under way

	mu    sync.Mutex
	paths map[string]*endpoint
}

// endpoint is what happens under one path.
type endpoint struct {
	mu         sync.Mutex
	rand       *rand.Rand
	acts       []Chance
	verifiers  []*standardwebhooks.Webhook
	seen, took map[string]int
	requests   int
	unverified int
}

// New starts a receiver. It answers 200 under every path until On says otherwise.
// Close it.
func New(o Options) *Server {
	s := start(o)
	s.http.Start()
	return s
}

// NewTLS starts one that speaks TLS, with httptest's certificate.
func NewTLS(o Options) *Server {
	s := start(o)
	s.http.StartTLS()
	return s
}

func start(o Options) *Server {
	base, stop := context.WithCancel(context.Background())
	s := &Server{options: o, stop: stop, paths: map[string]*endpoint{}}
	s.http = httptest.NewUnstartedServer(s)
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail, as tests have them do
	s.http.Config.BaseContext = func(net.Listener) context.Context { return base }
	s.http.Config.ConnState = func(_ net.Conn, to http.ConnState) {
		if to == http.StateNew {
			s.accepted.Add(1)
		}
	}
	return s
}

// Close ends what is under way and stops listening.
func (s *Server) Close() {
	s.stop()
	s.http.CloseClientConnections()
	s.http.Close()
}

// HTTP is the server below, for its certificate and listener.
func (s *Server) HTTP() *httptest.Server { return s.http }

// URL is where a path is called.
func (s *Server) URL(path string) string { return s.http.URL + path }

// On sets what a path does from now on: one of the acts is drawn for each request
// by its weight. Without acts it answers 200.
func (s *Server) On(path string, acts ...Chance) {
	e := s.endpoint(path)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.acts = acts
}

// Sign sets the secrets (whsec_…) one of which signs what comes to a path.
func (s *Server) Sign(path string, secrets ...string) error {
	var verifiers []*standardwebhooks.Webhook
	for _, secret := range secrets {
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, w)
	}
	e := s.endpoint(path)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.verifiers = verifiers
	return nil
}

// Seen counts each webhook-id that came to a path, however it was answered.
func (s *Server) Seen(path string) map[string]int {
	e := s.endpoint(path)
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.seen)
}

// Took counts each webhook-id that a path answered with a success.
func (s *Server) Took(path string) map[string]int {
	e := s.endpoint(path)
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.took)
}

// Requests is how many requests came to a path.
func (s *Server) Requests(path string) int {
	e := s.endpoint(path)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests
}

// Unverified is how many of them no secret of the path had signed.
func (s *Server) Unverified(path string) int {
	e := s.endpoint(path)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.unverified
}

// Accepted is how many connections were taken, with or without a request.
func (s *Server) Accepted() int { return int(s.accepted.Load()) }

func (s *Server) endpoint(path string) *endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.paths[path]
	if e == nil {
		h := fnv.New64a()
		io.WriteString(h, path)
		e = &endpoint{rand: rand.New(rand.NewPCG(s.options.Seed, h.Sum64())), seen: map[string]int{}, took: map[string]int{}}
		s.paths[path] = e
	}
	return e
}

// ServeHTTP notes a request and answers as its path does. Its context ends with
// the client's connection or with the server.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return // the client broke off: nothing arrived
	}
	at := time.Now()
	e := s.endpoint(r.URL.Path)
	id := r.Header.Get(standardwebhooks.HeaderWebhookID)
	act, verified := e.note(id, body, r.Header, s.options.Forget)
	if s.options.Arrived != nil {
		s.options.Arrived(Arrival{Path: r.URL.Path, ID: id, Header: r.Header, Body: body, At: at, Verified: verified})
	}
	if act == nil {
		act = OK
	}
	answer := &watched{ResponseWriter: w}
	defer func() { // an act may end in a panic that breaks the connection off
		if !s.options.Forget && answer.status/100 == 2 {
			e.mu.Lock()
			e.took[id]++
			e.mu.Unlock()
		}
	}()
	act(answer, r)
}

// note counts a request and draws what happens to it.
func (e *endpoint) note(id string, body []byte, h http.Header, forget bool) (act Act, verified bool) {
	e.mu.Lock()
	verifiers := e.verifiers
	act = e.draw()
	e.requests++
	if !forget {
		e.seen[id]++
	}
	e.mu.Unlock()

	verified = len(verifiers) == 0
	for _, v := range verifiers {
		verified = verified || v.Verify(body, h) == nil
	}
	if !verified {
		e.mu.Lock()
		e.unverified++
		e.mu.Unlock()
	}
	return act, verified
}

// draw picks an act by weight.
func (e *endpoint) draw() Act {
	var sum float64
	for _, c := range e.acts {
		sum += c.Weight
	}
	at := e.rand.Float64() * sum
	for _, c := range e.acts {
		if at -= c.Weight; at < 0 {
			return c.Act
		}
	}
	return nil
}

// watched notes the status that was answered. A handler's own connection is had
// through Unwrap.
type watched struct {
	http.ResponseWriter
	status int
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
