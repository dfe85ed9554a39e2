// Package browser drives a real headless browser as a person would: by what the
// page says. The tests and the programme that takes the screenshots share it.
package browser

import (
	"context"
	"errors"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// Patience is how long one step may take. It takes some 50 ms; one that takes
// this long never ends.
const Patience = 30 * time.Second

var errMissing = errors.New("there is no browser in PATH; on Debian or Ubuntu: apt-get install --no-install-recommends chromium-headless-shell fonts-liberation")

func find() (string, error) {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errMissing
}

// Browser is a running browser without a page. It is safe for concurrent use.
type Browser struct {
	ctx context.Context
	end []context.CancelFunc
}

// Start starts the first browser that PATH has. Close ends it.
func Start() (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox,             // it sees our own pages only; as root there is no other way
		chromedp.Env("LC_ALL=C.UTF-8")) // else it finds no file whose name has an umlaut
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &Browser{ctx: ctx, end: []context.CancelFunc{cancel, end}}
	if err := chromedp.Do(ctx); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Close ends the browser with all its tabs, and waits until it has.
func (b *Browser) Close() {
	for _, end := range b.end {
		end()
	}
}
