package coalesce

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCallsGatherWhileAGroupIsAtWork(t *testing.T) {
	var groups atomic.Int32
	hold := make(chan struct{})
	g := New(100, func(_ context.Context, in []int) ([]int, error) {
		if groups.Add(1) == 1 {
			<-hold
		}
		out := make([]int, len(in))
		for i, n := range in {
			out[i] = n * n
		}
		return out, nil
	})
	defer g.Stop()
	var wg sync.WaitGroup
	for n := range 60 {
		wg.Go(func() {
			got, err := g.Do(t.Context(), n)
			if err != nil || got != n*n {
				t.Errorf("Do(%d) = %d, %v", n, got, err)
			}
		})
	}
	close(hold)
	wg.Wait()
	if n := groups.Load(); n >= 60 {
		t.Errorf("60 calls took %d groups: nothing was gathered", n)
	}
}

func TestOneBadCallDoesNotTakeTheOthersWithIt(t *testing.T) {
	bad := errors.New("bad")
	g := New(10, func(_ context.Context, in []int) ([]int, error) {
		for _, n := range in {
			if n == 3 {
				return nil, bad
			}
			if n == 4 {
				panic("four")
			}
		}
		return in, nil
	})
	defer g.Stop()
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			_, err := g.Do(t.Context(), n)
			if failed := err != nil; failed != (n == 3 || n == 4) {
				t.Errorf("Do(%d): %v", n, err)
			}
		})
	}
	wg.Wait()
}

func TestAStoppedGroupRefusesCalls(t *testing.T) {
	g := New(1, func(_ context.Context, in []int) ([]int, error) { return in, nil })
	g.Stop()
	if _, err := g.Do(t.Context(), 1); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v", err)
	}
}
