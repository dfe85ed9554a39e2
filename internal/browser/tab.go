package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/chromedp/chromedp"
)

// Tab is somebody's browser: a tab with cookies and a cache of its own. One
// goroutine uses it at a time.
type Tab struct {
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	messages []chromedp.ConsoleMessage
	heard    chan string // console.debug
}

// The widths that pages are looked at in.
const (
	WideWidth, WideHeight     = 1360, 900
	NarrowWidth, NarrowHeight = 390, 844
)

// Tab opens one, wide and light. What its pages say on the console is kept from
// the start.
func (b *Browser) Tab() (*Tab, error) {
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t := &Tab{ctx: ctx, cancel: cancel, heard: make(chan string, 100)}
	go t.listen(chromedp.Console(ctx))
	if err := t.Look(WideWidth, WideHeight, false); err != nil {
		cancel()
		return nil, err
	}
	return t, nil
}

// Close closes the tab.
func (t *Tab) Close() { t.cancel() }

// still keeps colours from wandering from one scheme to the other, step by step
// through the tree: what is seen is what stays. No policy of a page forbids it.
const still = `if (!document.adoptedStyleSheets.length) {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync("*, ::before, ::after { transition: none !important }");
	document.adoptedStyleSheets = [sheet];
}`

// Look gives the page a size and a colour scheme.
func (t *Tab) Look(width, height int64, dark bool) error {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	if _, err := Evaluate[any](t, still); err != nil {
		return err
	}
	return t.do(chromedp.EmulateViewport(width, height), call("Emulation.setEmulatedMedia", map[string]any{"features": []any{
		map[string]string{"name": "prefers-color-scheme", "value": scheme},
		map[string]string{"name": "prefers-reduced-motion", "value": "reduce"},
	}}))
}

// Scripts switches the scripts of pages on or off.
func (t *Tab) Scripts(on bool) error {
	return t.do(call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !on}))
}

// Be makes the tab that of somebody who is signed in, or, with an empty token,
// of nobody.
func (t *Tab) Be(base, cookie, token string) error {
	if err := t.do(call("Network.clearBrowserCookies", nil)); err != nil || token == "" {
		return err
	}
	return t.do(call("Network.setCookie", map[string]any{"name": cookie, "value": token, "url": base, "httpOnly": true, "sameSite": "Lax"}))
}

// Open goes to a page and waits until it is loaded.
func (t *Tab) Open(url string) error {
	if err := t.do(chromedp.Navigate(url)); err != nil {
		return fmt.Errorf("open a page: %w", err)
	}
	return nil
}

// Show puts HTML onto an empty page, which has no address and no policy.
func (t *Tab) Show(html string) error {
	if err := t.Open("about:blank"); err != nil {
		return err
	}
	_, err := Evaluate[any](t, "document.open(); document.write("+quoted(html)+"); document.close()")
	return err
}

// Status is that of the page's answer.
func (t *Tab) Status() (int, error) {
	return Evaluate[int](t, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

// Says is what a person sees of the page, below its title.
func (t *Tab) Says() (string, error) {
	return Evaluate[string](t, "document.title + '\\n' + document.body.innerText")
}

// Picture is a PNG of what the window shows, or of the whole page.
func (t *Tab) Picture(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Patience)
	defer cancel()
	if whole {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// Evaluate is the value of an expression on the page. A promise is waited for.
func Evaluate[V any](t *Tab, script string) (V, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[V](script, chromedp.EvalAwaitPromise))
}

func (t *Tab) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, Patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// call is a command of the browser's protocol that answers nothing.
func call(method string, params any) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		return chromedp.Void{}, target.Call(ctx, method, params, nil)
	}
}

// quoted is a string as JavaScript has it.
func quoted(s string) string {
	b, _ := json.Marshal(s) // of a string: its error is always nil
	return string(b)
}
