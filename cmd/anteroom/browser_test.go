package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anteroom/internal/browser"
)

// startBrowser starts a real browser, without a page yet. It ends with the test.
func startBrowser(t *testing.T) *browser.Browser {
	t.Helper()
	b, err := browser.Start()
	if err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	t.Cleanup(b.Close)
	return b
}

// tab is somebody's browser in a test, which fails where a step does.
type tab struct {
	t    *testing.T
	name string
	*browser.Tab
	status int // of the page that it shows
}

func newTab(t *testing.T, b *browser.Browser, name string) *tab {
	t.Helper()
	in, err := b.Tab()
	if err != nil {
		t.Fatal(err)
	}
	tab := &tab{t: t, name: name, Tab: in}
	t.Cleanup(func() { tab.photograph(); in.Close() })
	return tab
}

func (b *tab) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%s: %v", b.name, err)
	}
}

func (b *tab) open(url string) {
	b.t.Helper()
	b.check(b.Open(url))
	var err error
	b.status, err = b.Status()
	b.check(err)
}

// press clicks the link or the button of that name, and waits for what it
// leads to.
func (b *tab) press(name string) {
	b.t.Helper()
	var err error
	b.status, err = b.Press(name)
	b.check(err)
}

// fill types into the field with that label.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	b.check(b.Fill(label, value))
}

// says is what a person sees of the page.
func (b *tab) says() string {
	b.t.Helper()
	page, err := b.Says()
	b.check(err)
	return page
}

// path is where the tab is.
func (b *tab) path() string {
	b.t.Helper()
	path, err := browser.Evaluate[string](b.Tab, "location.pathname")
	b.check(err)
	return path
}

// is says where the tab has to be, and that a person sees all of the texts
// there.
func (b *tab) is(status int, path string, texts ...string) {
	b.t.Helper()
	page, at := b.says(), b.path()
	if b.status != status || path != "" && at != path {
		b.t.Fatalf("%s is at %d %s, not %d %s:\n%s", b.name, b.status, at, status, path, page)
	}
	for _, s := range texts {
		if !strings.Contains(strings.ToLower(page), strings.ToLower(s)) { // a style may write it in capitals
			b.t.Fatalf("%s doesn't see %q at %s:\n%s", b.name, s, at, page)
		}
	}
}

// quiet says that the pages complained of nothing, but for refusals of those
// statuses.
func (b *tab) quiet(statuses ...int) {
	b.t.Helper()
	complaints, err := b.Complaints(statuses...)
	b.check(err)
	for _, c := range complaints {
		b.t.Errorf("on %s's console: %s", b.name, c)
	}
}

// photograph keeps a picture of the page that a test failed at.
func (b *tab) photograph() {
	if !b.t.Failed() {
		return
	}
	picture, err := b.Picture(false)
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
