package egress

import "net/netip"

// alsoDenied is refused beyond what ssrf refuses. It follows the IANA registries
// of special addresses, and for IPv6 takes global unicast (2000::/3) alone for
// public, less the registry's exceptions: no mapped, compatible, NAT64, unique
// local or site-local address passes. This one is public by the registry, and
// answers on Azure's machines with their credentials.
var alsoDenied = []netip.Prefix{netip.MustParsePrefix("168.63.129.16/32")}

// kinds say what an address is that is refused; the first that fits. They decide
// nothing. From the IANA IPv4 and IPv6 Special-Purpose Address Registries, and the
// clouds' documentation for where they serve a machine's credentials.
var kinds = []struct {
	words    string
	prefixes []netip.Prefix
}{
	{"a cloud’s metadata address", prefixes("169.254.169.254/32", "169.254.170.2/32", "168.63.129.16/32", "100.100.100.200/32",
		"192.0.0.192/32", "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128")},
	{"the unspecified address", prefixes("0.0.0.0/32", "::/128")},
	{"a loopback address", prefixes("127.0.0.0/8", "::1/128")},
	{"a private address", prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10")},
	{"an address inside a carrier’s network", prefixes("100.64.0.0/10")},
	{"a link-local address", prefixes("169.254.0.0/16", "fe80::/10")},
	{"a multicast address", prefixes("224.0.0.0/4", "ff00::/8")},
	{"the broadcast address", prefixes("255.255.255.255/32")},
	{"a documentation address", prefixes("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")},
	{"an address for measurements", prefixes("198.18.0.0/15", "2001:2::/48")},
	{"a NAT64 address", prefixes("64:ff9b::/96", "64:ff9b:1::/48")},
	{"a 6to4 address", prefixes("2002::/16", "192.88.99.0/24")},
	{"a Teredo address", prefixes("2001::/32")},
	{"an IPv4-compatible address", prefixes("::/96")},
}

func kindOf(a netip.Addr) string {
	a = a.WithZone("")
	for _, k := range kinds {
		for _, p := range k.prefixes {
			if p.Contains(a) {
				return k.words
			}
		}
	}
	return "a reserved address"
}

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}
