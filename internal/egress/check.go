package egress

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"
)

// resolveWithin is how long Check waits for a name's addresses.
const resolveWithin = 2 * time.Second

// Check says, as far as can be known before a call, why a URL will not be called.
// It returns a *Refusal or nil. A name that can't be resolved now is let pass: its
// DNS may come later, and every call looks again.
func (g *Guard) Check(ctx context.Context, raw string) error {
	to, refusal := g.read(raw)
	if refusal != nil {
		return refusal
	}
	addresses, name := []netip.Addr{to.address}, ""
	if !to.address.IsValid() {
		addresses, name = g.resolve(ctx, to.host), to.host
	}
	for _, a := range addresses {
		if refusal = g.judge(a, to.plain, name); refusal != nil {
			return refusal
		}
	}
	if len(addresses) == 0 && to.plain {
		return &Refusal{Text: to.host + " has no address yet, so it can be called over https only. Make the URL start with https://."}
	}
	return nil
}

// resolve gives the addresses of a name, none when they can't be had in time.
func (g *Guard) resolve(ctx context.Context, host string) []netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, resolveWithin)
	defer cancel()
	r := g.resolver
	if r == nil {
		r = net.DefaultResolver
	}
	addresses, err := r.LookupNetIP(ctx, "ip", host)
	if err != nil && (host == "localhost" || strings.HasSuffix(host, ".localhost")) {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})} // RFC 6761, 6.3
	}
	return addresses
}
