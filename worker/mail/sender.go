// Package mail writes the product's emails and hands them to Mailgun, one at a
// time. It keeps no state and retries nothing: it says what became of the one
// attempt, and the caller's email row decides what follows.
package mail

import (
	"context"
	"fmt"
	"net/http"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mailgun/mailgun-go/v4"

	"anteroom/schema"
)

// Timeout bounds one call to Mailgun as a whole, from the DNS lookup to the
// last byte of the answer. The caller's lease on the email must be longer.
const Timeout = 10 * time.Second

// Config says which Mailgun account sends, and as whom.
type Config struct {
	Domain string // the sending domain, such as mg.example.com
	APIKey string
	// APIBase is https://api.mailgun.net, https://api.eu.mailgun.net or a
	// stand-in's address, with or without /v3. Empty means the first.
	APIBase string
	From    string // "Anteroom <post@mg.example.com>" or a bare address
}

// Sender hands emails to Mailgun. It is safe for concurrent use.
type Sender struct {
	domain, apiKey, apiBase string
	from                    *netmail.Address
	transport               http.RoundTripper
	timeout                 time.Duration
	broken                  error // why this configuration can never send
}

// New returns a Sender for c. A configuration that can't work is not an error
// here: every Send then comes to a slow retry with the code "misconfigured", so
// that no invitation is lost to a typing mistake.
func New(c Config) *Sender {
	s := &Sender{domain: c.Domain, apiKey: c.APIKey, transport: newTransport(), timeout: Timeout}
	s.apiBase, s.broken = apiBase(c.APIBase)
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		s.broken = fmt.Errorf("mail: the From address: %w", err)
	}
	s.from = from
	return s
}

// Send makes one attempt to hand m to Mailgun, within [Timeout], and says what
// came of it. It never sends twice by itself.
func (s *Sender) Send(ctx context.Context, m Message) schema.MailResult {
	if s.broken != nil {
		return misconfigured
	}
	draft, err := s.draft(m)
	if err != nil {
		return invalidMessage
	}
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()

	var a attempt
	_, id, err := s.client(&a).Send(a.traced(bounded), draft)
	return a.verdict(bounded, id, err)
}

// client makes a Mailgun client for one attempt. It costs two small structs,
// and it lets the attempt see the status and headers that the library hides.
func (s *Sender) client(a *attempt) *mailgun.MailgunImpl {
	c := mailgun.NewMailgun(s.domain, s.apiKey)
	c.SetAPIBase(s.apiBase)
	c.SetClient(&http.Client{
		Transport: watcher{next: s.transport, seen: a},
		// A message must not wander off to a host that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	return c
}

var versionPath = regexp.MustCompile(`/v[1-5]$`)

// apiBase adds the version path that mailgun-go insists on.
func apiBase(base string) (string, error) {
	base = strings.TrimRight(strings.TrimSpace(base), "/")
	if base == "" {
		return mailgun.APIBase, nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fmt.Errorf("mail: the API base is no http or https address")
	}
	if !versionPath.MatchString(u.Path) {
		base += "/v3"
	}
	return base, nil
}
