package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/schema"
)

// MaxDeliveries is how many deliveries one task carries.
const MaxDeliveries = 100

// laterMost bounds what waits to be rung for in this process. Beyond it, as while
// Redis is away, the relay finds the rows.
const laterMost = 20_000

// later gathers deliveries to ring for, while the ring before is under way: commits
// that come together share a task.
type later struct {
	mu      sync.Mutex
	ids     []schema.DeliveryID
	ringing bool
}

// Deliver rings for deliveries that are due, in the background and many in one
// task. It never waits and never fails: what is not rung for the relay finds.
// Such a task has no ID of its own. A second bell does no harm, the claim decides.
func (b *Bell) Deliver(ids []schema.DeliveryID) {
	l := &b.later
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ids)+len(ids) > laterMost {
		return
	}
	l.ids = append(l.ids, ids...)
	if !l.ringing {
		l.ringing = true
		go b.ringLater()
	}
}

func (b *Bell) ringLater() {
	for {
		ids := b.later.take()
		if len(ids) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), RingBudget)
		err := b.deliver(ctx, ids)
		cancel()
		if err != nil {
			b.log.Warn("ring", "error", err, "left_to_relay", len(ids))
		}
	}
}

// take takes as many as fit into one task; without any, the ringing is over.
func (l *later) take() []schema.DeliveryID {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.ids), MaxDeliveries)
	ids := l.ids[:n:n]
	if l.ids = l.ids[n:]; n == 0 {
		l.ids, l.ringing = nil, false
	}
	return ids
}

// DeliverIn rings for one delivery after a while: a failed one has its own time.
func (b *Bell) DeliverIn(ctx context.Context, wait time.Duration, id schema.DeliveryID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), RingBudget)
	defer cancel()
	if err := b.deliver(ctx, []schema.DeliveryID{id}, asynq.ProcessIn(wait)); err != nil {
		b.log.WarnContext(ctx, "ring", "error", err, "left_to_relay", 1)
	}
}

// DeliverAgain is the relay's ring. It rings for none while so many bells hang that
// these would only be more of the same.
func (b *Bell) DeliverAgain(ctx context.Context, ids []schema.DeliveryID) error {
	info, err := b.inspector.GetQueueInfo(QueueWebhooks)
	if err != nil && !errors.Is(err, asynq.ErrQueueNotFound) {
		return err
	}
	if info != nil && info.Pending > hangingMost {
		return nil
	}
	for len(ids) > 0 {
		n := min(len(ids), MaxDeliveries)
		if err := b.deliver(ctx, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// hangingMost is how many tasks may be pending before the relay adds none.
const hangingMost = 500

func (b *Bell) deliver(ctx context.Context, ids []schema.DeliveryID, more ...asynq.Option) error {
	payload, err := json.Marshal(DeliverPayload{ids})
	if err != nil {
		return err
	}
	options := append(more, asynq.Queue(QueueWebhooks), asynq.MaxRetry(maxRetry), asynq.Timeout(timeout))
	_, err = b.client.EnqueueContext(ctx, asynq.NewTask(WebhookDeliver, payload), options...)
	return err
}
