package egress

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// MaxResponseHeader is how much of an answer's headers is read, in bytes.
const MaxResponseHeader = 64 << 10

// idlePerHost is how many idle connections are kept to one host: there is often
// one host behind many endpoints. A connection is closed after idleTime.
const (
	idlePerHost = 100
	idleTotal   = 2000
	idleTime    = 30 * time.Second
)

// Transport makes single calls over HTTP/1.1. It follows no redirect, keeps no
// cookies, asks no proxy and decompresses nothing. A refused address is a *Refusal
// in the error's chain.
type Transport struct {
	guard         *Guard
	secure, plain *http.Transport
}

// Transport makes one. timeout bounds connecting and the handshake, should the
// call's own context live longer. With reuse, connections are kept for the next
// call.
func (g *Guard) Transport(timeout time.Duration, reuse bool) *Transport {
	return &Transport{guard: g, secure: g.transport(timeout, reuse, false), plain: g.transport(timeout, reuse, true)}
}

func (g *Guard) transport(timeout time.Duration, reuse, plain bool) *http.Transport {
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            g.dialer(timeout, plain).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: g.roots, ClientSessionCache: tls.NewLRUClientSessionCache(512)},
		TLSHandshakeTimeout:    timeout,
		DisableKeepAlives:      !reuse,
		DisableCompression:     true,
		MaxIdleConns:           idleTotal,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: MaxResponseHeader,
		Protocols:              http1,
	}
}

// dialer connects to what the guard lets pass. Its Control sees every address that
// a name has, one by one, just before the socket is connected.
func (g *Guard) dialer(timeout time.Duration, plain bool) *net.Dialer {
	return &net.Dialer{Timeout: timeout, Resolver: g.resolver, Control: func(network, address string, _ syscall.RawConn) error {
		if network != "tcp4" && network != "tcp6" {
			return &Refusal{Text: "Only TCP is used here."}
		}
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return &Refusal{Text: "This address can’t be reached from here. Use one that is public on the internet."}
		}
		if refusal := g.judge(a.Addr(), plain, ""); refusal != nil {
			return refusal
		}
		return nil
	}}
}

// RoundTrip makes one call; see [http.RoundTripper].
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	to, refusal := t.guard.readParsed(r.URL, r.URL.String())
	if refusal == nil && to.address.IsValid() {
		refusal = t.guard.judge(to.address, to.plain, "")
	}
	switch {
	case refusal != nil:
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, refusal
	case to.plain:
		return t.plain.RoundTrip(r)
	}
	return t.secure.RoundTrip(r)
}

// CloseIdleConnections closes the connections that are kept and not in use.
func (t *Transport) CloseIdleConnections() {
	t.secure.CloseIdleConnections()
	t.plain.CloseIdleConnections()
}
