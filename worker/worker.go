// Package worker runs what the rows promise: it claims, works and records, for
// Asynq's tasks, and it keeps the timetable and the relay.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/keyring"
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
	Keys        *keyring.Ring
	Mail        mail.Config
	BaseURL     *url.URL
	SettleAfter time.Duration // how long an email of unknown fate is held; zero: 10 min
	Concurrency int           // tasks at once; zero: 50
	Log         *slog.Logger
}

// How a stop goes: no new work at once, running work has graceful to finish (a
// call to the mail provider takes 10 s at most), then its context ends and it
// gives back what it can, and by hard the process leaves whatever hangs.
const (
	graceful = 14 * time.Second
	release  = 18 * time.Second
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
}

// New makes a worker; Run starts it.
func New(o Options) *Worker {
	if o.Concurrency == 0 {
		o.Concurrency = 50
	}
	s := system.New(o.DB, o.SettleAfter)
	return &Worker{
		o: o, system: s, sender: mail.New(o.Mail),
		claims:  coalesce.New(groupSize, s.ClaimEmails),
		results: coalesce.New(groupSize, s.RecordEmails),
	}
}

// Run works until ctx ends, then stops as described above and returns nil.
func (w *Worker) Run(ctx context.Context) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := asynq.NewServerFromRedisClient(w.o.Redis, w.config(base))
	if err := server.Start(w.mux()); err != nil {
		return fmt.Errorf("worker: start: %w", err)
	}
	timetable := w.timetable(base)
	timetable.Start()
	relayed := make(chan struct{})
	go func() { defer close(relayed); w.relay(ctx) }()

	<-ctx.Done()
	w.o.Log.Info("worker stopping")
	server.Stop()
	late := time.AfterFunc(graceful, cancel)
	defer late.Stop()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-timetable.Stop().Done()
		server.Shutdown()
		<-relayed
	}()
	select {
	case <-stopped:
		w.claims.Stop()
		w.results.Stop()
	case <-time.After(hard):
		w.o.Log.Warn("worker left work behind; its claims lapse and are taken up again")
	}
	return nil
}

func (w *Worker) config(base context.Context) asynq.Config {
	return asynq.Config{
		BaseContext:              func() context.Context { return base },
		Concurrency:              w.o.Concurrency,
		Queues:                   jobs.Queues,
		TaskCheckInterval:        100 * time.Millisecond,
		DelayedTaskCheckInterval: time.Second,
		ShutdownTimeout:          release,
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
	m.HandleFunc(jobs.ClientDeactivate, w.deactivateClient)
	return m
}
