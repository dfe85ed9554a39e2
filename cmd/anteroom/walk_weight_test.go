package main

import (
	"testing"

	"anteroom/internal/tour"
)

// What comes over the wire at most, in bytes with headers: for the first page,
// with the style sheet, the scripts and the font, and for each one after it.
const (
	firstWeight = 150 << 10
	laterWeight = 30 << 10
)

// A visit's pages are light: the first brings what all of them share, and the
// cache has that from then on.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	stage := newStage(t)
	b := newTab(t, startBrowser(t), "visitor")
	heaviest, at := 0, ""
	for i, stop := range tour.All() {
		if stop.Mail {
			continue
		}
		weight, err := b.Weigh(func() error { return stage.Reach(b.Tab, stop) })
		b.check(err)
		switch {
		case i == 0:
			t.Logf("the first page weighs %d bytes", weight)
			if weight > firstWeight || weight < laterWeight { // it can't be lighter than the font
				t.Errorf("the first page weighs %d bytes, above %d", weight, firstWeight)
			}
		case weight > laterWeight:
			t.Errorf("%s weighs %d bytes, above %d", stop.Name, weight, laterWeight)
		case weight > heaviest:
			heaviest, at = weight, stop.Name
		}
	}
	t.Logf("the heaviest page after it is %s with %d bytes", at, heaviest)
}
