// Package egress is how the product calls addresses that its customers chose:
// never into private networks, however the address is spelt.
//
// What decides is [Guard.Transport]: it looks at the address a socket is about to
// be connected to, after names were resolved, so a name that leads elsewhere the
// next time gains nothing. [Guard.Check] only says it earlier and in a form.
package egress

import (
	"cmp"
	"crypto/x509"
	"net"
	"net/netip"

	"code.dny.dev/ssrf"
)

// Guard lets calls out to public addresses only, and to what the operator allows.
type Guard struct {
	allow    []netip.Prefix
	public   *ssrf.Guardian
	resolver *net.Resolver  // nil is the system's
	roots    *x509.CertPool // nil are the system's
}

// New makes a guard. allow are networks that may be called although they are
// private, over http too.
//
// A prefix allows exactly what it names, with one thing to know: Go connects to an
// IPv4-mapped address (::ffff:10.0.0.7) as to the IPv4 address in it, so both are
// judged by the IPv4 prefix, and a prefix within ::ffff:0:0/96 allows nothing.
// NAT64 and 6to4 forms of an allowed address stay refused.
func New(allow ...netip.Prefix) *Guard {
	options := []ssrf.Option{ssrf.WithAnyPort(), ssrf.WithDeniedV4Prefixes(alsoDenied...)}
	var v4, v6 []netip.Prefix
	for _, p := range allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	options = append(options, ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return &Guard{allow: allow, public: ssrf.New(options...)}
}

// Resolving returns a guard like g that asks that resolver for addresses.
func (g *Guard) Resolving(with *net.Resolver) *Guard {
	like := *g
	like.resolver = with
	return &like
}

// Trusting returns a guard like g whose calls trust these certificate authorities
// instead of the system's.
func (g *Guard) Trusting(roots *x509.CertPool) *Guard {
	like := *g
	like.roots = roots
	return &like
}

// allowed says that the operator named the address.
func (g *Guard) allowed(a netip.Addr) bool {
	for _, p := range g.allow {
		if p.Contains(a) { // false for one with a zone
			return true
		}
	}
	return false
}

// judge is nil when the address may be called; plain says over http. name is what
// led to it, empty when the address itself was named.
func (g *Guard) judge(a netip.Addr, plain bool, name string) *Refusal {
	if a = a.Unmap(); g.allowed(a) {
		return nil
	}
	if g.public.SafeAddr(a) != nil {
		text := a.String() + " is "
		if name != "" {
			text = name + " leads to " + a.String() + ", "
		}
		return &Refusal{Address: a, Text: text + kindOf(a) + ", which can’t be reached from here. Use one that is public on the internet."}
	}
	if plain {
		return &Refusal{Address: a, Text: cmp.Or(name, a.String()) + " can be called over https only. Make the URL start with https://."}
	}
	return nil
}

// Refusal is an address that is not called, with the reason as a sentence.
type Refusal struct {
	Text    string
	Address netip.Addr // the one that was refused; not valid when the URL itself was
}

func (r *Refusal) Error() string { return r.Text }
