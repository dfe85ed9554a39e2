package jobs_test

import (
	"log/slog"
	"syscall"
	"testing"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

var discard = slog.New(slog.DiscardHandler)

func pending(t *testing.T, rdb redis.UniversalClient, queue string) int {
	t.Helper()
	tasks, err := asynq.NewInspectorFromRedisClient(rdb).ListPendingTasks(queue)
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}

func freeze(t *testing.T, pid int) { signal(t, pid, syscall.SIGSTOP) }
func thaw(t *testing.T, pid int)   { signal(t, pid, syscall.SIGCONT) }

func signal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
}
