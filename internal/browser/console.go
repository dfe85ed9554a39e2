package browser

import (
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// listen keeps what the pages of a tab write on the console.
func (t *Tab) listen(console iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range console {
		switch {
		case err != nil: // the tab is closed
			return
		case m.Type == chromedp.ConsoleDebug:
			t.heard <- m.Text
		default:
			t.mu.Lock()
			t.messages = append(t.messages, m)
			t.mu.Unlock()
		}
	}
}

// Complaints are the errors that pages wrote on the console since the last
// call: those of scripts, of files that are missing, and of what the
// Content-Security-Policy refused. That an answer was a refusal is none, if its
// status is among those that the caller expects.
func (t *Tab) Complaints(expected ...int) (out []string, err error) {
	if err := t.hearAll(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.messages {
		if (m.Type == chromedp.ConsoleError || m.IsException() || m.Source == "security") && !refusal(m, expected) {
			out = append(out, fmt.Sprintf("%s (%s %s:%d)", m, m.Source, m.URL, m.Line+1))
		}
	}
	t.messages = nil
	return out, nil
}

// hearAll waits until what was said before is heard.
func (t *Tab) hearAll() error {
	end := rand.Text()
	if _, err := Evaluate[any](t, "console.debug("+quoted(end)+")"); err != nil {
		return err
	}
	for heard := ""; heard != end; {
		select {
		case heard = <-t.heard:
		case <-time.After(Patience):
			return errors.New("the console is silent")
		}
	}
	return nil
}

func refusal(m chromedp.ConsoleMessage, statuses []int) bool {
	for _, s := range statuses {
		if m.Source == "network" && strings.Contains(m.Text, fmt.Sprintf("status of %d ", s)) {
			return true
		}
	}
	return false
}
