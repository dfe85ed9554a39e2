package jobs_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var update = flag.Bool("update", false, "write the golden file anew")

const (
	emailID  = "em_01J00000000000000000000001"
	clientID = "cl_01J00000000000000000000002"
	batchID  = "ib_01J00000000000000000000003"

	endpointID = "ep_01J00000000000000000000004"
	replayID   = "rp_01J00000000000000000000005"
)

var everyWork = []schema.Due{
	{Work: schema.WorkInvitationSend, Row: emailID},
	{Work: schema.WorkInvitationResend, Row: emailID, Ring: 2},
	{Work: schema.WorkEmailSend, Row: emailID},
	{Work: schema.WorkClientDeactivate, Row: clientID, Ring: 41},
	{Work: schema.WorkInvitationSendBulk, Row: emailID, Ring: 3},
	{Work: schema.WorkInvitationBatch, Row: batchID},
	{Work: schema.WorkWebhookDrain, Row: endpointID},
	{Work: schema.WorkWebhookReplay, Row: replayID, Ring: 1},
	{Work: schema.WorkClientErase, Row: clientID},
}

// Queued work outlives a deploy, so what is on the queue never changes shape.
func TestKindsIDsAndPayloadsStayAsTheyAre(t *testing.T) {
	var b strings.Builder
	for _, d := range everyWork {
		task, options, err := jobs.Task(d)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s %s\n", task.Type(), task.Payload(), optionsOf(options))
	}
	const golden = "testdata/tasks.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the tasks changed:\n%s\nwas:\n%s", b.String(), want)
	}
}

func optionsOf(options []asynq.Option) string {
	var out []string
	for _, o := range options {
		out = append(out, o.String())
	}
	return strings.Join(out, " ")
}

func TestATaskForARowOfAnotherKindIsRefused(t *testing.T) {
	for _, d := range []schema.Due{
		{Work: schema.WorkClientDeactivate, Row: emailID},
		{Work: schema.WorkEmailSend, Row: clientID},
		{Work: schema.WorkEmailSend, Row: "em_rubbish"},
		{Work: schema.WorkInvitationSendBulk, Row: batchID},
		{Work: schema.WorkInvitationBatch, Row: emailID},
		{Work: 0, Row: emailID},
	} {
		if _, _, err := jobs.Task(d); err == nil {
			t.Errorf("%+v made a task", d)
		}
	}
}

func TestAnUnreadablePayloadIsNotRetried(t *testing.T) {
	for _, payload := range []string{``, `{`, `{"email_id":"cl_01J00000000000000000000002"}`} {
		_, err := jobs.Read[jobs.EmailPayload](asynq.NewTask(jobs.EmailSend, []byte(payload)))
		if err == nil || !strings.Contains(err.Error(), asynq.SkipRetry.Error()) {
			t.Errorf("%q: %v", payload, err)
		}
	}
}

func TestARowHasOneBellAtATime(t *testing.T) {
	rdb := testkit.Redis(t)
	bell := jobs.NewBell(rdb, discard)
	d := everyWork[0]
	bell.Ring(t.Context(), d, d)
	if state, err := bell.RingAgain(t.Context(), d); err != nil || state != jobs.Hanging {
		t.Errorf("a pending bell: %v, %v", state, err)
	}
	d.Ring++
	if state, err := bell.RingAgain(t.Context(), d); err != nil || state != jobs.Rung {
		t.Errorf("the next ring number: %v, %v", state, err)
	}
	if n := pending(t, rdb, jobs.QueueCritical); n != 2 {
		t.Errorf("%d tasks hang there, want 2", n)
	}
}

func TestABellThatCanNeverRingAgainIsDead(t *testing.T) {
	rdb := testkit.Redis(t)
	bell, inspector := jobs.NewBell(rdb, discard), asynq.NewInspectorFromRedisClient(rdb)
	d := everyWork[0]
	bell.Ring(t.Context(), d)
	if err := inspector.ArchiveTask(jobs.QueueCritical, jobs.InvitationSend+":"+d.Row+":0"); err != nil {
		t.Fatal(err)
	}
	if state, err := bell.RingAgain(t.Context(), d); err != nil || state != jobs.Dead {
		t.Errorf("an archived bell: %v, %v", state, err)
	}
}

func TestAnActiveBellIsDeadOnlyOnceTheLeaseLapsed(t *testing.T) {
	rdb := testkit.Redis(t)
	bell := jobs.NewBell(rdb, discard)
	started, hold := make(chan struct{}), make(chan struct{})
	server := asynq.NewServerFromRedisClient(rdb, asynq.Config{Queues: jobs.Queues, Concurrency: 1, TaskCheckInterval: 10 * time.Millisecond, LogLevel: asynq.FatalLevel})
	err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { close(started); <-hold; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	defer close(hold)
	d := everyWork[0]
	bell.Ring(t.Context(), d)
	<-started
	if state, err := bell.RingAgain(t.Context(), d); err != nil || state != jobs.Hanging {
		t.Errorf("active within its lease: %v, %v", state, err)
	}
	d.Lapsed = true
	if state, err := bell.RingAgain(t.Context(), d); err != nil || state != jobs.Dead {
		t.Errorf("active with a lapsed lease: %v, %v", state, err)
	}
}

func TestReplicasEnqueueASlotOnce(t *testing.T) {
	rdb := testkit.Redis(t)
	bell := jobs.NewBell(rdb, discard)
	slot := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for range 3 {
		if err := bell.Sweep(t.Context(), slot); err != nil {
			t.Fatal(err)
		}
	}
	if n := pending(t, rdb, jobs.QueueBulk); n != 1 {
		t.Errorf("%d sweeps for one slot", n)
	}
	bell.Stale(t.Context())
	bell.Stale(t.Context())
	if n := pending(t, rdb, jobs.QueueBulk); n != 2 {
		t.Errorf("%d sweeps after two stale rows, want one more", n)
	}
	for range 3 {
		if err := bell.Remind(t.Context(), slot); err != nil {
			t.Fatal(err)
		}
	}
	tasks, err := asynq.NewInspectorFromRedisClient(rdb).ListPendingTasks(jobs.QueueBulk)
	if err != nil || len(tasks) != 3 || !slices.ContainsFunc(tasks, func(i *asynq.TaskInfo) bool {
		return i.Type == jobs.InvitationRemind && string(i.Payload) == "{}"
	}) {
		t.Errorf("after three reminders for one slot: %+v (%v)", tasks, err)
	}
}

func TestRingingTakesNoLongerThanItsBudgetWithoutRedis(t *testing.T) {
	server := testkit.OwnRedis(t)
	rdb, err := jobs.OpenRedis(server.URL(0))
	if err != nil {
		t.Fatal(err)
	}
	defer rdb.Close()
	bell := jobs.NewBell(rdb, discard)
	for _, c := range []struct {
		name  string
		spoil func()
	}{
		{"hanging", func() { freeze(t, server.Pid()) }},
		{"away", func() {
			thaw(t, server.Pid())
			if err := server.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		c.spoil()
		start := time.Now()
		bell.Ring(t.Context(), everyWork...)
		if took := time.Since(start); took > 2*jobs.RingBudget {
			t.Errorf("Redis %s: ringing took %v, the budget is %v", c.name, took, jobs.RingBudget)
		}
	}
}

func TestAWipedRedisShowsTheQueuesAgain(t *testing.T) {
	rdb := testkit.Redis(t)
	bell := jobs.NewBell(rdb, discard)
	if err := bell.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	queues, err := asynq.NewInspectorFromRedisClient(rdb).Queues()
	if err != nil || len(queues) != len(jobs.Queues)+len(jobs.WebhookQueues) {
		t.Errorf("the inspector sees %v, %v", queues, err)
	}
}
