package mail

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/schema"
)

func TestWhatNeverLeftIsTriedAgain(t *testing.T) {
	fake, base := startFake(t)
	secure := httptest.NewUnstartedServer(fake)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS() // by an authority that nobody trusts
	t.Cleanup(secure.Close)
	for name, c := range map[string]struct{ base, code string }{
		"connection refused":          {"http://" + closedPort(t), "unreachable"},
		"no such host":                {"http://no..such..host", "unreachable"},
		"untrusted certificate":       {secure.URL, "tls"},
		"TLS where none is":           {"https://" + strings.TrimPrefix(base, "http://"), "tls"},
		"handshake that never ends":   {"https://" + mutePort(t), "unreachable"},
		"address without a version":   {"ftp://example.com", "misconfigured"},
		"address that is none at all": {"://", "misconfigured"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sender(c.base)
			if name != "handshake that never ends" {
				s.timeout = Timeout // a busy machine takes its time for a handshake
			}
			r := s.Send(t.Context(), sample())
			wait := time.Duration(0)
			if c.code == "misconfigured" {
				wait = slow
			}
			says(t, r, schema.MailRetry, c.code, wait)
		})
	}
	if n := len(fake.Mails()); n != 0 {
		t.Errorf("%d mails went out", n)
	}
}

func TestAnAttemptThatIsStoppedSaysWhetherTheMessageMayHaveLeft(t *testing.T) {
	fake, base := startFake(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	says(t, sender(base).Send(gone, sample()), schema.MailRetry, "stopped", 0)

	fake.Fault(mailgunfake.Fault{Kind: mailgunfake.Hang, Keep: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		fake.Wait(t.Context(), func(mailgunfake.Mail) bool { return true })
		cancel()
	}()
	says(t, sender(base).Send(ctx, sample()), schema.MailAmbiguous, "stopped", 0)
}

// On a connection that is kept, a server that hangs up at the wrong moment would
// leave a mail in doubt.
func TestEachMailHasAConnectionOfItsOwn(t *testing.T) {
	fake, _ := startFake(t)
	var connections atomic.Int32
	srv := httptest.NewUnstartedServer(fake)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	s := sender(srv.URL)
	for range 3 {
		s.Send(t.Context(), sample())
	}
	if n := connections.Load(); n != 3 {
		t.Errorf("3 mails went over %d connections", n)
	}
}

// A server that stops reading leaves the request without its end, so that no
// server can have taken it, although the connection stood.
func TestARequestThatWasCutShortIsTriedAgain(t *testing.T) {
	m := sample()
	m.HTML = strings.Repeat("x", 32<<20) // more than the sockets between us hold
	says(t, sender("http://"+mutePort(t)).Send(t.Context(), m), schema.MailRetry, "unreachable", 0)
}

// closedPort is an address that refuses connections.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// mutePort is an address that takes connections and then does nothing.
func mutePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}
