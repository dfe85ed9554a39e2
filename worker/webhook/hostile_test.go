package webhook_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"anteroom/internal/egress"
	"anteroom/internal/egress/egresstest"
	"anteroom/internal/receiver"
	"anteroom/schema"
	"anteroom/worker/webhook"
)

// hosts lead to this machine, or into networks that are none of a customer's
// business. "…" marks those that reach a listener once loopback is allowed.
var hosts = strings.Fields(`
	127.0.0.1… 127.0.0.2… 127.1.2.3… 127.255.255.254… 127.0.0.1. 127.1 127.0.1 0 0.0.0.0 0.0.0.1 0x7f000001 0x7F.0x0.0x0.0x1 0x7f.1
	2130706433 017700000001 0177.0.0.1 0177.1 127.0.0.01 00000177.0.0.1 127.00000.0.1 4294967295
	１２７.0.0.1… ①②⑦.⓪.⓪.① 127。0。0。1… 127｡0.0.1…
	[::1]… [0:0:0:0:0:0:0:1]… [::0001]… [::] [::%25lo] [::1%25lo] [::ffff:127.0.0.1]… [::ffff:7f00:1]… [0:0:0:0:0:ffff:127.0.0.1]… [::127.0.0.1] [::7f00:1]
	[64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:1::1] [2001:0:7f00:1::80ff:fffe] [::ffff:0:127.0.0.1]
	[fe80::1] [fe80::1%25eth0] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [ff02::1] [ff01::1] [100::1] [2001:db8::1] [3fff::1] [5f00::1]
	169.254.169.254 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] 2852039166 0xa9fea9fe 169.254.170.2 168.63.129.16 100.100.100.200 192.0.0.192
	10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 100.127.255.255 192.0.0.1 198.18.0.1 192.88.99.1 203.0.113.1
	224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
	localhost… LOCALHOST… localhost.… a.localhost… loop.example.com… loop6.example.com… mapped.example.com… zero.example.com nat64.example.com
	6to4.example.com private.example.com metadata.example.com both.example.com… rebinding.example.com… unknown.example.com`)

// hostileNames answers for the names above. The rebinding one shows a public
// address to whoever looks first.
func hostileNames(name string, n int) []netip.Addr {
	fixed := map[string]string{
		"localhost": "127.0.0.1", "a.localhost": "::1", "loop.example.com": "127.0.0.1", "loop6.example.com": "::1",
		"mapped.example.com": "::ffff:127.0.0.1", "zero.example.com": "0.0.0.0", "nat64.example.com": "64:ff9b::7f00:1",
		"6to4.example.com": "2002:7f00:1::1", "private.example.com": "10.0.0.7", "metadata.example.com": "169.254.169.254",
		"both.example.com": "127.0.0.1 ::1", "rebinding.example.com": "127.0.0.1",
	}
	if name == "rebinding.example.com" && n == 0 {
		return []netip.Addr{netip.MustParseAddr("93.184.215.14")}
	}
	var out []netip.Addr
	for s := range strings.FieldsSeq(fixed[strings.ToLower(name)]) {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

// canary counts who connects to a port on every address of this machine, IPv4 and
// IPv6, and hangs up.
type canary struct {
	port string
	hits atomic.Int64
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{}
	v4, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	_, c.port, _ = net.SplitHostPort(v4.Addr().String())
	v6, err := net.Listen("tcp6", "[::]:"+c.port)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []net.Listener{v4, v6} {
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				c.hits.Add(1)
				conn.Close()
			}
		}()
	}
	return c
}

// urls are a host's, over both schemes; reaches says that loopback is enough.
func (c *canary) urls(host string) (urls []string, reaches bool) {
	host, reaches = strings.CutSuffix(host, "…")
	for _, scheme := range []string{"https", "http"} {
		urls = append(urls, fmt.Sprintf("%s://%s:%s/hooks", scheme, host, c.port))
	}
	return urls, reaches
}

// tries checks a URL and then sends to it, with a guard of its own, so that the
// check is the first to ask for the name.
func tries(t *testing.T, u string, allow ...netip.Prefix) (r schema.AttemptResult, refused error) {
	t.Helper()
	g := egress.New(allow...).Resolving(egresstest.Resolver(hostileNames))
	refused = g.Check(t.Context(), u)
	return webhook.New(g, 2*time.Second).Send(t.Context(), request(u)), refused
}

func TestHostileURLsReachNoListener(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	// With nothing allowed, and with a network that is no way in.
	for _, allow := range [][]netip.Prefix{nil, {netip.MustParsePrefix("10.99.0.0/16")}} {
		for _, host := range hosts {
			urls, _ := c.urls(host)
			for _, u := range urls {
				r, refused := tries(t, u, allow...)
				if unknowable := strings.HasPrefix(u, "https://rebinding.") || strings.HasPrefix(u, "https://unknown."); (refused == nil) != unknowable {
					t.Errorf("the form about %s: %v", u, refused)
				}
				if r.OK() || r.Ours || r.Ambiguous || r.Address != "" || r.StatusCode != 0 {
					t.Errorf("%s: %+v", u, r)
				}
				if r.Class != schema.ErrorBlockedAddress && !(r.Class == schema.ErrorDNS && strings.Contains(u, "//unknown.")) {
					t.Errorf("%s: %s, %s", u, r.Class, r.Text)
				}
			}
		}
	}
	if n := c.hits.Load(); n != 0 {
		t.Errorf("%d connections came through", n)
	}
}

func TestTheSameURLsReachAListenerThatIsAllowed(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	count := 0
	for _, host := range hosts {
		urls, reaches := c.urls(host)
		if !reaches {
			continue
		}
		for _, u := range urls {
			before := c.hits.Load()
			if r, _ := tries(t, u, loopback...); r.Class == schema.ErrorBlockedAddress || c.hits.Load() == before {
				t.Errorf("%s: %s, %s", u, r.Class, r.Text)
			}
			count++
		}
	}
	if count < 40 {
		t.Errorf("only %d URLs could have failed the other test", count)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	from := receiver.New(receiver.Options{})
	t.Cleanup(from.Close)
	s := webhook.New(egress.New(loopback...), time.Second) // so the guard is not what stops it
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		to := "http://" + host + ":" + c.port + "/\u202e" + strings.Repeat("ü", 600)
		from.On("/", receiver.Always(receiver.Redirect(to)))
		r := s.Send(t.Context(), request(from.URL("/")))
		if r.Class != schema.ErrorRedirect || r.StatusCode != 307 || !strings.Contains(r.Text, "it points to http://"+host) {
			t.Errorf("%s: %+v", to, r)
		}
		if len(r.Text) > 500 || !utf8.ValidString(r.Text) || strings.ContainsRune(r.Text, 0x202e) {
			t.Errorf("%d bytes: %q", len(r.Text), r.Text)
		}
	}
	if n := c.hits.Load(); n != 0 {
		t.Errorf("%d connections came through", n)
	}
}
