package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A page that does all that the stories must not: were it not heard, their
// silence would say nothing.
func TestTheBrowserHearsWhatAPageComplainsOf(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		switch r.URL.Path {
		case "/":
			io.WriteString(w, `<p style="color:red">Hello<script src="/script"></script><img src="/missing">`)
		case "/script":
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, `console.error("not well"); throw new Error("thrown")`)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	b := newTab(t, startBrowser(t), "reader")
	b.open(server.URL)
	complaints, err := b.Complaints()
	b.check(err)
	all := strings.Join(complaints, "\n")
	for _, want := range []string{"Content Security Policy", "not well", "Error: thrown", "404"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing was heard of %q:\n%s", want, all)
		}
	}
	b.open(server.URL + "/nowhere")
	b.is(http.StatusNotFound, "/nowhere", "404 page not found")
	b.quiet(http.StatusNotFound)
}
