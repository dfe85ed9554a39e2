package web_test

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// unzip is what a zipped body says.
func unzip(t *testing.T, body string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPagesAndProblemsAreZippedForWhoTakesIt(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/login", "/nowhere"} {
		b := s.browser()
		plain := b.get(path)
		b.headers["Accept-Encoding"] = "br, gzip"
		zipped := b.get(path)
		if got := unzip(t, zipped.body); zipped.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(got, "</html>") ||
			len(zipped.body)*3 > len(got)*2 || !strings.Contains(zipped.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %v with %d bytes for %d", path, zipped.Header, len(zipped.body), len(got))
		}
		if plain.Header.Get("Content-Encoding") != "" || !strings.Contains(plain.body, "</html>") || !strings.Contains(plain.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: unasked it is %v", path, plain.Header)
		}
		b.headers["Accept-Encoding"] = "gzip;q=0, br"
		if a := b.get(path); a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: who refuses gzip gets %q", path, a.Header.Get("Content-Encoding"))
		}
	}
}

// Zipping must tell nobody anything: see compress.
func TestWhatAnotherSiteCausedAndPagesOfLinksAreNotZipped(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street", "Orchard Lane")
	_, link := a.invite("nora@orchardlane.example", "Nora Quill")
	for _, c := range []struct{ name, path, from string }{
		{"a link on another site", "/login?next=/portal", "cross-site"},
		{"a link on a sibling host", "/login?next=/portal", "same-site"},
		{"a page whose form carries the link's secret", link, "none"},
	} {
		b := s.browser()
		b.headers["Accept-Encoding"], b.headers["Sec-Fetch-Site"] = "gzip", c.from
		if got := b.get(c.path); got.StatusCode != 200 || got.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d, zipped as %q", c.name, got.StatusCode, got.Header.Get("Content-Encoding"))
		}
	}
}

// An event of a zipped stream would wait for more of them.
func TestStreamsAreNotZippedAndComeAtOnce(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street", "Orchard Lane")
	s.member(s.withPassword(s.user("jonas@haldenstreet.example", "Jonas Weber")), a.id)
	b := s.signedIn("jonas@haldenstreet.example")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.app.Listener(l)
	t.Cleanup(func() { _ = s.app.ShutdownWithTimeout(time.Second) })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/settings/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	r.AddCookie(&http.Cookie{Name: "session", Value: b.cookies["session"]})
	res, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	first := make([]byte, len("retry:"))
	if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "retry:" || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("the stream begins with %q (%v), %v", first, err, res.Header)
	}
}
