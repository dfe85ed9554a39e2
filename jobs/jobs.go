// Package jobs says what is put on the queue: kinds, payloads, queues and
// options. A task is only a doorbell; the row it names is the promise.
package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/schema"
)

// The kinds of tasks. They never change: queued work outlives a deploy.
const (
	InvitationSend   = "invitation:send"
	InvitationResend = "invitation:resend"
	InvitationExpire = "invitation:expire"
	InvitationRemind = "invitation:remind"
	InvitationBatch  = "invitation:batch"
	EmailSend        = "email:send"
	ClientDeactivate = "client:deactivate"
	ClientErase      = "client:erase"
	MaintenancePrune = "maintenance:prune"
	WebhookDeliver   = "webhook:deliver"
	WebhookDrain     = "webhook:drain"
	WebhookReplay    = "webhook:replay"
	WebhookHealth    = "webhook:health"
	MediaThumbnail   = "media:thumbnail"
	MediaSweep       = "media:sweep"
)

// The queues. Webhooks have servers of their own: they are many and small, and
// are picked up within 10 ms.
const (
	QueueCritical = "critical"
	QueueBulk     = "bulk"
	QueueWebhooks = "webhooks"
)

// The weights as Asynq takes them: of ten picks, eight are mail that a person
// waits for.
var (
	Queues        = map[string]int{QueueCritical: 8, QueueBulk: 2}
	WebhookQueues = map[string]int{QueueWebhooks: 1}
)

// maxRetry is beyond what any row's own schedule allows: the row decides when
// it is enough, not the queue.
const maxRetry = 1000

// timeout bounds one run of a handler. A claim's lease is shorter, so a handler
// that hangs loses its row before it loses its slot.
const timeout = time.Minute

// RunFor is how long a handler with many batches goes on before it puts its
// task back for the rest.
const RunFor = timeout * 3 / 4

// EmailPayload is the payload of InvitationSend, InvitationResend and EmailSend.
type EmailPayload struct {
	EmailID schema.EmailID `json:"email_id"`
}

// ClientPayload is the payload of ClientDeactivate.
type ClientPayload struct {
	ClientID schema.ClientID `json:"client_id"`
}

// BatchPayload is the payload of InvitationBatch.
type BatchPayload struct {
	BatchID schema.BatchID `json:"batch_id"`
}

// DeliverPayload is the payload of WebhookDeliver, MaxDeliveries at most.
type DeliverPayload struct {
	DeliveryIDs []schema.DeliveryID `json:"delivery_ids"`
}

// EndpointPayload is the payload of WebhookDrain.
type EndpointPayload struct {
	EndpointID schema.EndpointID `json:"endpoint_id"`
}

// ReplayPayload is the payload of WebhookReplay.
type ReplayPayload struct {
	ReplayID schema.ReplayID `json:"replay_id"`
}

// MediaPayload is the payload of MediaThumbnail.
type MediaPayload struct {
	MediaID schema.MediaID `json:"media_id"`
}

// MediaSweepPayload is the payload of MediaSweep, which takes whatever blobs have
// no row when it runs.
type MediaSweepPayload struct{}

// HealthPayload is the payload of WebhookHealth, which takes whatever endpoints
// are in trouble when it runs.
type HealthPayload struct{}

// PrunePayload is the payload of MaintenancePrune, which takes whatever has no
// more use when it runs.
type PrunePayload struct{}

// ExpirePayload is the payload of InvitationExpire, which takes whatever is
// stale when it runs.
type ExpirePayload struct{}

// RemindPayload is the payload of InvitationRemind, which takes whatever is due
// when it runs.
type RemindPayload struct{}

var kinds = map[schema.Work]string{
	schema.WorkInvitationSend:     InvitationSend,
	schema.WorkInvitationSendBulk: InvitationSend,
	schema.WorkInvitationResend:   InvitationResend,
	schema.WorkInvitationBatch:    InvitationBatch,
	schema.WorkEmailSend:          EmailSend,
	schema.WorkClientDeactivate:   ClientDeactivate,
	schema.WorkClientErase:        ClientErase,
	schema.WorkWebhookDrain:       WebhookDrain,
	schema.WorkWebhookReplay:      WebhookReplay,
	schema.WorkThumbnail:          MediaThumbnail,
}

// Task is the bell for a due row, to ring at once: when the row is due is said
// by the database's clock, and a task that comes early is put back. Its ID is
// kind:row:ring, so a row has one bell at a time.
func Task(d schema.Due) (*asynq.Task, []asynq.Option, error) {
	kind, ok := kinds[d.Work]
	if !ok {
		return nil, nil, fmt.Errorf("jobs: no kind for work %d", d.Work)
	}
	payload, queue, err := payloadOf(d)
	if err != nil {
		return nil, nil, err
	}
	options := []asynq.Option{asynq.TaskID(taskID(kind, d)), asynq.Queue(queue), asynq.MaxRetry(maxRetry),
		asynq.Timeout(timeout)}
	return asynq.NewTask(kind, payload), options, nil
}

func taskID(kind string, d schema.Due) string { return fmt.Sprintf("%s:%s:%d", kind, d.Row, d.Ring) }

// payloadOf also says where the bell hangs: a list's mails and other bulk work
// never stand before a mail that a person waits for.
func payloadOf(d schema.Due) (b []byte, queue string, err error) {
	switch d.Work {
	case schema.WorkClientDeactivate, schema.WorkClientErase:
		b, err = payload(d.Row, "client", func(id schema.ClientID) any { return ClientPayload{id} })
		return b, QueueBulk, err
	case schema.WorkInvitationBatch:
		b, err = payload(d.Row, "list", func(id schema.BatchID) any { return BatchPayload{id} })
		return b, QueueBulk, err
	case schema.WorkWebhookReplay:
		b, err = payload(d.Row, "replay", func(id schema.ReplayID) any { return ReplayPayload{id} })
		return b, QueueBulk, err
	case schema.WorkThumbnail:
		b, err = payload(d.Row, "file", func(id schema.MediaID) any { return MediaPayload{id} })
		return b, QueueBulk, err
	case schema.WorkWebhookDrain:
		b, err = payload(d.Row, "endpoint", func(id schema.EndpointID) any { return EndpointPayload{id} })
		return b, QueueWebhooks, err
	}
	queue = QueueCritical
	if d.Work == schema.WorkInvitationSendBulk {
		queue = QueueBulk
	}
	b, err = payload(d.Row, "email", func(id schema.EmailID) any { return EmailPayload{id} })
	return b, queue, err
}

func payload[ID any, P interface {
	*ID
	UnmarshalText([]byte) error
}](row, noun string, of func(ID) any) ([]byte, error) {
	id, err := schema.Parse[ID, P](row)
	if err != nil {
		return nil, fmt.Errorf("jobs: %q is no %s: %w", row, noun, err)
	}
	return json.Marshal(of(id))
}

// Read reads a payload. One that can't be read never will be, so the error
// skips retrying.
func Read[P any](t *asynq.Task) (p P, err error) {
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return p, fmt.Errorf("jobs: the payload of %s can’t be read (%v): %w", t.Type(), err, asynq.SkipRetry)
	}
	return p, nil
}
