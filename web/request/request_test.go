package request

import (
	"net/netip"
	"testing"
)

func TestTheClientIsTheRightmostAddressThatIsNotOneOfOurProxies(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name, peer string
		hops       []string
		want       string
	}{
		{"a stranger's header is ignored", "203.0.113.9", []string{"1.1.1.1"}, "203.0.113.9"},
		{"one proxy", "10.0.0.1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"what the client made up stands left", "10.0.0.1", []string{"1.1.1.1", " 203.0.113.9"}, "203.0.113.9"},
		{"two proxies", "10.0.0.1", []string{"1.1.1.1", "203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		{"only proxies", "10.0.0.1", []string{"10.0.0.3", "10.0.0.2"}, "10.0.0.3"},
		{"no header", "10.0.0.1", nil, "10.0.0.1"},
		{"rubbish ends the walk", "10.0.0.1", []string{"203.0.113.9", "unknown"}, "10.0.0.1"},
		{"with a port", "10.0.0.1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"IPv6", "fd00::1", []string{"[2001:db8::5]:4711"}, "2001:db8::5"},
		{"IPv4 in IPv6", "10.0.0.1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
	} {
		if got := clientAddress(netip.MustParseAddr(c.peer), c.hops, trusted); got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
