package mail

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// maxAnswer bounds what is read of an answer, in bytes: Mailgun's own are some
// 100, and mailgun-go reads without limit.
const maxAnswer = 64 << 10

// newTransport makes a connection for each mail. On a kept one, a server that
// hangs up just as the request is written leaves a mail in doubt, and a mail in
// doubt waits minutes; a handshake takes a fraction of a second. It also means
// that net/http never repeats a request by itself. Proxies named by the
// environment are not used, HTTP/2 is not spoken: both blur what is known about
// a request that got no answer.
func newTransport() *http.Transport {
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	return &http.Transport{
		Proxy:               nil,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second,
		DisableKeepAlives:   true,
		Protocols:           http1,
	}
}

// attempt gathers the facts of one call. The trace's hooks run in goroutines of
// the transport, some of them after the call has returned.
type attempt struct {
	left      atomic.Bool // the request reached the transport
	connected atomic.Bool // a connection was ready to be written to
	cutShort  atomic.Bool // writing the request failed part of the way
	tlsFailed atomic.Bool

	status int // of the answer; 0 is none
	header http.Header
}

// traced returns ctx with hooks that note how far the request gets.
func (a *attempt) traced(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { a.connected.Store(true) },
		WroteRequest: func(i httptrace.WroteRequestInfo) { a.cutShort.Store(i.Err != nil) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			a.tlsFailed.Store(err != nil)
		},
	})
}

// mayHaveArrived tells whether the whole request may have reached Mailgun. No
// connection, no request; and a request cut short lacks the end of the body
// that its Content-Length announced, so no server can act on it. That a write
// was not reported as finished proves nothing: the report may still be coming.
func (a *attempt) mayHaveArrived() bool {
	return a.connected.Load() && !a.cutShort.Load()
}

// watcher notes the status and headers of the answer, and bounds its body.
type watcher struct {
	next http.RoundTripper
	seen *attempt
}

func (w watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	w.seen.left.Store(true)
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.seen.status, w.seen.header = resp.StatusCode, resp.Header
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}
