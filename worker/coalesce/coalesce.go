// Package coalesce turns many small calls into few big ones: while one group
// is being worked on, the next gathers. There is no timer, so a lone call does
// not wait.
package coalesce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// timeout bounds the work on one group.
const timeout = 15 * time.Second

// Group gathers calls of one kind. Run works on up to max of them at once and
// returns an answer for each, in their order.
type Group[In, Out any] struct {
	run   func(context.Context, []In) ([]Out, error)
	max   int
	calls chan call[In, Out]
	done  chan struct{}
}

type call[In, Out any] struct {
	ctx    context.Context
	in     In
	answer chan answer[Out]
}

type answer[Out any] struct {
	out Out
	err error
}

// ErrStopped answers calls that come after Stop.
var ErrStopped = errors.New("coalesce: stopped")

// New starts a group.
func New[In, Out any](max int, run func(context.Context, []In) ([]Out, error)) *Group[In, Out] {
	g := &Group[In, Out]{run: run, max: max, calls: make(chan call[In, Out]), done: make(chan struct{})}
	go g.loop()
	return g
}

// Do hands one call in and waits for its answer, or for ctx. A call whose
// caller went away before its group left is not worked on.
func (g *Group[In, Out]) Do(ctx context.Context, in In) (out Out, err error) {
	c := call[In, Out]{ctx, in, make(chan answer[Out], 1)}
	select {
	case g.calls <- c:
	case <-ctx.Done():
		return out, ctx.Err()
	case <-g.done:
		return out, ErrStopped
	}
	select {
	case a := <-c.answer:
		return a.out, a.err
	case <-ctx.Done():
		return out, ctx.Err()
	}
}

// Stop ends the group; a group at work finishes.
func (g *Group[In, Out]) Stop() { close(g.done) }

func (g *Group[In, Out]) loop() {
	arrived := make([]call[In, Out], 0, g.max)
	free := make(chan struct{}, 1)
	free <- struct{}{}
	for {
		// A group leaves as soon as the one before is back and it has a call.
		in, start := g.calls, chan struct{}(nil)
		if len(arrived) == g.max {
			in = nil
		}
		if len(arrived) > 0 {
			start = free
		}
		select {
		case c := <-in:
			arrived = append(arrived, c)
		case <-start:
			batch := arrived
			arrived = make([]call[In, Out], 0, g.max)
			go func() {
				g.work(batch)
				free <- struct{}{}
			}()
		case <-g.done:
			for _, c := range arrived {
				c.answer <- answer[Out]{err: ErrStopped}
			}
			return
		}
	}
}

// work answers a batch. If it fails as a whole, each call is tried alone, so
// that one that can't be worked on does not take the others with it.
func (g *Group[In, Out]) work(batch []call[In, Out]) {
	batch = slices.DeleteFunc(batch, func(c call[In, Out]) bool { return c.ctx.Err() != nil })
	if len(batch) == 0 {
		return
	}
	ins := make([]In, len(batch))
	for i, c := range batch {
		ins[i] = c.in
	}
	outs, err := g.try(ins)
	for i, c := range batch {
		switch {
		case err == nil:
			c.answer <- answer[Out]{out: outs[i]}
		case len(batch) == 1:
			c.answer <- answer[Out]{err: err}
		default:
			g.work([]call[In, Out]{c})
		}
	}
}

// try runs one batch; a panic becomes its error.
func (g *Group[In, Out]) try(ins []In) (outs []Out, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("coalesce: panic: %v", p)
		}
	}()
	outs, err = g.run(ctx, ins)
	if err == nil && len(outs) != len(ins) {
		err = fmt.Errorf("coalesce: %d answers for %d calls", len(outs), len(ins))
	}
	return outs, err
}
