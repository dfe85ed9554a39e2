package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A step in a browser takes some 50 ms; one that takes this long never ends.
const stepWithin = 30 * time.Second

// browserPath is a headless browser in PATH.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no browser in PATH; on Debian or Ubuntu: apt-get install --no-install-recommends chromium-headless-shell fonts-liberation")
	return ""
}

// startBrowser starts a real browser, without a page yet. It ends with the test.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath(t)),
		chromedp.NoSandbox) // it sees our own pages only; as root there is no other way
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return ctx
}

// tab is somebody's browser: a tab with cookies of its own.
type tab struct {
	t      *testing.T
	name   string
	ctx    context.Context
	status int64 // of the page that it shows

	mu       sync.Mutex
	messages []chromedp.ConsoleMessage
	refused  map[string]bool // pages that were answered with 400 or more
	heard    chan string     // console.debug
}

// newTab opens one. What the page says on its console is kept from the start.
func newTab(t *testing.T, browser context.Context, name string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, name: name, ctx: ctx, refused: map[string]bool{}, heard: make(chan string, 100)}
	go b.listen(chromedp.Console(ctx))
	t.Cleanup(b.photograph)
	b.do(chromedp.EmulateViewport(1360, 900))
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWithin)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", b.name, err)
	}
}

// load does something that leads to a page, and waits until that is there.
func (b *tab) load(what string, step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWithin)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, what, err)
	}
	if b.status = res.Status; b.status >= 400 {
		b.mu.Lock()
		b.refused[res.URL] = true
		b.mu.Unlock()
	}
}

func (b *tab) open(url string) {
	b.t.Helper()
	b.load("open a page", chromedp.Navigate(url))
}

// find is an expression for the only element that selector and name choose.
func (b *tab) find(selector, name string) chromedp.JSPath {
	b.t.Helper()
	all := fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => e.checkVisibility() && !e.disabled &&
		(e.getAttribute("aria-label") || e.innerText).replace(/\s+/g, " ").trim() === %s)`, selector, quoted(name))
	if n := evaluate[int](b, all+".length"); n != 1 {
		b.t.Fatalf("%s: %d of %q are called %q on the page:\n%s", b.name, n, selector, name, b.says())
	}
	return chromedp.JSPath(all + "[0]")
}

// press clicks the link or the button of that name, and waits for the page it
// leads to.
func (b *tab) press(name string) {
	b.t.Helper()
	b.load("press "+name, chromedp.Click(b.find("a[href], button", name)))
}

// fill types into the field with that label.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	field := b.find("label", label) + ".control"
	b.do(chromedp.Clear(field), chromedp.SendKeys(field, value))
}

// says is what a person sees of the page.
func (b *tab) says() string {
	b.t.Helper()
	return evaluate[string](b, "document.title + '\\n' + document.body.innerText")
}

// path is where the tab is.
func (b *tab) path() string {
	b.t.Helper()
	return evaluate[string](b, "location.pathname")
}

// is says where the tab has to be, and that a person sees all of the texts
// there.
func (b *tab) is(status int64, path string, texts ...string) {
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

func evaluate[V any](b *tab, script string, options ...chromedp.EvaluateOption) V {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWithin)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[V](script, options...))
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, script, err)
	}
	return v
}

// quoted is a string as JavaScript has it.
func quoted(s string) string {
	b, _ := json.Marshal(s) // of a string: its error is always nil
	return string(b)
}
