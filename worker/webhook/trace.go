package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
	"time"

	"anteroom/schema"
)

// trace notes how far a call gets and when. net/http calls its hooks from several
// goroutines, and goes on dialling after a call that found another connection: what
// comes after the connection is there tells nothing of this call.
type trace struct {
	mu                            sync.Mutex
	got, reused, wrote, first     bool
	handshake                     bool // one was begun
	address                       string
	dnsFrom, connectFrom, tlsFrom time.Time
	dns, connect, tls             time.Duration
	wroteAt, firstAt              time.Time
}

func (t *trace) in(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { t.before(func(now time.Time) { t.dnsFrom = now }) },
		DNSDone:  func(httptrace.DNSDoneInfo) { t.before(func(now time.Time) { t.dns = now.Sub(t.dnsFrom) }) },
		ConnectStart: func(string, string) {
			t.before(func(now time.Time) {
				if t.connectFrom.IsZero() { // several addresses are tried, the first one starts
					t.connectFrom = now
				}
			})
		},
		ConnectDone:       func(string, string, error) { t.before(func(now time.Time) { t.connect = now.Sub(t.connectFrom) }) },
		TLSHandshakeStart: func() { t.before(func(now time.Time) { t.handshake, t.tlsFrom = true, now }) },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			t.before(func(now time.Time) { t.tls = now.Sub(t.tlsFrom) })
		},
		GotConn:              t.gotConn,
		WroteRequest:         t.wroteRequest,
		GotFirstResponseByte: t.gotFirstByte,
	})
}

// before notes something unless the connection is there already.
func (t *trace) before(note func(time.Time)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.got {
		note(time.Now())
	}
}

func (t *trace) gotConn(i httptrace.GotConnInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.got, t.reused, t.address = true, i.Reused, i.Conn.RemoteAddr().String()
	if i.Reused {
		t.dns, t.connect, t.tls = 0, 0, 0
	}
}

func (t *trace) wroteRequest(i httptrace.WroteRequestInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wrote, t.wroteAt = i.Err == nil, time.Now()
}

func (t *trace) gotFirstByte() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.first, t.firstAt = true, time.Now()
}

// sent says that the whole request was handed to the network. The hook reports it
// before the last of it is flushed, so a failed write takes it back.
func (t *trace) sent(err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	var op *net.OpError
	return t.wrote && !(errors.As(err, &op) && op.Op == "write")
}

// stale says that a call that failed did so on a kept connection, with no byte of
// an answer: most likely it was closed before the request came.
func (t *trace) stale() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.got && t.reused && !t.first
}

// phase is how far the call came.
func (t *trace) phase() (handshake, connected, answering bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.handshake && !t.got, t.got, t.first
}

// tell writes what is known into a result.
func (t *trace) tell(r *schema.AttemptResult) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Address, r.DNS, r.Connect, r.TLS, r.FirstByte = t.address, t.dns, t.connect, t.tls, 0
	if t.first && t.wrote {
		r.FirstByte = max(0, t.firstAt.Sub(t.wroteAt))
	}
}
