package egress

import (
	"net/netip"
	"strings"
	"testing"

	"code.dny.dev/ssrf"
)

// special are the first and the last address of every network that must never be
// called: the IANA special-purpose registries, multicast, and what is deprecated.
var special = []string{
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "168.63.129.16/32",
	"::/128", "::1/128", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
	"2001::/32", "2001:1::/32", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28",
	"2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
}

func TestNoSpecialAddressPasses(t *testing.T) {
	t.Parallel()
	g := New()
	for _, s := range special {
		p := netip.MustParsePrefix(s)
		for _, a := range []netip.Addr{p.Addr(), last(p)} {
			if g.judge(a, false, "") == nil {
				t.Errorf("%v of %v passes", a, p)
			}
		}
	}
	for _, k := range kinds {
		for _, p := range k.prefixes {
			if r := g.judge(last(p), false, ""); r == nil || !strings.Contains(r.Text, " is a") && !strings.Contains(r.Text, " is the") {
				t.Errorf("%v: %v", p, r)
			}
		}
	}
}

// last is the last address of a network.
func last(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func TestWhatTheLibraryMissesIsDeniedHere(t *testing.T) {
	t.Parallel()
	library := ssrf.New(ssrf.WithAnyPort())
	for _, p := range alsoDenied {
		if library.SafeAddr(p.Addr()) != nil {
			t.Errorf("the library refuses %v by now: take it out here", p)
		}
	}
}

func TestPublicAddressesPassOverHTTPSOnly(t *testing.T) {
	t.Parallel()
	g := New(netip.MustParsePrefix("10.0.0.0/8"))
	for _, s := range []string{"8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "198.20.0.1", "2606:4700::1111", "2a00:1450::8", "::ffff:8.8.8.8"} {
		a := netip.MustParseAddr(s)
		if r := g.judge(a, false, ""); r != nil {
			t.Errorf("%v is refused over https: %v", a, r)
		}
		if r := g.judge(a, true, ""); r == nil || !strings.Contains(r.Text, "over https only") {
			t.Errorf("%v over http: %v", a, r)
		}
	}
}

func TestAnAllowedNetworkIsExactlyWhatItNames(t *testing.T) {
	t.Parallel()
	g := New(netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00:1::/32"))
	for address, want := range map[string]bool{
		"10.1.0.0": true, "10.1.255.255": true, "::ffff:10.1.2.3": true, "fd00:1::7": true,
		"10.0.255.255": false, "10.2.0.0": false, "fd00:2::": false, "fd00:1::7%eth0": false,
		"64:ff9b::10.1.2.3": false, "2002:a01:203::": false, "::10.1.2.3": false, "127.0.0.1": false, "::1": false,
	} {
		for _, plain := range []bool{false, true} {
			if got := g.judge(netip.MustParseAddr(address), plain, "") == nil; got != want {
				t.Errorf("%s, http %v: passes %v, want %v", address, plain, got, want)
			}
		}
	}
}

func TestOnlyTCPIsDialled(t *testing.T) {
	t.Parallel()
	control := New().dialer(0, false).Control
	for network, address := range map[string]string{"udp4": "8.8.8.8:443", "tcp": "8.8.8.8:443", "unix": "/run/x", "tcp4": "8.8.8.8%eth0:443"} {
		if control(network, address, nil) == nil {
			t.Errorf("%s to %s passes", network, address)
		}
	}
	if err := control("tcp4", "8.8.8.8:22", nil); err != nil {
		t.Errorf("any port is fine: %v", err)
	}
}
