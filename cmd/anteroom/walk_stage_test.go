package main

import (
	"sync"
	"testing"

	"anteroom/internal/browser"
	"anteroom/internal/tour"
)

// newStage is `anteroom dev` on a folder of the test's own, in the states that
// the tour needs.
func newStage(t *testing.T) *tour.Stage {
	t.Helper()
	d := &dev{t: t, dir: t.TempDir(), port: freePort(t)}
	d.run()
	stage, err := tour.Open(t.Context(), d.dir, d.base())
	if err != nil {
		t.Fatalf("%v\n%s", err, d.output())
	}
	t.Cleanup(func() { stage.Close() })
	return stage
}

// walkers is how many go at once: that keeps two cores busy.
const walkers = 3

// walk takes tabs along the stops, each to another one. An error is that stop's.
func walk(t *testing.T, stops []tour.Stop, each func(*browser.Tab, tour.Stop) error) {
	t.Helper()
	b, next := startBrowser(t), make(chan tour.Stop, len(stops))
	for _, stop := range stops {
		next <- stop
	}
	close(next)
	var all sync.WaitGroup
	for range walkers {
		all.Go(func() {
			in, err := b.Tab()
			if err != nil {
				t.Error(err)
				return
			}
			defer in.Close()
			for stop := range next {
				if err := each(in, stop); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
