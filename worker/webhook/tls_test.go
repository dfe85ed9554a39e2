package webhook_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"anteroom/internal/egress"
	"anteroom/internal/egress/egresstest"
	"anteroom/internal/receiver"
	"anteroom/schema"
	"anteroom/worker/webhook"
)

// trusting is a sender that knows the authority of a receiver, and names that lead
// to it.
func trusting(to *receiver.Server) *webhook.Sender {
	roots := x509.NewCertPool()
	roots.AddCert(to.HTTP().Certificate())
	names := egresstest.Resolver(func(string, int) []netip.Addr { return []netip.Addr{netip.MustParseAddr("127.0.0.1")} })
	return webhook.New(egress.New(loopback...).Trusting(roots).Resolving(names), 2*time.Second)
}

func TestAnAttemptOverTLSSucceedsAndIsTimed(t *testing.T) {
	t.Parallel()
	to := receiver.NewTLS(receiver.Options{})
	t.Cleanup(to.Close)
	if err := to.Sign("/", secret); err != nil {
		t.Fatal(err)
	}
	s := trusting(to)
	r := s.Send(t.Context(), request(to.URL("/")))
	if !r.OK() || r.TLS <= 0 || r.Connect <= 0 || to.Unverified("/") != 0 {
		t.Errorf("%+v", r)
	}
	if again := s.Send(t.Context(), request(to.URL("/"))); !again.OK() || again.TLS != 0 || to.Accepted() != 1 {
		t.Errorf("over %d connections: %+v", to.Accepted(), again)
	}
}

func TestCertificateProblemsAreSaidInWords(t *testing.T) {
	t.Parallel()
	good := receiver.NewTLS(receiver.Options{})
	t.Cleanup(good.Close)
	plain := receiver.New(receiver.Options{})
	t.Cleanup(plain.Close)
	port := func(s *receiver.Server) string {
		_, p, _ := net.SplitHostPort(s.HTTP().Listener.Addr().String())
		return p
	}
	for name, c := range map[string]struct {
		s         *webhook.Sender
		url, want string
	}{
		"unknown authority": {newSender(t, 2*time.Second), good.URL("/"), "The certificate comes from an authority that is not trusted, or an intermediate certificate is missing"},
		"another name":      {trusting(good), "https://crm.example.org:" + port(good) + "/", "The certificate is not for crm.example.org"},
		"no TLS":            {trusting(good), "https://127.0.0.1:" + port(plain) + "/", "The server did not speak TLS on this port"},
		"an old version":    {trusting(good), oldTLS(t), "The server refused the TLS handshake; TLS 1.2 or later is needed, and a certificate for the URL’s host"},
		"hangs up":          {trusting(good), hangsUp(t), "The connection ended during the TLS handshake"},
	} {
		r := c.s.Send(t.Context(), request(c.url))
		if r.Class != schema.ErrorTLS || r.Text != c.want || r.Ambiguous || r.Address != "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAnExpiredCertificateIsSaidInWords(t *testing.T) {
	t.Parallel()
	for text, from := range map[string]time.Time{
		"The certificate expired on ":          time.Now().Add(-48 * time.Hour),
		"The certificate is not valid before ": time.Now().Add(24 * time.Hour),
	} {
		url, roots := selfSigned(t, from, from.Add(24*time.Hour))
		r := webhook.New(egress.New(loopback...).Trusting(roots), 2*time.Second).Send(t.Context(), request(url))
		if r.Class != schema.ErrorTLS || !strings.HasPrefix(r.Text, text) {
			t.Errorf("%+v", r)
		}
	}
}

func oldTLS(t *testing.T) string {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL + "/"
}

func hangsUp(t *testing.T) string {
	t.Helper()
	return "https://127.0.0.1:" + newCanary(t).port + "/"
}

// selfSigned serves a certificate that is its own authority.
func selfSigned(t *testing.T, from, until time.Time) (string, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	s := httptest.NewUnstartedServer(nil)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL + "/", roots
}
