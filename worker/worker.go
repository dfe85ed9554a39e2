// Package worker runs what the rows promise: it claims, works and records, for
// Asynq's tasks, and it keeps the timetable and the relay.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/blobs"
	"anteroom/internal/egress"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/worker/coalesce"
	"anteroom/worker/mail"
)

// Options are what a worker is built of. All but SettleAfter and Concurrency
// are needed.
type Options struct {
	DB          *schema.DB
	Redis       redis.UniversalClient
	Bell        *jobs.Bell
	Bus         *live.Bus
	Keys        *keyring.Ring
	Mail        mail.Config
	BaseURL     *url.URL
	Egress      *egress.Guard       // what webhooks go through; nil: public addresses only
	SettleAfter time.Duration       // how long an email of unknown fate is held; zero: 10 min
	Concurrency int                 // tasks at once; zero: 50
	Webhooks    schema.DeliveryPlan // zero: schema.DefaultDeliveryPlan
	Blobs       *blobs.Store        // where files are kept
	Log         *slog.Logger
}

// How a stop goes: nothing new is begun, a batch or a call that runs is finished
// (one to the mail provider takes 10 s at most) and what was claimed but not
// begun is given back. After graceful the contexts end too, and after hard the
// process leaves whatever hangs: its claims lapse and are taken up again.
const (
	graceful = 15 * time.Second
	hard     = 22 * time.Second
)

// groupSize is how many claims or results go into one transaction.
const groupSize = 100

// Worker runs tasks.
type Worker struct {
	o       Options
	system  *system.System
	sender  *mail.Sender
	claims  *coalesce.Group[schema.EmailID, system.EmailClaim]
	results *coalesce.Group[system.EmailResult, system.EmailAfter]

	courier *courier
	plan    schema.DeliveryPlan

	stopping chan struct{}  // closed when a stop begins
	running  sync.WaitGroup // handlers; Asynq does not wait for those whose context ended
}

// New makes a worker; Run starts it.
func New(o Options) *Worker {
	if o.Concurrency == 0 {
		o.Concurrency = 50
	}
	if o.Egress == nil {
		o.Egress = egress.New()
	}
	if o.Webhooks.Timeout == 0 {
		o.Webhooks = schema.DefaultDeliveryPlan
	}
	s := system.New(o.DB, o.SettleAfter, system.Deliveries(o.Webhooks))
	w := &Worker{
		o: o, system: s, sender: mail.New(o.Mail), plan: o.Webhooks, stopping: make(chan struct{}),
		claims:  coalesce.New(groupSize, s.ClaimEmails),
		results: coalesce.New(groupSize, s.RecordEmails),
	}
	w.courier = newCourier(w)
	return w
}

// Run works until ctx ends, then stops as described above and returns nil. It
// runs once.
func (w *Worker) Run(ctx context.Context) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	w.courier.base = base
	stop, shutdown, err := w.serve(base)
	if err != nil {
		return fmt.Errorf("worker: start: %w", err)
	}
	timetable := w.timetable(base)
	timetable.Start()
	relayed := make(chan struct{})
	go func() { defer close(relayed); w.relay(ctx) }()

	<-ctx.Done()
	w.o.Log.Info("worker stopping")
	close(w.stopping)
	stop()
	late := time.AfterFunc(graceful, cancel)
	defer late.Stop()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-timetable.Stop().Done()
		shutdown()
		w.running.Wait()
		w.courier.running.Wait()
		<-relayed
	}()
	select {
	case <-stopped:
		w.claims.Stop()
		w.results.Stop()
		w.courier.claims.Stop()
		w.courier.results.Stop()
	case <-time.After(hard):
		w.o.Log.Warn("worker left work behind; its claims lapse and are taken up again")
	}
	return nil
}

// stops says whether a stop has begun.
func (w *Worker) stops() bool {
	select {
	case <-w.stopping:
		return true
	default:
		return false
	}
}

// webhookServers is how many of Asynq's servers take webhooks: each has one loop
// that fetches tasks, one script call a task.
const webhookServers = 2

// serve starts Asynq's servers. stop has them take nothing new, shutdown waits for
// what runs.
func (w *Worker) serve(base context.Context) (stop, shutdown func(), err error) {
	var servers []*asynq.Server
	all := func(f func(*asynq.Server)) func() {
		return func() {
			var g sync.WaitGroup
			for _, s := range servers {
				g.Go(func() { f(s) })
			}
			g.Wait()
		}
	}
	stop, shutdown = all((*asynq.Server).Stop), all((*asynq.Server).Shutdown)
	mux := w.mux()
	for i := range 1 + webhookServers {
		c := w.config(base)
		if i > 0 {
			// A task here only claims, so few are at work at once; and its webhook
			// is to be on its way within milliseconds of the commit.
			c.Queues, c.Concurrency, c.TaskCheckInterval = jobs.WebhookQueues, webhookTasks, 10*time.Millisecond
		}
		s := asynq.NewServerFromRedisClient(w.o.Redis, c)
		if err := s.Start(mux); err != nil {
			stop()
			shutdown()
			return nil, nil, err
		}
		servers = append(servers, s)
	}
	return stop, shutdown, nil
}

// webhookTasks is how many tasks one of the webhook servers has at work.
const webhookTasks = 20

func (w *Worker) config(base context.Context) asynq.Config {
	return asynq.Config{
		BaseContext:              func() context.Context { return base },
		Concurrency:              w.o.Concurrency,
		Queues:                   jobs.Queues,
		TaskCheckInterval:        100 * time.Millisecond,
		DelayedTaskCheckInterval: time.Second,
		ShutdownTimeout:          graceful,
		IsFailure:                isFailure,
		RetryDelayFunc:           retryDelay,
		Logger:                   asynqLog{w.o.Log},
		LogLevel:                 asynq.WarnLevel,
	}
}

func (w *Worker) mux() *asynq.ServeMux {
	m := asynq.NewServeMux()
	m.Use(w.observe)
	for _, kind := range []string{jobs.InvitationSend, jobs.InvitationResend, jobs.EmailSend} {
		m.HandleFunc(kind, w.sendEmail)
	}
	m.HandleFunc(jobs.InvitationExpire, w.expireInvitations)
	m.HandleFunc(jobs.InvitationRemind, w.remindInvited)
	m.HandleFunc(jobs.InvitationBatch, w.sendBatch)
	m.HandleFunc(jobs.ClientDeactivate, w.deactivateClient)
	m.HandleFunc(jobs.WebhookReplay, w.replayDeliveries)
	m.HandleFunc(jobs.ClientErase, w.eraseClient)
	m.HandleFunc(jobs.WebhookHealth, w.checkEndpoints)
	m.HandleFunc(jobs.MaintenancePrune, w.prune)
	m.HandleFunc(jobs.MediaThumbnail, w.makeThumbnail)
	m.HandleFunc(jobs.MediaSweep, w.sweepMedia)
	m.HandleFunc(jobs.WebhookDeliver, w.deliverWebhooks)
	m.HandleFunc(jobs.WebhookDrain, w.drainLane)
	return m
}
