package browser

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/chromedp/chromedp"
)

// pause is how long nothing new may be asked for before all is there.
const pause = 60 * time.Millisecond

// transfer is what the browser tells of a request when it sends it, sends it
// elsewhere, or has its answer.
type transfer struct {
	ID       string  `json:"requestId"`
	Type     string  `json:"type"`
	Bytes    float64 `json:"encodedDataLength"` // with headers; 0 from the cache
	Redirect struct {
		Bytes float64 `json:"encodedDataLength"`
	} `json:"redirectResponse"`
}

// Weigh counts the bytes that come over the wire while something is done. What
// the cache has weighs nothing; streams that stay open are left out, and pictures and
// videos: those are what people uploaded.
func (t *Tab) Weigh(do func() error) (int, error) {
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	sent, done := make(chan transfer, 1000), make(chan transfer, 1000)
	err := chromedp.Do(ctx, subscribe("Network.requestWillBeSent", sent),
		subscribe("Network.loadingFinished", done), subscribe("Network.loadingFailed", done))
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	return tally(sent, done)
}

func tally(sent, done <-chan transfer) (int, error) {
	weight, kind, open, closed := map[string]float64{}, map[string]string{}, map[string]bool{}, map[string]bool{}
	for end := time.After(Patience); ; {
		select {
		case r := <-sent:
			weight[r.ID] += r.Redirect.Bytes
			kind[r.ID] = r.Type
			open[r.ID] = r.Type != "EventSource"
		case r := <-done:
			weight[r.ID] += r.Bytes
			closed[r.ID] = true
		case <-time.After(pause):
			if allIn(open, closed) {
				return sum(weight, kind), nil
			}
		case <-end:
			return 0, errors.New("a page loads on and on")
		}
	}
}

func sum(weight map[string]float64, kind map[string]string) int {
	total := 0.0
	for id, bytes := range weight {
		if kind[id] != "Image" && kind[id] != "Media" {
			total += bytes
		}
	}
	return int(total)
}

func allIn(open, closed map[string]bool) bool {
	for id, counts := range open {
		if counts && !closed[id] {
			return false
		}
	}
	return true
}

// subscribe passes events on until the context ends.
func subscribe(method string, to chan<- transfer) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		events, stop := target.Subscribe(method)
		go func() {
			defer stop()
			for {
				select {
				case raw := <-events:
					var r transfer
					if json.Unmarshal(raw, &r) == nil {
						to <- r
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		return chromedp.Void{}, nil
	}
}
