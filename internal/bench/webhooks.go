package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema"
)

// endpointsEach is how many endpoints hear of each event.
const endpointsEach = 4

// benchWebhooks measures deliveries from the commit of their event to the commit
// of their attempt, beside Asynq doing nothing and a plain POST. An event is a
// change of a client by the verb, and goes to four endpoints.
func benchWebhooks(ctx context.Context, db *schema.DB, redisURL string, span time.Duration, total int) error {
	fmt.Printf("\n%-40s %10s %10s %10s\n", "webhooks", "per second", "p50", "p99")
	if err := webhookFloors(ctx, redisURL, span/rounds); err != nil {
		return err
	}
	h, err := openHooks(ctx, db, redisURL, endpointsEach)
	if err != nil {
		return err
	}
	defer h.close()
	for _, n := range []int{16, 64} {
		if err := h.throughput(ctx, n, span); err != nil {
			return err
		}
	}
	if err := h.latency(ctx, span); err != nil {
		return err
	}
	return h.memory(ctx, total)
}

// webhookFloors are what nothing of ours can be faster than.
func webhookFloors(ctx context.Context, redisURL string, span time.Duration) error {
	rdb, err := jobs.OpenRedis(redisURL)
	if err != nil {
		return err
	}
	defer rdb.Close()
	var done atomic.Int64
	server := asynq.NewServerFromRedisClient(rdb, asynq.Config{Concurrency: 50, Queues: map[string]int{"floor": 1}, LogLevel: asynq.FatalLevel})
	if err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { done.Add(1); return nil })); err != nil {
		return err
	}
	defer server.Shutdown()
	client := asynq.NewClientFromRedisClient(rdb)
	start := time.Now()
	_, err = load(ctx, 16, span, func(int, int64) error {
		_, err := client.EnqueueContext(ctx, asynq.NewTask("floor", nil), asynq.Queue("floor"))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("%-40s %10.0f %10s %10s\n", "Asynq doing nothing, 16 callers", float64(done.Load())/time.Since(start).Seconds(), "-", "-")
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	body := make([]byte, 600)
	f, err := load(ctx, 64, span, func(int, int64) error {
		r, err := web.Post(receiver.URL, "application/json", bytes.NewReader(body))
		if err == nil {
			err = r.Body.Close()
		}
		return err
	})
	row("a plain POST, 64 callers", f)
	return err
}

func row(name string, f figure) {
	fmt.Printf("%-40s %10.0f %10s %10s\n", name, f.perSecond, f.p50.Round(10*time.Microsecond), f.p99.Round(10*time.Microsecond))
}

// throughput counts what is recorded while so many writers commit, and until the
// last of it is.
func (h *hooks) throughput(ctx context.Context, n int, span time.Duration) error {
	before, err := h.recorded(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	commits, err := load(ctx, n, span, func(writer int, k int64) error { return h.write(ctx, writer, k) })
	if err != nil {
		return err
	}
	if err := h.settled(ctx); err != nil {
		return err
	}
	took := time.Since(start)
	after, err := h.recorded(ctx)
	row(fmt.Sprintf("commits of events, %d writers", n), commits)
	row(fmt.Sprintf("deliveries recorded, %d writers", n), figure{perSecond: float64(after-before) / took.Seconds()})
	return err
}

// latency is from the commit to the arrival, at 50 events a second.
func (h *hooks) latency(ctx context.Context, span time.Duration) error {
	h.receiver.listen()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	committed := map[subject]time.Time{}
	for n, start := 0, time.Now(); time.Since(start) < span && ctx.Err() == nil; n++ {
		<-tick.C
		writer := n % writers
		if err := h.write(ctx, writer, int64(n)); err != nil {
			return err
		}
		at := time.Now()
		var seq uint32
		if err := h.db.GetContext(ctx, &seq, `SELECT event_seq FROM clients WHERE id = ?`, h.clients[writer]); err != nil {
			return err
		}
		committed[subject{h.clients[writer].String(), seq}] = at
	}
	if err := h.settled(ctx); err != nil {
		return err
	}
	var took []time.Duration
	for s, at := range h.receiver.heard() {
		if began, ok := committed[s]; ok {
			took = append(took, at.Sub(began))
		}
	}
	row("commit to arrival, 50 events a second", figure{perSecond: float64(len(committed)) / span.Seconds(), p50: percentile(took, 50), p99: percentile(took, 99)})
	return ctx.Err()
}

// memory is what this process holds after a tenth of the deliveries and after all:
// the writers, the receiver and the worker together.
func (h *hooks) memory(ctx context.Context, total int) error {
	for _, part := range []int{total / 10, total} {
		for {
			n, err := h.recorded(ctx)
			if err != nil {
				return err
			}
			if n >= part {
				break
			}
			if _, err := load(ctx, writers, time.Second, func(writer int, k int64) error { return h.write(ctx, writer, k) }); err != nil {
				return err
			}
			if err := h.settled(ctx); err != nil {
				return err
			}
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		n, err := h.recorded(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("after %7d deliveries: heap in use %3d MB, from the system %3d MB, %d goroutines\n", n, m.HeapInuse>>20, m.Sys>>20, runtime.NumGoroutine())
	}
	return nil
}

func (a *arrivals) listen() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = map[subject]time.Time{}
}

func (a *arrivals) heard() map[subject]time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() { a.at = nil }()
	return a.at
}
