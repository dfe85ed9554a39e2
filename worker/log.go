package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

// attempt gathers what is said about one run of a task, for one wide line.
type attempt struct {
	mu    sync.Mutex
	notes []any
}

type attemptKey struct{}

// note adds to the line of the run.
func note(ctx context.Context, key string, value any) {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.notes = append(a.notes, slog.Any(key, value))
	}
}

// observe writes one line for each run of a task.
func (w *Worker) observe(next asynq.Handler) asynq.Handler {
	return asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		w.running.Add(1)
		defer w.running.Done()
		a := &attempt{}
		ctx = context.WithValue(ctx, attemptKey{}, a)
		start := time.Now()
		err := recovered(ctx, next, t)
		id, _ := asynq.GetTaskID(ctx)
		retried, _ := asynq.GetRetryCount(ctx)
		line := []any{"kind", t.Type(), "task", id, "retried", retried, "ms", time.Since(start).Milliseconds()}
		a.mu.Lock()
		defer a.mu.Unlock()
		w.o.Log.Log(ctx, levelOf(err), "task", append(append(line, a.notes...), errorAttr(err)...)...)
		return public(err)
	})
}

// recovered turns a panic into an error: what Asynq would make of it lies open
// in Redis.
func recovered(ctx context.Context, next asynq.Handler, t *asynq.Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return next.ProcessTask(ctx, t)
}

var errFault = errors.New("a fault of ours; the worker's log has the reason under this task's ID")

// public is the error as Redis and the ops UI may see it. A database's own
// words can hold an address.
func public(err error) error {
	// Not AsType: joined to one of ours, another error's words would pass too.
	if _, ok := err.(*again); ok || err == nil || errors.Is(err, asynq.SkipRetry) {
		return err
	}
	return errFault
}

func levelOf(err error) slog.Level {
	if a, ok := errors.AsType[*again](err); err == nil || (ok && !a.failed) {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

func errorAttr(err error) []any {
	if err == nil {
		return nil
	}
	return []any{"error", err.Error()}
}

// asynqLog lets Asynq write through slog.
type asynqLog struct{ *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.Logger.Debug("asynq", "says", fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.Logger.Info("asynq", "says", fmt.Sprint(args...)) }
func (l asynqLog) Warn(args ...any)  { l.Logger.Warn("asynq", "says", fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) { l.Logger.Error("asynq", "says", fmt.Sprint(args...)) }
func (l asynqLog) Fatal(args ...any) { l.Logger.Error("asynq, fatal", "says", fmt.Sprint(args...)) }

// cronLog lets cron write through slog; its chatter goes to debug.
type cronLog struct{ *slog.Logger }

func (l cronLog) Info(msg string, kv ...any) { l.Logger.Debug("cron: "+msg, kv...) }
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.Logger.Error("cron: "+msg, append(kv, "error", err)...)
}
