package receiver_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"anteroom/internal/receiver"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func newReceiver(t *testing.T, o receiver.Options) *receiver.Server {
	t.Helper()
	s := receiver.New(o)
	t.Cleanup(s.Close)
	return s
}

func post(t *testing.T, url, id string, headers ...string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("webhook-id", id)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

func TestAReceiverCountsEachIDUnderItsPath(t *testing.T) {
	t.Parallel()
	s := newReceiver(t, receiver.Options{})
	s.On("/bad", receiver.Always(receiver.Status(500)))
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			if _, err := post(t, s.URL("/good"), fmt.Sprint("evt_", i%100)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, err := post(t, s.URL("/bad"), "evt_x"); err != nil {
		t.Fatal(err)
	}
	if seen := s.Seen("/good"); len(seen) != 100 || seen["evt_7"] != 3 || s.Took("/good")["evt_7"] != 3 || s.Requests("/good") != 300 {
		t.Errorf("%d IDs, evt_7 %d times, of 300 requests %d", len(seen), seen["evt_7"], s.Requests("/good"))
	}
	if s.Seen("/bad")["evt_x"] != 1 || len(s.Took("/bad")) != 0 {
		t.Errorf("a 500 was seen %v and taken %v", s.Seen("/bad"), s.Took("/bad"))
	}
}

func TestAReceiverNotesWhatIsNotSigned(t *testing.T) {
	t.Parallel()
	s := newReceiver(t, receiver.Options{})
	if err := s.Sign("/", secret); err != nil {
		t.Fatal(err)
	}
	w, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	good, err := w.Sign("evt_1", now, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, signature := range []string{good, "v1,bm90IHRoaXM="} {
		if _, err := post(t, s.URL("/"), "evt_1", "webhook-timestamp", fmt.Sprint(now.Unix()), "webhook-signature", signature); err != nil {
			t.Fatal(err)
		}
	}
	if s.Unverified("/") != 1 || s.Requests("/") != 2 {
		t.Errorf("%d of %d requests unverified, want 1 of 2", s.Unverified("/"), s.Requests("/"))
	}
}

func TestTheFaultsAreDrawnAlikeForTheSameSeed(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64) (out string) {
		s := newReceiver(t, receiver.Options{Seed: seed})
		s.On("/", receiver.Chance{Act: receiver.OK, Weight: 1}, receiver.Chance{Act: receiver.Status(500), Weight: 1})
		for range 40 {
			resp, err := post(t, s.URL("/"), "evt_1")
			if err != nil {
				t.Fatal(err)
			}
			out += resp.Status[:1]
		}
		return out
	}
	a, b, c := draw(1), draw(1), draw(2)
	if a != b || a == c || strings.Trim(a, "2") == "" || strings.Trim(a, "5") == "" {
		t.Errorf("seed 1 drew %s and %s, seed 2 %s", a, b, c)
	}
}

func TestEachFaultIsWhatItSays(t *testing.T) {
	t.Parallel()
	s := newReceiver(t, receiver.Options{})
	for path, act := range map[string]receiver.Act{"/reset": receiver.Reset, "/close": receiver.Close, "/break": receiver.BreakOff,
		"/bomb": receiver.GzipBomb, "/redirect": receiver.Redirect("http://127.0.0.1:1/"), "/later": receiver.RetryAfter(429, "7")} {
		s.On(path, receiver.Always(act))
	}
	if _, err := post(t, s.URL("/reset"), "evt_1"); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a reset: %v", err)
	}
	if _, err := post(t, s.URL("/close"), "evt_1"); !errors.Is(err, io.EOF) {
		t.Errorf("a close: %v", err)
	}
	if resp, err := post(t, s.URL("/redirect"), "evt_1"); err != nil || resp.StatusCode != 307 {
		t.Errorf("a redirect: %v, %v", resp, err)
	}
	if resp, err := post(t, s.URL("/later"), "evt_1"); err != nil || resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "7" {
		t.Errorf("a 429: %v, %v", resp, err)
	}
	if resp, err := post(t, s.URL("/break"), "evt_1"); err != nil {
		t.Error(err)
	} else if _, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a body that breaks off: %v", err)
	}
	resp, err := post(t, s.URL("/bomb"), "evt_1", "Accept-Encoding", "gzip")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(z, 20<<20)); n != 20<<20 {
		t.Errorf("a bomb held %d bytes: %v", n, err)
	}
}

func TestClosingAReceiverEndsWhatHangs(t *testing.T) {
	t.Parallel()
	s := receiver.New(receiver.Options{})
	s.On("/", receiver.Always(receiver.Hang))
	done := make(chan error, 1)
	go func() {
		_, err := post(t, s.URL("/"), "evt_1")
		done <- err
	}()
	for s.Requests("/") == 0 {
		time.Sleep(time.Millisecond)
	}
	s.Close()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a request that hung was answered")
		}
	case <-time.After(5 * time.Second):
		t.Error("the receiver closed and the request hangs on")
	}
}
