package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anteroom/schema"
)

// RingBudget is what all the rings of one request may take together. What was
// not rung by then the relay finds.
const RingBudget = 250 * time.Millisecond

// Bell enqueues tasks. It is safe for concurrent use.
type Bell struct {
	client    *asynq.Client
	inspector *asynq.Inspector
	rdb       redis.UniversalClient
	log       *slog.Logger
	later     later
}

// NewBell makes a bell on a Redis client that stays the caller's to close.
func NewBell(rdb redis.UniversalClient, log *slog.Logger) *Bell {
	return &Bell{client: asynq.NewClientFromRedisClient(rdb), inspector: asynq.NewInspectorFromRedisClient(rdb), rdb: rdb, log: log}
}

// Ring rings once for each due row, after the commit that made it due. It
// never fails: a bell that can't be rung is logged, and the relay rings it.
func (b *Bell) Ring(ctx context.Context, due ...schema.Due) {
	if len(due) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), RingBudget)
	defer cancel()
	for i, d := range due {
		if _, err := b.enqueue(ctx, d); err != nil {
			b.log.WarnContext(ctx, "ring", "error", err, "left_to_relay", len(due)-i)
			return
		}
	}
}

// State is what became of a bell that was to be rung.
type State uint8

const (
	// Rung: it hangs there now.
	Rung State = iota + 1
	// Hanging: it hung there already and will ring.
	Hanging
	// Dead: a task with this ID is there that can never ring for the row again;
	// the row's ring number has to be raised.
	Dead
)

// RingAgain is the relay's ring: it also says whether the old bell is dead,
// which it is when its task is archived or completed, or active while the
// row's lease has lapsed.
func (b *Bell) RingAgain(ctx context.Context, d schema.Due) (State, error) {
	rung, err := b.enqueue(ctx, d)
	if err != nil {
		return 0, err
	}
	if rung {
		return Rung, nil
	}
	task, options, err := Task(d)
	if err != nil {
		return 0, err
	}
	info, err := b.inspector.GetTaskInfo(queueOf(options), taskID(task.Type(), d))
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return Hanging, nil // it finished this moment; the next look decides
	}
	if err != nil {
		return 0, fmt.Errorf("jobs: look at %s: %w", taskID(task.Type(), d), err)
	}
	switch {
	case info.State == asynq.TaskStateArchived, info.State == asynq.TaskStateCompleted,
		info.State == asynq.TaskStateActive && d.Lapsed:
		return Dead, nil
	}
	return Hanging, nil
}

// enqueue reports false when a task with the row's ID exists.
func (b *Bell) enqueue(ctx context.Context, d schema.Due) (bool, error) {
	task, options, err := Task(d)
	if err != nil {
		return false, err
	}
	if d.Wait > 0 {
		options = append(options, asynq.ProcessIn(d.Wait))
	}
	_, err = b.client.EnqueueContext(ctx, task, options...)
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("jobs: ring %s: %w", taskID(task.Type(), d), err)
	}
	return true, nil
}

func queueOf(options []asynq.Option) string {
	for _, o := range options {
		if o.Type() == asynq.QueueOpt {
			return o.Value().(string)
		}
	}
	return ""
}

// Sweep enqueues the expiry of stale invitations for a slot of the timetable:
// replicas that fire for the same slot enqueue it once.
func (b *Bell) Sweep(ctx context.Context, slot time.Time) error {
	return b.sweep(ctx, InvitationExpire, ExpirePayload{}, slotID(InvitationExpire, slot), asynq.Retention(3*time.Minute))
}

// Remind enqueues the reminding of the invited for a slot of the timetable, as
// Sweep does.
func (b *Bell) Remind(ctx context.Context, slot time.Time) error {
	return b.sweep(ctx, InvitationRemind, RemindPayload{}, slotID(InvitationRemind, slot), asynq.Retention(15*time.Minute))
}

// Prune enqueues the deleting of what has no more use for a slot of the
// timetable, as Sweep does.
func (b *Bell) Prune(ctx context.Context, slot time.Time) error {
	return b.sweep(ctx, MaintenancePrune, PrunePayload{}, slotID(MaintenancePrune, slot), asynq.Retention(3*time.Hour))
}

func slotID(kind string, slot time.Time) string { return fmt.Sprintf("cron:%s:%d", kind, slot.Unix()) }

// Health enqueues the look at endpoints in trouble for a slot of the timetable, as
// Sweep does.
func (b *Bell) Health(ctx context.Context, slot time.Time) error {
	return b.sweep(ctx, WebhookHealth, HealthPayload{}, slotID(WebhookHealth, slot), asynq.Retention(3*time.Minute))
}

// SweepMedia enqueues the removing of blobs without a row for a slot of the
// timetable, as Sweep does.
func (b *Bell) SweepMedia(ctx context.Context, slot time.Time) error {
	return b.sweep(ctx, MediaSweep, MediaSweepPayload{}, slotID(MediaSweep, slot), asynq.Retention(3*time.Hour))
}

// Stale enqueues the sweep of stale invitations because somebody came upon a stale row. It never
// fails: the timetable's sweep comes within a minute.
func (b *Bell) Stale(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), RingBudget)
	defer cancel()
	if err := b.sweep(ctx, InvitationExpire, ExpirePayload{}, InvitationExpire+":stale"); err != nil {
		b.log.WarnContext(ctx, "ring", "error", err)
	}
}

// sweep enqueues work that takes whatever is due when it runs.
func (b *Bell) sweep(ctx context.Context, kind string, what any, id string, more ...asynq.Option) error {
	payload, err := json.Marshal(what)
	if err != nil {
		return err
	}
	// Never archived: the ID of stale's would then stay taken.
	options := append(more, asynq.TaskID(id), asynq.Queue(QueueBulk), asynq.MaxRetry(maxRetry), asynq.Timeout(timeout))
	_, err = b.client.EnqueueContext(ctx, asynq.NewTask(kind, payload), options...)
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("jobs: ring %s: %w", id, err)
	}
	return nil
}

// Announce puts the queues back on Asynq's own list, which it fills once per
// process and which a wiped Redis loses: without it the web UI shows nothing.
func (b *Bell) Announce(ctx context.Context) error {
	return b.rdb.SAdd(ctx, "asynq:queues", QueueCritical, QueueBulk, QueueWebhooks).Err()
}
