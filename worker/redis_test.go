package worker_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
)

// idle says that no task waits on any queue.
func idle(t *testing.T, rdb redis.UniversalClient) bool {
	t.Helper()
	inspector := asynq.NewInspectorFromRedisClient(rdb)
	for q := range jobs.Queues {
		if info, err := inspector.GetQueueInfo(q); err == nil && info.Pending+info.Active+info.Scheduled+info.Retry > 0 {
			return false
		}
	}
	return true
}

func TestAFlushedRedisLosesNoMail(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rdb := testkit.Redis(t)
	i := s.invite("Tom Okafor", "tom@orchardlane.example")
	jobs.NewBell(rdb, discard).Ring(t.Context(), i.Due...)
	s.check(rdb.FlushDB(t.Context()).Err()) // after the commit, before the worker
	s.work(rdb, time.Minute)
	s.waitForMail("tom@orchardlane.example", 30*time.Second)
	s.waitForState(i.Due[0], 5*time.Second, schema.EmailSent)
	if n := len(s.mails("tom@orchardlane.example")); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

func TestAFlushUnderARunningWorkerLosesNoMail(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rdb := testkit.Redis(t)
	bell, _ := s.work(rdb, time.Minute)
	first := s.invite("Tom Okafor", "tom@orchardlane.example")
	bell.Ring(t.Context(), first.Due...)
	s.waitForState(first.Due[0], 10*time.Second, schema.EmailSent)
	s.check(rdb.FlushDB(t.Context()).Err())
	second := s.invite("Hana Sato", "hana@orchardlane.example")
	bell.Ring(t.Context(), second.Due...)
	s.waitForState(second.Due[0], 30*time.Second, schema.EmailSent)
	inspector := asynq.NewInspectorFromRedisClient(rdb)
	s.eventually(20*time.Second, func() bool {
		q, err := inspector.Queues()
		return err == nil && len(q) == len(jobs.Queues)+len(jobs.WebhookQueues)
	},
		func() string { return "operators don't see the queues" })
}

// The invite goes through with Redis gone or hanging, in under a second, and
// the mail goes out once Redis is back.
func TestAnInviteDoesNotWaitForRedis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		away, again func(*testing.T, *stage, redisServer)
	}{
		{"stopped", func(t *testing.T, s *stage, r redisServer) { s.check(r.Stop(t.Context())) },
			func(t *testing.T, s *stage, r redisServer) { s.check(r.Start(t.Context())) }},
		{"hanging", func(t *testing.T, s *stage, r redisServer) { s.check(syscall.Kill(r.Pid(), syscall.SIGSTOP)) },
			func(t *testing.T, s *stage, r redisServer) { s.check(syscall.Kill(r.Pid(), syscall.SIGCONT)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			server := testkit.OwnRedis(t)
			rdb := openRedis(t, server.URL(0))
			bell, _ := s.work(rdb, time.Minute)
			c.away(t, s, server)
			start := time.Now()
			i := s.invite("Tom Okafor", "tom@orchardlane.example")
			bell.Ring(t.Context(), i.Due...)
			if took := time.Since(start); took > time.Second {
				t.Errorf("the invite took %v without Redis", took)
			}
			time.Sleep(3 * time.Second) // the relay tries, and fails, meanwhile
			c.again(t, s, server)
			s.waitForMail("tom@orchardlane.example", 40*time.Second)
			s.waitForState(i.Due[0], 5*time.Second, schema.EmailSent)
			if n := len(s.mails("tom@orchardlane.example")); n != 1 {
				t.Errorf("%d mails, want 1", n)
			}
		})
	}
}
