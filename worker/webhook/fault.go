package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"anteroom/internal/egress"
	"anteroom/schema"
)

// oursAgain is when an attempt that failed through a fault of this machine is
// made again.
const oursAgain = 5 * time.Second

// failed says why a call brought no answer. The words are for the agency: what
// our own stack says about it is left out.
func (a *attempt) failed(err error) {
	if a.cancelled() {
		return
	}
	r := &a.result
	r.Ambiguous = a.sent
	if short(err) {
		r.Ours, r.Text, r.RetryAfter = true, "This server could not open a connection", oursAgain
		return
	}
	r.Class, r.Text = a.fault(err)
	r.Text = clip(r.Text, maxText)
}

func (a *attempt) fault(err error) (schema.ErrorClass, string) {
	handshake, connected, answering := a.trace.phase()
	var refusal *egress.Refusal
	var dns *net.DNSError
	switch {
	case errors.As(err, &refusal):
		return schema.ErrorBlockedAddress, refusal.Text
	case timedOut(err) && connected:
		return schema.ErrorTimeout, "No response before the " + limit(a.timeout)
	case errors.Is(err, errTimeout), timedOut(err) && !errors.As(err, &dns):
		return schema.ErrorTimeout, "No connection before the " + limit(a.timeout)
	case errors.As(err, &dns):
		return schema.ErrorDNS, lookup(dns)
	case handshake:
		return schema.ErrorTLS, certificate(err)
	case !connected:
		return schema.ErrorRefused, unreachable(err)
	case errors.Is(err, syscall.ECONNRESET):
		return schema.ErrorClosed, "The connection was reset without an answer"
	case answering && errors.Is(err, io.ErrUnexpectedEOF):
		return schema.ErrorClosed, "The connection ended in the middle of the answer’s headers"
	case answering:
		return schema.ErrorClosed, "What came back was not an HTTP/1.1 answer, or its headers were longer than 64 kB"
	}
	return schema.ErrorClosed, "The connection was closed without an answer"
}

// timedOut says that a time ran out, ours as a rule.
func timedOut(err error) bool {
	var slow net.Error
	return errors.Is(err, errTimeout) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &slow) && slow.Timeout()
}

// limit is "15 s limit".
func limit(d time.Duration) string {
	return fmt.Sprintf("%v s limit", d.Round(time.Millisecond).Seconds())
}

// short says that this machine lacks something: descriptors, memory, ports.
func short(err error) bool {
	for _, lack := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOBUFS} {
		if errors.Is(err, lack) {
			return true
		}
	}
	// Out of ports. Over IPv6 it is what a machine without IPv6 says of every address.
	var op *net.OpError
	return errors.Is(err, syscall.EADDRNOTAVAIL) && errors.As(err, &op) && op.Addr != nil && !strings.HasPrefix(op.Addr.String(), "[")
}

func lookup(err *net.DNSError) string {
	if err.IsNotFound {
		return "No address was found for " + printable(err.Name)
	}
	return "The address of " + printable(err.Name) + " could not be looked up"
}

func unreachable(err error) string {
	to := ""
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		to = " to " + op.Addr.String()
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The connection" + to + " was refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return "There is no way" + to + " from here"
	}
	return "The connection" + to + " could not be made"
}

// certificate says what is wrong with a TLS handshake.
func certificate(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		op      *net.OpError
	)
	switch {
	case errors.As(err, &name):
		return "The certificate is not for " + printable(name.Host)
	case errors.As(err, &unknown):
		return "The certificate comes from an authority that is not trusted, or an intermediate certificate is missing"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		return validity(invalid.Cert)
	case errors.As(err, &invalid):
		return "The certificate is not valid for a web server"
	case errors.As(err, &record):
		return "The server did not speak TLS on this port"
	case errors.As(err, &op) && op.Op == "remote error":
		return "The server refused the TLS handshake; TLS 1.2 or later is needed, and a certificate for the URL’s host"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return "The connection ended during the TLS handshake"
	}
	return "The TLS handshake failed; TLS 1.2 or later is needed"
}

func validity(c *x509.Certificate) string {
	if time.Now().Before(c.NotBefore) {
		return "The certificate is not valid before " + c.NotBefore.UTC().Format("2 January 2006")
	}
	return "The certificate expired on " + c.NotAfter.UTC().Format("2 January 2006")
}
