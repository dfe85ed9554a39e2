package request

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

type addressKey struct{}

// Locate works out the client's address, once: the peer's own, unless the peer
// is one of our proxies.
func Locate(c *fiber.Ctx, trusted []netip.Prefix) {
	peer, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	var hops []string
	for _, h := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(h), ",")...)
	}
	c.Locals(addressKey{}, clientAddress(peer.Unmap(), hops, trusted))
}

// Address is the client's address.
func Address(c *fiber.Ctx) netip.Addr {
	a, _ := c.Locals(addressKey{}).(netip.Addr)
	return a
}

// clientAddress walks X-Forwarded-For from the right, where our own proxies
// wrote, to the first address that is not one of them. What stands left of it
// the client may have made up.
func clientAddress(peer netip.Addr, hops []string, trusted []netip.Prefix) netip.Addr {
	at := peer
	for i := len(hops) - 1; i >= 0 && contains(trusted, at); i-- {
		next, ok := parseHop(hops[i])
		if !ok {
			break
		}
		at = next
	}
	return at
}

func contains(trusted []netip.Prefix, a netip.Addr) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// parseHop reads an address with or without a port.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().WithZone(""), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}
