package webhook_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"anteroom/internal/receiver"
	"anteroom/schema"
)

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// answers sends a body as that encoding.
func answers(status int, encoding, body string) receiver.Act {
	return func(w http.ResponseWriter, _ *http.Request) {
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestTheFirst16KilobytesOfABodyAreKept(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("0123456789abcdef", schema.MaxResponseBody/16)
	broken := zipped(t, full+full)
	for name, c := range map[string]struct {
		act  receiver.Act
		want string
		cut  bool
	}{
		"short":              {answers(200, "", "ok"), "ok", false},
		"just fits":          {answers(200, "", full), full, false},
		"one more":           {answers(200, "", full+"x"), full, true},
		"zipped":             {answers(200, "GZIP", zipped(t, "ok")), "ok", false},
		"zipped, fits":       {answers(200, "gzip", zipped(t, full)), full, false},
		"zipped, one more":   {answers(200, "gzip", zipped(t, full+"x")), full, true},
		"not zipped at all":  {answers(200, "gzip", "plain"), "plain", false},
		"empty, as gzip":     {answers(200, "gzip", ""), "", false},
		"zipped and cut off": {answers(200, "gzip", broken[:40]), broken[:40], false},
		"not zipped, long":   {answers(200, "gzip", full+full), full, true},
		"other encoding":     {answers(200, "br", "\x01\x02"), "\x01\x02", false},
		"endless empty gzip": {answers(200, "gzip", strings.Repeat(zipped(t, ""), 20_000)), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := sends(t, 2*time.Second, c.act)
			if !r.OK() || string(r.Body) != c.want || r.Cut != c.cut {
				t.Errorf("%s %q, %d bytes, cut %v", r.Class, r.Text, len(r.Body), r.Cut)
			}
		})
	}
}

func TestAFailuresBodyIsKeptToo(t *testing.T) {
	t.Parallel()
	r, _ := sends(t, time.Second, answers(500, "gzip", zipped(t, `{"error":"contact_not_found"}`)))
	if r.Class != schema.ErrorStatus || string(r.Body) != `{"error":"contact_not_found"}` {
		t.Errorf("%+v", r)
	}
}

func TestA2xxWhoseBodyBreaksOffFails(t *testing.T) {
	t.Parallel()
	r, _ := sends(t, time.Second, receiver.BreakOff)
	if r.Class != schema.ErrorBody || r.Text != "The answer broke off before its end" || r.StatusCode != 200 || r.Ambiguous || string(r.Body) != `{"ok":` {
		t.Errorf("%+v", r)
	}
	r, _ = sends(t, 300*time.Millisecond, receiver.SlowBody(10*time.Millisecond))
	if r.Class != schema.ErrorBody || r.Text != "The answer did not end before the 0.3 s limit" || r.StatusCode != 200 || len(r.Body) == 0 || r.Total > 2*time.Second {
		t.Errorf("%+v", r)
	}
	half := zipped(t, strings.Repeat("x", 100))[:20]
	r, _ = sends(t, time.Second, raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n"+half))
	if r.Class != schema.ErrorBody {
		t.Errorf("%+v", r)
	}
	r, _ = sends(t, time.Second, raw("HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\nno"))
	if r.Class != schema.ErrorStatus || string(r.Body) != "no" {
		t.Errorf("%+v", r)
	}
}

func TestAnEndlessBodyEndsTheAttemptEarly(t *testing.T) {
	t.Parallel()
	began := time.Now()
	r, _ := sends(t, time.Minute, receiver.EndlessBody)
	if !r.OK() || len(r.Body) != schema.MaxResponseBody || !r.Cut || time.Since(began) > 5*time.Second {
		t.Errorf("%v: %s %s, %d bytes", time.Since(began), r.Class, r.Text, len(r.Body))
	}
}

// Not parallel: it measures what the whole process allocates.
func TestAGzipBombCostsNoMemory(t *testing.T) {
	to := receiver.New(receiver.Options{})
	t.Cleanup(to.Close)
	to.On("/", receiver.Always(receiver.GzipBomb))
	s := newSender(t, 10*time.Second)
	s.Send(t.Context(), request(to.URL("/"))) // packs the bomb
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const times = 20
	for range times {
		if r := s.Send(t.Context(), request(to.URL("/"))); !r.OK() || !r.Cut || len(r.Body) != schema.MaxResponseBody {
			t.Fatalf("%+v", r.Text)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / times; each > 1<<20 {
		t.Errorf("%d bytes allocated for each", each)
	}
}
