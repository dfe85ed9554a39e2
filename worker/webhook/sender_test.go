package webhook_test

import (
	"bytes"
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"anteroom/internal/egress"
	"anteroom/internal/receiver"
	"anteroom/schema"
	"anteroom/worker/webhook"
)

var (
	loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	secret   = schema.NewEndpointSecret()
	body     = []byte(`{"type":"invitation.accepted","timestamp":"2026-11-23T11:12:23Z","data":{}}`)
)

const eventID = "evt_01KA7HQ2Z3V4W5X6Y7Z8A9B0C1"

func request(url string) webhook.Request {
	return webhook.Request{URL: url, EventID: eventID, Body: body, Secrets: []string{secret}, Attempt: 1}
}

// sends makes one attempt at a receiver whose path does that.
func sends(t *testing.T, timeout time.Duration, act receiver.Act) (schema.AttemptResult, *receiver.Server) {
	t.Helper()
	to := receiver.New(receiver.Options{})
	t.Cleanup(to.Close)
	to.On("/hooks", receiver.Always(act))
	return newSender(t, timeout).Send(t.Context(), request(to.URL("/hooks"))), to
}

func newSender(t *testing.T, timeout time.Duration) *webhook.Sender {
	t.Helper()
	s := webhook.New(egress.New(loopback...), timeout)
	t.Cleanup(s.Close)
	return s
}

func TestAnAttemptIsSignedByEachSecret(t *testing.T) {
	t.Parallel()
	arrived := make(chan receiver.Arrival, 1)
	to := receiver.New(receiver.Options{Arrived: func(a receiver.Arrival) { arrived <- a }})
	t.Cleanup(to.Close)
	old := schema.NewEndpointSecret()
	r := request(to.URL("/hooks?key=1"))
	r.Secrets, r.Attempt = []string{secret, old}, 3
	result := newSender(t, time.Second).Send(t.Context(), r)
	if !result.OK() || result.StatusCode != 200 || result.Text != "" || string(result.Body) != `{"ok":true}` || result.Cut {
		t.Fatalf("%+v", result)
	}
	a := <-arrived
	for _, s := range r.Secrets {
		w, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(a.Body, a.Header); err != nil {
			t.Error(err)
		}
	}
	if n := strings.Count(a.Header.Get("webhook-signature"), "v1,"); n != 2 || !bytes.Equal(a.Body, body) {
		t.Errorf("%d signatures, body %s", n, a.Body)
	}
	stamp, err := strconv.ParseInt(a.Header.Get("webhook-timestamp"), 10, 64)
	if off := time.Since(time.Unix(stamp, 0)); err != nil || off < 0 || off > 5*time.Second {
		t.Errorf("the timestamp is %v off: %v", off, err)
	}
	for name, want := range map[string]string{"webhook-id": eventID, "Content-Type": "application/json", "User-Agent": "Anteroom-Webhooks/1",
		"Accept-Encoding": "gzip", "Content-Length": strconv.Itoa(len(body)), "anteroom-attempt": "3"} {
		if got := a.Header.Get(name); got != want || result.Request[name] != want {
			t.Errorf("%s: sent %q, logged %q, want %q", name, got, result.Request[name], want)
		}
	}
	if len(a.Header) != len(result.Request)-1 { // net/http takes Host out
		t.Errorf("sent %v, logged %v", a.Header, result.Request)
	}
}

func TestWhatCantBeSignedIsAFaultOfOurs(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{nil, {""}, {"whsec_"}, {"whsec_###"}, {secret, "whsec_###"}} {
		r := request("http://127.0.0.1:1/")
		r.Secrets = secrets
		if result := newSender(t, time.Second).Send(t.Context(), r); !result.Ours || result.Class != "" || strings.Contains(result.Text, "#") {
			t.Errorf("%v: %+v", secrets, result)
		}
	}
}

func TestOnly2xxSucceeds(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		class schema.ErrorClass
		text  string
	}{
		200: {"", ""}, 201: {"", ""}, 204: {"", ""}, 299: {"", ""},
		300: {schema.ErrorRedirect, "300 Multiple Choices"}, 304: {schema.ErrorRedirect, "304 Not Modified"},
		400: {schema.ErrorStatus, "400 Bad Request"}, 410: {schema.ErrorStatus, "410 Gone"}, 500: {schema.ErrorStatus, "500 Internal Server Error"},
		599: {schema.ErrorStatus, "599"}, 999: {schema.ErrorStatus, "999"},
	} {
		r, _ := sends(t, time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if r.StatusCode != status || r.Class != want.class || r.Text != want.text || r.Gone() != (status == 410) || r.Ambiguous || r.Ours {
			t.Errorf("%d: %+v", status, r)
		}
	}
}

func TestASwitchOfProtocolsEndsTheAttempt(t *testing.T) {
	t.Parallel()
	began := time.Now()
	r, _ := sends(t, 10*time.Second, func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			defer c.Close()
			c.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"))
			<-time.After(3 * time.Second)
		}
	})
	if r.StatusCode != 101 || r.Class != schema.ErrorStatus || time.Since(began) > 2*time.Second {
		t.Errorf("%v: %+v", time.Since(began), r)
	}
}

func TestAShutdownIsChargedToUs(t *testing.T) {
	t.Parallel()
	for _, act := range []receiver.Act{receiver.Hang, receiver.SlowBody(time.Millisecond)} {
		to := receiver.New(receiver.Options{})
		t.Cleanup(to.Close)
		to.On("/", receiver.Always(act))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		r := newSender(t, 10*time.Second).Send(ctx, request(to.URL("/")))
		if !r.Ours || r.Class != "" || r.Total > 5*time.Second {
			t.Errorf("%+v", r)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := newSender(t, time.Second).Send(ctx, request("http://127.0.0.1:1/")); !r.Ours {
		t.Errorf("%+v", r)
	}
}

func TestTheTimesOfAnAttemptAreSplit(t *testing.T) {
	t.Parallel()
	to := receiver.New(receiver.Options{})
	t.Cleanup(to.Close)
	to.On("/", receiver.Always(receiver.After(80*time.Millisecond, receiver.OK)))
	s := newSender(t, 2*time.Second)
	url := strings.Replace(to.URL("/"), "127.0.0.1", "localhost", 1)
	r := s.Send(t.Context(), request(url))
	if r.DNS <= 0 || r.Connect <= 0 || r.TLS != 0 || r.FirstByte < 70*time.Millisecond || r.Total < r.DNS+r.Connect+r.FirstByte {
		t.Errorf("%+v", r)
	}
	again := s.Send(t.Context(), request(url))
	if again.DNS != 0 || again.Connect != 0 || again.FirstByte < 70*time.Millisecond || to.Accepted() != 1 {
		t.Errorf("over %d connections: %+v", to.Accepted(), again)
	}
	if want := strings.TrimPrefix(to.URL(""), "http://"); r.Address != want || again.Address != want {
		t.Errorf("connected to %q and %q, want %q", r.Address, again.Address, want)
	}
}
