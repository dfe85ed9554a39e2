package egress

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// MaxURL is the longest URL that is taken, in bytes.
const MaxURL = 2000

// target is where a URL leads.
type target struct {
	plain   bool       // http
	host    string     // in ASCII; a name unless address is valid
	address netip.Addr // that the URL names
}

const example = "It looks like https://crm.example.com/hooks."

// read applies the rules that need no network.
func (g *Guard) read(raw string) (target, *Refusal) {
	if raw == "" {
		return refuse("Enter a URL. " + example)
	}
	if len(raw) > MaxURL {
		return refuse(fmt.Sprintf("This URL has %d characters. Use one with %d at most.", len(raw), MaxURL))
	}
	u, err := url.Parse(raw)
	if err != nil || !utf8.ValidString(raw) {
		return refuse("This can’t be read as a URL. " + example)
	}
	return g.readParsed(u, raw)
}

func (g *Guard) readParsed(u *url.URL, raw string) (target, *Refusal) {
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("A URL starts with https://. " + example)
	case u.Scheme == "http" && len(g.allow) == 0:
		return refuse("Only https is used here, so that nobody on the way can read along. Make the URL start with https://.")
	case u.User != nil:
		return refuse("Leave out the user name and the password. Requests are signed instead.")
	case u.Hostname() == "":
		return refuse("The URL has no host. " + example)
	case strings.Contains(raw, "#"):
		return refuse("Leave out the part from # on: it is never sent.")
	case !goodPort(u.Port()):
		return refuse("The port is a number from 1 to 65535.")
	}
	to := target{plain: u.Scheme == "http"}
	refusal := to.readHost(u.Hostname())
	return to, refusal
}

func refuse(text string) (target, *Refusal) { return target{}, &Refusal{Text: text} }

func goodPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// readHost takes a host as net/http will: mapped to ASCII first, so a full-width
// 127.0.0.1 is an address here too.
func (t *target) readHost(host string) *Refusal {
	if a, err := netip.ParseAddr(host); err == nil {
		t.address, t.host = a.Unmap(), host
		return nil
	}
	host = strings.TrimSuffix(host, ".")
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil { // it is strict about names that exist, my_host for one
		ascii = strings.ToLower(host)
	}
	if !plainName(ascii) {
		return &Refusal{Text: "This host name is not valid. " + example}
	}
	t.host = ascii
	if a, err := netip.ParseAddr(ascii); err == nil {
		t.address = a.Unmap()
		return nil
	}
	if numeric(ascii) {
		return &Refusal{Text: "Write the address as four numbers from 0 to 255, separated by dots."}
	}
	return nil
}

// plainName says that a host is made of what DNS names are made of in practice.
func plainName(host string) bool {
	for _, c := range []byte(host) {
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return host != "" && len(host) <= 253 && !strings.HasPrefix(host, ".") && !strings.Contains(host, "..")
}

// numeric says that a host's last part is a number, decimal, octal or hexadecimal
// (WHATWG URL, "ends in a number checker"): no name of the internet ends so, and
// some resolvers read 2130706433, 0x7f.1 and 0177.0.0.1 as 127.0.0.1.
func numeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if rest, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(rest, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}
