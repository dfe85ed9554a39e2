package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// listen keeps what the pages of a tab write on the console.
func (b *tab) listen(console iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range console {
		switch {
		case err != nil: // the tab is closed
			return
		case m.Type == chromedp.ConsoleDebug:
			b.heard <- m.Text
		default:
			b.mu.Lock()
			b.messages = append(b.messages, m)
			b.mu.Unlock()
		}
	}
}

// complaints are the errors that pages wrote on the console: those of scripts,
// of files that are missing, and of what the Content-Security-Policy refused.
// That a page itself was refused is none: the test says where that has to be.
func (b *tab) complaints() (out []string) {
	b.t.Helper()
	end := rand.Text()
	evaluate[any](b, "console.debug("+quoted(end)+")") // what came before is heard before
	for heard := ""; heard != end; {
		select {
		case heard = <-b.heard:
		case <-time.After(stepWithin):
			b.t.Fatalf("%s: the console is silent", b.name)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.messages {
		refused := m.Source == "network" && b.refused[m.URL]
		if (m.Type == chromedp.ConsoleError || m.IsException() || m.Source == "security") && !refused {
			out = append(out, fmt.Sprintf("%s (%s %s:%d)", m, m.Source, m.URL, m.Line+1))
		}
	}
	return out
}

// photograph keeps a picture of the page that a test failed at.
func (b *tab) photograph() {
	if !b.t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, stepWithin)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	dir := b.t.ArtifactDir()
	if f := flag.Lookup("test.artifacts"); err == nil && (f == nil || f.Value.String() != "true") {
		dir, err = os.MkdirTemp("", "anteroom-browser-") // the other one goes away with the test
	}
	file := filepath.Join(dir, b.name+".png")
	if err == nil {
		err = os.WriteFile(file, picture, 0o600)
	}
	b.t.Logf("what %s sees is in %s (%v)", b.name, file, err)
}

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
	all := strings.Join(b.complaints(), "\n")
	for _, want := range []string{"Content Security Policy", "not well", "Error: thrown", "404"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing was heard of %q:\n%s", want, all)
		}
	}
	b.open(server.URL + "/nowhere")
	b.is(http.StatusNotFound, "/nowhere", "404 page not found")
	if n := len(b.complaints()); n != strings.Count(all, "\n")+1 {
		t.Errorf("a page that is not there counts as a complaint:\n%s", b.complaints())
	}
}
