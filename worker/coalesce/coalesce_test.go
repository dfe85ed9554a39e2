package coalesce

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestCallsGatherWhileAGroupIsAtWork(t *testing.T) {
	sizes, hold := make(chan int, 60), make(chan struct{})
	g := New(40, func(_ context.Context, in []int) ([]int, error) {
		sizes <- len(in)
		<-hold
		out := make([]int, len(in))
		for i, n := range in {
			out[i] = n * n
		}
		return out, nil
	})
	defer g.Stop()
	calls := []call[int, int]{{t.Context(), 0, make(chan answer[int], 1)}}
	g.calls <- calls[0]
	if n := <-sizes; n != 1 {
		t.Fatalf("a lone call waited for company: a group of %d", n)
	}
	for n := 1; n <= 40; n++ { // each is taken in while the first is at work
		calls = append(calls, call[int, int]{t.Context(), n, make(chan answer[int], 1)})
		g.calls <- calls[n]
	}
	close(hold)
	for n, c := range calls {
		if a := <-c.answer; a.err != nil || a.out != n*n {
			t.Errorf("call %d: %d, %v", n, a.out, a.err)
		}
	}
	if n := <-sizes; n != 40 {
		t.Errorf("40 calls came in meanwhile, the next group has %d", n)
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

func TestACallWhoseCallerWentAwayIsNotWorkedOn(t *testing.T) {
	worked, hold := make(chan int, 10), make(chan struct{})
	g := New(10, func(_ context.Context, in []int) ([]int, error) {
		for _, n := range in {
			worked <- n
		}
		<-hold
		return in, nil
	})
	defer g.Stop()
	gone, leave := context.WithCancel(t.Context())
	g.calls <- call[int, int]{t.Context(), 1, make(chan answer[int], 1)}
	<-worked
	last := call[int, int]{t.Context(), 3, make(chan answer[int], 1)}
	g.calls <- call[int, int]{gone, 2, make(chan answer[int], 1)}
	g.calls <- last
	leave()
	close(hold)
	<-last.answer
	if n := <-worked; n != 3 {
		t.Errorf("worked on call %d, whose caller had gone", n)
	}
}
