// Package mailgunfake stands in for Mailgun where no mail must leave the
// machine: in development and in tests. It speaks Mailgun's own /v3 API over
// HTTP, keeps what it takes, shows it in an inbox under /dev/mail, says in
// webhooks what became of it, and misbehaves on request as a provider does now
// and then.
package mailgunfake

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// defaultCapacity is how many mails are kept if [Options] doesn't say.
const defaultCapacity = 500

// Options say which account the stand-in plays and where it keeps things.
type Options struct {
	Domain string // the one sending domain it knows
	APIKey string
	// Dir, if set, holds one file per mail, so that mails survive a restart.
	// It is made if it is missing. One process at a time.
	Dir        string
	Capacity   int    // the newest mails kept; 500 if zero
	Stylesheet string // URL of the stylesheet of the inbox's pages
	CRM        string // URL of the receiver of webhooks beside it, to link to; empty for none
	// Hook, if set, is the URL that hears what becomes of the mails, in webhooks
	// that SigningKey signs. Retries are the waits after one that was not taken;
	// nil is Mailgun's own schedule, at 300 times its pace.
	Hook, SigningKey string
	Retries          []time.Duration
}

// Mail is one message that was taken. Treat its maps and slices as read-only.
type Mail struct {
	ID         string // the message ID, without the brackets that the API puts around it
	ReceivedAt time.Time
	From, To   string // as sent: with several recipients, joined by commas
	Subject    string
	Text, HTML string
	Headers    map[string]string // h:…, without the prefix, such as Reply-To
	Variables  map[string]string // v:…, without the prefix
	Tags       []string          // o:tag
	Options    map[string]string // the other o:…, without the prefix
	// Fault names the misbehaviour that hid from the sender that this mail was
	// taken; empty if there was none.
	Fault string
}

// Server is the stand-in; as an http.Handler it serves /v3/…. It is safe for
// concurrent use.
type Server struct {
	options Options
	api     *http.ServeMux

	mu       sync.Mutex
	mails    []Mail // oldest first
	arrived  chan struct{}
	faults   []Fault
	released chan struct{}
	holding  atomic.Int32

	suppressed map[string]bool // list and address
	reports    map[string][]*Report
	client     *http.Client
	ctx        context.Context // ends with Close
	stop       context.CancelFunc
	running    sync.WaitGroup
}

// New returns a Server with the mails that o.Dir holds. The error says which
// file of that folder could not be read.
func New(o Options) (*Server, error) {
	o.Capacity = cmp.Or(max(o.Capacity, 0), defaultCapacity)
	if o.Retries == nil {
		o.Retries = retries
	}
	s := &Server{options: o, arrived: make(chan struct{}), released: make(chan struct{}), suppressed: map[string]bool{},
		reports: map[string][]*Report{}, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	mails, err := load(o.Dir, o.Capacity)
	if err != nil {
		return nil, err
	}
	s.mails = mails
	s.api = s.routes()
	return s, nil
}

// ServeHTTP answers Mailgun's API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) }

// Mails returns what was taken, newest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	mails := slices.Clone(s.mails)
	slices.Reverse(mails)
	return mails
}

// Mail returns the mail with that ID, and whether it is kept.
func (s *Server) Mail(id string) (Mail, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.mails, func(m Mail) bool { return m.ID == id })
	if i < 0 {
		return Mail{}, false
	}
	return s.mails[i], true
}
