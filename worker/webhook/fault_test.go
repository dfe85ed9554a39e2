package webhook_test

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"anteroom/internal/egress"
	"anteroom/internal/egress/egresstest"
	"anteroom/internal/receiver"
	"anteroom/schema"
	"anteroom/worker/webhook"
)

// raw answers with bytes as they are and hangs up.
func raw(answer string) receiver.Act {
	return func(w http.ResponseWriter, _ *http.Request) {
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			io.WriteString(c, answer)
			c.Close()
		}
	}
}

func TestAnAttemptWithoutAnAnswerMayHaveArrived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		act   receiver.Act
		class schema.ErrorClass
		text  string
	}{
		"hangs":          {receiver.Hang, schema.ErrorTimeout, "No response before the 0.3 s limit"},
		"resets":         {receiver.Reset, schema.ErrorClosed, "The connection was reset without an answer"},
		"closes":         {receiver.Close, schema.ErrorClosed, "The connection was closed without an answer"},
		"no HTTP":        {raw("hello\r\n\r\n"), schema.ErrorClosed, "What came back was not an HTTP/1.1 answer, or its headers were longer than 64 kB"},
		"half a header":  {raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"), schema.ErrorClosed, "The connection ended in the middle of the answer’s headers"},
		"endless header": {raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 80<<10)), schema.ErrorClosed, "What came back was not an HTTP/1.1 answer, or its headers were longer than 64 kB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, to := sends(t, 300*time.Millisecond, c.act)
			if r.Class != c.class || r.Text != c.text || !r.Ambiguous || r.Ours || r.StatusCode != 0 || r.Address == "" {
				t.Errorf("%+v", r)
			}
			if n := to.Requests("/hooks"); n != 1 {
				t.Errorf("%d requests over a new connection", n)
			}
		})
	}
}

func TestWhatNeverConnectedDidNotArrive(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	to := closed.Addr().String()
	for _, c := range []struct {
		url   string
		class schema.ErrorClass
		text  string
	}{
		{"http://" + to + "/", schema.ErrorRefused, "The connection to " + to + " was refused"},
		{"https://nowhere.example.com/", schema.ErrorDNS, "No address was found for nowhere.example.com"},
		{"https://10.0.0.7/", schema.ErrorBlockedAddress, "10.0.0.7 is a private address, which can’t be reached from here. Use one that is public on the internet."},
		{"https://inside.example.com/", schema.ErrorBlockedAddress, "10.0.0.7 is a private address, which can’t be reached from here. Use one that is public on the internet."},
		{"http://8.8.8.8/", schema.ErrorBlockedAddress, "8.8.8.8 can be called over https only. Make the URL start with https://."},
		{"http://public.example.com/", schema.ErrorBlockedAddress, "8.8.8.8 can be called over https only. Make the URL start with https://."},
		{"https://a:b@crm.example.com/", schema.ErrorBlockedAddress, "Leave out the user name and the password. Requests are signed instead."},
		{"::", schema.ErrorBlockedAddress, "The endpoint’s URL can’t be read. Edit the endpoint."},
	} {
		g := egress.New(loopback...).Resolving(egresstest.Names(map[string]string{"inside.example.com": "10.0.0.7", "public.example.com": "8.8.8.8"}))
		r := webhook.New(g, 2*time.Second).Send(t.Context(), request(c.url))
		if r.Class != c.class || r.Text != c.text || r.Ambiguous || r.Ours || r.Address != "" || r.URL != c.url {
			t.Errorf("%s: %+v", c.url, r)
		}
	}
}

func TestAConnectionThatIsNeverTakenTimesOut(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes the connection, and never says a word of TLS
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	r := newSender(t, 200*time.Millisecond).Send(t.Context(), request("https://"+l.Addr().String()+"/"))
	if r.Class != schema.ErrorTimeout || r.Text != "No connection before the 0.2 s limit" || r.Ambiguous || r.Total > 2*time.Second {
		t.Errorf("%+v", r)
	}
}

func TestANameServerThatIsSilentIsATimeOut(t *testing.T) {
	t.Parallel()
	silent := egresstest.Resolver(func(string, int) []netip.Addr { time.Sleep(500 * time.Millisecond); return nil })
	s := webhook.New(egress.New().Resolving(silent), 100*time.Millisecond)
	r := s.Send(t.Context(), request("https://crm.example.com/"))
	if r.Class != schema.ErrorTimeout || r.Ambiguous || r.Total > 400*time.Millisecond {
		t.Errorf("%+v", r)
	}
}

func TestAnswersHeadersAreBounded(t *testing.T) {
	t.Parallel()
	r, _ := sends(t, time.Second, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 80 {
			w.Header().Add("X-"+strings.Repeat("a", i+1), strings.Repeat("<", 700)+"\xff")
		}
		w.Header().Add("A-Long", strings.Repeat("ü", 900))
		w.Header()["A-Pair"] = []string{"one", "two"}
	})
	if !r.OK() || len(r.Response) > 50 || len(r.Response) < 5 || r.Response["A-Pair"] != "one, two" {
		t.Fatalf("%d headers, %+v", len(r.Response), r.Text)
	}
	if n := len(r.Response["A-Long"]); n > 1<<10 || n < 1000 {
		t.Errorf("a value of %d bytes", n)
	}
	if n := len(asJSON(t, r.Response)); n > 64<<10-1 {
		t.Errorf("%d bytes do not fit the log's column", n)
	}
}
