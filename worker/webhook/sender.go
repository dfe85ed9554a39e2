// Package webhook makes one attempt to deliver an event: signed as Standard
// Webhooks has it, through the egress guard, and told in full.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"anteroom/internal/egress"
	"anteroom/schema"
)

// Sender makes attempts. It is safe for concurrent use.
type Sender struct {
	timeout time.Duration
	kept    *egress.Transport // its connections are kept for the next call
	fresh   *egress.Transport // a connection for each call
}

// New makes a sender whose attempts end after timeout, the answer's body included.
func New(guard *egress.Guard, timeout time.Duration) *Sender {
	later := timeout + time.Second // so that it is always the attempt's time that runs out
	return &Sender{timeout: timeout, kept: guard.Transport(later, true), fresh: guard.Transport(later, false)}
}

// Close closes the connections that are kept.
func (s *Sender) Close() { s.kept.CloseIdleConnections() }

// Request is what one attempt sends.
type Request struct {
	URL     string
	EventID string // the webhook-id, the same over all attempts
	Body    []byte
	Secrets []string // whsec_ and base64, newest first; each signs
	Attempt int      // its number, from 1
}

var errTimeout = errors.New("webhook: the time for an attempt is over")

// Send makes one attempt. What went wrong stands in the result.
//
// A kept connection that the receiver closed meanwhile is no failure: the request
// goes out a second time, on a connection of its own. net/http would do that too,
// but on one kept connection after the other.
func (s *Sender) Send(ctx context.Context, r Request) schema.AttemptResult {
	started := time.Now()
	a := &attempt{request: r, timeout: s.timeout, caller: ctx, result: schema.AttemptResult{URL: r.URL}}
	headers, err := sign(r, started)
	if err != nil {
		a.result.Ours, a.result.Text, a.result.RetryAfter = true, "The request could not be signed", oursAgain
		return a.result
	}

	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, errTimeout)
	defer cancel()
	resp, err := a.call(ctx, s.kept, headers)
	if err != nil && ctx.Err() == nil && a.trace.stale() {
		resp, err = a.call(ctx, s.fresh, headers)
		a.result.Request["Connection"] = "close"
	}
	if err != nil {
		a.failed(err)
	} else {
		a.answered(resp, cancel)
	}
	a.result.Total = time.Since(started)
	return a.result
}

// attempt is one under way.
type attempt struct {
	request Request
	timeout time.Duration
	caller  context.Context // without our own time-out
	trace   *trace          // of the newest call
	sent    bool            // in full, by this call or one before it
	result  schema.AttemptResult
}

// call sends the request once.
func (a *attempt) call(ctx context.Context, by *egress.Transport, headers http.Header) (*http.Response, error) {
	a.trace = &trace{}
	body := a.request.Body
	r, err := http.NewRequestWithContext(a.trace.in(ctx), http.MethodPost, a.request.URL, bytes.NewReader(body))
	if err != nil {
		return nil, &egress.Refusal{Text: "The endpoint’s URL can’t be read. Edit the endpoint."} // err quotes it
	}
	r.Header = headers
	a.result.Request = sentHeaders(r)
	resp, err := by.RoundTrip(r)
	a.sent = a.trace.sent(err) || a.sent
	a.trace.tell(&a.result)
	return resp, err
}

// answered takes an answer: its status decides, and for a success its body too.
func (a *attempt) answered(resp *http.Response, cancel func()) {
	defer resp.Body.Close()
	defer cancel() // before Close: what was not read stays unread
	r := &a.result
	r.StatusCode, r.Response = resp.StatusCode, bounded(resp.Header)
	var err error
	if resp.StatusCode != http.StatusSwitchingProtocols { // whose body is the connection
		r.Body, r.Cut, err = readBody(resp)
	}
	r.Class, r.Text = verdict(resp)
	if wait := resp.StatusCode; wait == http.StatusTooManyRequests || wait == http.StatusServiceUnavailable {
		r.RetryAfter = retryAfter(resp.Header, time.Now())
	}
	if err != nil && r.Class == "" {
		a.broken(err)
	}
}

// broken is a success whose body broke off: the receiver did not finish.
func (a *attempt) broken(err error) {
	if a.cancelled() {
		return
	}
	a.result.Class, a.result.Text = schema.ErrorBody, "The answer broke off before its end"
	if timedOut(err) {
		a.result.Text = "The answer did not end before the " + limit(a.timeout)
	}
}

// cancelled notes that whoever asked for the attempt gave it up.
func (a *attempt) cancelled() bool {
	if a.caller.Err() == nil {
		return false
	}
	a.result.Ours, a.result.Class, a.result.Text = true, "", "The attempt was given up while this server shut down"
	return true
}
