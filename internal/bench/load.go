package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// figure is what one line of a table comes to.
type figure struct {
	perSecond float64
	p50, p99  time.Duration
}

// load calls one with ascending numbers from so many callers for a while.
func load(ctx context.Context, callers int, span time.Duration, one func(caller int, n int64) error) (figure, error) {
	var (
		mu    sync.Mutex
		took  []time.Duration
		first error
		wg    sync.WaitGroup
		next  atomic.Int64
	)
	start := time.Now()
	for caller := range callers {
		wg.Go(func() {
			var mine []time.Duration
			for time.Since(start) < span && ctx.Err() == nil {
				began := time.Now()
				if err := one(caller, next.Add(1)); err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
					return
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	if first != nil {
		return figure{}, first
	}
	return figure{float64(len(took)) / time.Since(start).Seconds(), percentile(took, 50), percentile(took, 99)}, ctx.Err()
}

func percentile(d []time.Duration, p int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*p/100)]
}

// better keeps the better of two rounds: noise only ever slows a round down.
func better(a, b figure) figure {
	if a.perSecond > b.perSecond {
		return a
	}
	return b
}
