package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"anteroom/web"
)

func TestPostsFromOtherSitesAreRefused(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		name    string
		headers map[string]string
		status  int
	}{
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		{"a sibling host", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://other.example.com"}, 403},
		{"another site in an old browser", map[string]string{"Origin": "https://evil.example"}, 403},
		{"a sandboxed frame in an old browser", map[string]string{"Origin": "null"}, 403},
		{"the same origin", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://example.com"}, 422},
		{"the same origin in an old browser", map[string]string{"Origin": "http://example.com"}, 422},
		{"no browser", map[string]string{}, 422},
	} {
		b := s.browser()
		b.headers = c.headers
		if a := b.post("/login", "email", "x@example.com", "password", "y"); a.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", c.name, a.StatusCode, c.status)
		}
	}
	b := s.browser()
	b.headers = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
	b.get("/login").shows(t, 200) // a link from elsewhere
}

func TestBehindAProxyThatRewritesTheHostTheBaseURLIsTheOrigin(t *testing.T) {
	s := newSite(t, func(o *web.Options) { o.BaseURL = &url.URL{Scheme: "https", Host: "portal.example"} })
	b := s.browser()
	b.headers = map[string]string{"Origin": "https://portal.example"}
	b.post("/login", "email", "x@example.com", "password", "y").shows(t, 422)
	if s.browser().get("/login").Header.Get("Strict-Transport-Security") == "" {
		t.Error("https without HSTS")
	}
}

func TestWhoAsksForJSONGetsProblemJSON(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.headers = map[string]string{"Accept": "application/json"}
	for path, status := range map[string]int{"/nowhere": 404, "/portal": 401, "/invitations/x": 404} {
		a := b.get(path)
		var p struct {
			Status            int
			Title, Code       string
			RequestID, Detail string
		}
		if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != status || p.Title == "" || a.StatusCode != status ||
			a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, %v", path, a.StatusCode, a.body, err)
		}
	}
	a := b.post("/login", "email", "x@example.com", "password", "y")
	a.shows(t, 422, `"code":"credentials"`, `"field":"password"`)
}

func TestProblemsAreWholePagesInWords(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.get("/nowhere").shows(t, 404, "There is nothing here", "</html>")
	r := httptest.NewRequest(http.MethodDelete, "/login", nil)
	b.do(r).shows(t, 405, "</html>")
	b.post("/portal").shows(t, 405)
}

func TestABodyThatIsTooLargeGetsTheSamePageAndHeaders(t *testing.T) {
	s := newSite(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.app.Listener(l)
	t.Cleanup(func() { s.app.Shutdown() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The announcement is enough; a body on its way would meet a closed door.
	fmt.Fprintf(conn, "POST /forgot HTTP/1.1\r\nHost: example.com\r\nContent-Length: %d\r\n\r\n", 2<<20+1)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer{res, string(page)}.shows(t, 413, "too much at once", "</html>")
	if res.Header.Get("Content-Security-Policy") == "" {
		t.Error("no policy")
	}
}

func TestAFaultIsLoggedUnderTheRequestsIDAndNotShown(t *testing.T) {
	s := newSite(t)
	s.exec(`RENAME TABLE users TO gone`)
	a := s.browser().post("/login", "email", "x@example.com", "password", "y")
	id := a.Header.Get("X-Request-Id")
	a.shows(t, 500, "Something went wrong", id)
	if strings.Contains(a.body, "users") || strings.Contains(a.body, "Error 1146") {
		t.Error("the fault is shown")
	}
	if log := s.log.String(); !strings.Contains(log, id) || !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "1146") {
		t.Errorf("the fault is not in the log: %s", log)
	}
}

func TestAPanicIsAFaultLikeAnyOther(t *testing.T) {
	s := newSite(t, func(o *web.Options) {
		o.Visitor = nil
		o.DB = nil // whatever touches the database panics
	})
	s.browser().get("/invitations/rubbish").shows(t, 404)
	b := s.browser()
	b.cookies["session"] = "x"
	b.get("/portal").shows(t, 500, "Something went wrong")
	if log := s.log.String(); !strings.Contains(log, `"stack":"goroutine`) || !strings.Contains(log, "panic: ") {
		t.Errorf("the panic is not in the log: %s", log)
	}
}

func TestAssetsAreKeptForGoodAndTheirURLsWork(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	page := b.get("/login")
	for _, attr := range []string{`rel="stylesheet" href="`, `<script src="`, `rel="preload" href="`} {
		_, rest, _ := strings.Cut(page.body, attr)
		path, _, _ := strings.Cut(rest, `"`)
		a := b.get(path)
		if a.StatusCode != 200 || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
		b.headers["Accept-Encoding"] = "gzip"
		if zipped := b.get(path); !strings.HasSuffix(path, ".woff2") && (zipped.Header.Get("Content-Encoding") != "gzip" || len(zipped.body) >= len(a.body)) {
			t.Errorf("%s is not compressed: %v", path, zipped.Header)
		}
		delete(b.headers, "Accept-Encoding")
	}
	for _, path := range []string{"/assets/x/../../web.go", "/assets/x/nothing.css", "/assets/", "/assets/x/"} {
		if a := b.get(path); a.StatusCode != 404 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	b.get("/assets/0123456789ab/app.css").shows(t, 200)
}

func TestDevPagesExistOnlyWhereTheyAreMounted(t *testing.T) {
	newSite(t).browser().get("/dev/mail").shows(t, 404)
}

func TestDevPagesAreMounted(t *testing.T) {
	s := newSite(t, func(o *web.Options) {
		o.Dev = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "mail at %s", r.URL.Path) })
	})
	s.browser().get("/dev/mail").shows(t, 200, "mail at /dev/mail")
}
