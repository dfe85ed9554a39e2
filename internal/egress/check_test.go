package egress_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"anteroom/internal/egress"
	"anteroom/internal/egress/egresstest"
)

var names = egresstest.Names(map[string]string{
	"crm.example.com":          "93.184.215.14 2606:2800:21f:cb07::1",
	"inside.example.com":       "10.20.4.12",
	"both.example.com":         "93.184.215.14 127.0.0.1",
	"six.example.com":          "fd00:ec2::254",
	"mapped.example.com":       "::ffff:192.168.1.1",
	"xn--bcher-kva.example":    "169.254.169.254",
	"intranet.example.com":     "10.1.2.3",
	"half-allowed.example.com": "10.1.2.3 10.2.2.3",
	"my_crm.example.com":       "93.184.215.14",
})

func TestTheFormSaysWhyAURLIsRefused(t *testing.T) {
	t.Parallel()
	g := egress.New().Resolving(names)
	for raw, want := range map[string]string{
		"":                                  "Enter a URL.",
		"crm.example.com/hooks":             "starts with https://",
		"ftp://crm.example.com/":            "starts with https://",
		"javascript:alert(1)":               "starts with https://",
		"http://crm.example.com/":           "Only https is used here",
		"https://":                          "has no host",
		"https:///hooks":                    "has no host",
		"https://:443/":                     "has no host",
		"https:crm.example.com":             "has no host",
		"https://user:pw@crm.example.com/":  "Leave out the user name",
		"https://@crm.example.com/":         "Leave out the user name",
		"https://crm.example.com/#top":      "from # on",
		"https://crm.example.com/#":         "from # on",
		"https://crm.example.com:0/":        "from 1 to 65535",
		"https://crm.example.com:65536/":    "from 1 to 65535",
		"https://crm.example.com:https/":    "can’t be read",
		"https://crm example.com/":          "can’t be read",
		"https://crm.example.com/\x00":      "can’t be read",
		"https://crm.example.com/\xff":      "can’t be read",
		"https://127.0.0.%31/":              "can’t be read",
		"https://a..b/":                     "not valid",
		"https://./":                        "not valid",
		"https://☃\u200b/":                  "",
		"https://a$b.example.com/":          "not valid",
		"https://10.20.4.12/":               "10.20.4.12 is a private address, which can’t be reached from here. Use one that is public on the internet.",
		"https://[::1]:8443/":               "::1 is a loopback address",
		"https://[fe80::1%25eth0]/":         "link-local",
		"https://[::ffff:169.254.169.254]/": "169.254.169.254 is a cloud’s metadata address",
		"https://[64:ff9b::7f00:1]/":        "NAT64",
		"https://[2002:7f00:1::]/":          "6to4",
		"https://224.0.0.1/":                "multicast",
		"https://203.0.113.9/":              "documentation",
		"https://inside.example.com/hooks":  "inside.example.com leads to 10.20.4.12, a private address, which can’t be reached from here.",
		"https://both.example.com/":         "leads to 127.0.0.1, a loopback address",
		"https://six.example.com/":          "metadata",
		"https://mapped.example.com/":       "leads to 192.168.1.1, a private address",
		"https://Bücher.example/":           "xn--bcher-kva.example leads to 169.254.169.254",
		"https://crm.localhost/":            "loopback",
		"https://2130706433/":               "four numbers",
		"https://0x7f.0.0.1/":               "four numbers",
		"https://0177.0.0.1/":               "four numbers",
		"https://127.1/":                    "four numbers",
		"https://１２７.0.0.1/":                "loopback",
		"https://127.0.0.1./":               "loopback",

		"https://crm.example.com/hooks?key=1":        "",
		"https://CRM.example.com:8443/a%20b":         "",
		"https://my_crm.example.com/":                "",
		"https://8.8.8.8/":                           "",
		"https://[2606:4700::1111]:8443/":            "",
		"https://not-there-yet.example.com/":         "",
		"https://" + strings.Repeat("a.", 126) + "b": "",
	} {
		checks(t, g, raw, want)
	}
}

// checks holds a refusal's words; empty is none.
func checks(t *testing.T, g *egress.Guard, raw, want string) {
	t.Helper()
	err := g.Check(t.Context(), raw)
	var refusal *egress.Refusal
	switch {
	case want == "" && err != nil, want != "" && err == nil:
		t.Errorf("%q: %v, want %q", raw, err, want)
	case err != nil && (!errors.As(err, &refusal) || !strings.Contains(refusal.Text, want)):
		t.Errorf("%q: %v, want %q", raw, err, want)
	}
}

func TestALongURLIsRefused(t *testing.T) {
	t.Parallel()
	g := egress.New().Resolving(names)
	long := "https://crm.example.com/" + strings.Repeat("x", egress.MaxURL-len("https://crm.example.com/"))
	checks(t, g, long, "")
	checks(t, g, long+"x", "2000 at most")
}

func TestPlainHTTPIsForAllowedNetworksAlone(t *testing.T) {
	t.Parallel()
	g := egress.New(netip.MustParsePrefix("10.1.0.0/16")).Resolving(names)
	for raw, want := range map[string]string{
		"http://10.1.0.9/":                 "",
		"http://[::ffff:10.1.0.9]/":        "",
		"http://intranet.example.com/":     "",
		"https://intranet.example.com/":    "",
		"http://8.8.8.8/":                  "over https only",
		"http://crm.example.com/":          "crm.example.com can be called over https only",
		"http://half-allowed.example.com/": "10.2.2.3, a private address",
		"http://not-there.example.com/":    "has no address yet",
	} {
		checks(t, g, raw, want)
	}
}

func TestANameServerThatIsSlowHoldsUpTheFormForTwoSecondsAtMost(t *testing.T) {
	t.Parallel()
	silent := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	began := time.Now()
	checks(t, egress.New().Resolving(silent), "https://crm.example.com/", "")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
}
