package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/platform"
	"anteroom/web"
	"anteroom/worker"
	"anteroom/worker/mail"
)

// drainWithin is how long a stopping web process lets requests finish, which
// take 15 s at most.
const drainWithin = 20 * time.Second

type webCmd struct {
	WebSettings `embed:""`
}

// Run serves until the process is told to stop.
func (c *webCmd) Run(ctx context.Context) error {
	var f faults
	base, keys := c.ServerSettings.check(&f)
	proxies, opsWrite := c.checkWeb(&f)
	limits := c.checkMedia(&f)
	platforms := c.checkOAuth(&f)
	p, err := c.open(ctx, f, base, keys)
	if err != nil {
		return err
	}
	defer p.close()
	l, err := net.Listen("tcp", c.listenAddress())
	if err != nil {
		return fmt.Errorf("can't listen, set LISTEN or PORT to a free address such as :8081: %w", err)
	}
	p.log.Info("web serving", "address", l.Addr().String())
	go p.bus.Run(ctx)
	return serve(ctx, web.New(web.Options{DB: p.db, Keys: keys, Bell: p.bell, Bus: p.bus, Redis: p.rdb, BaseURL: base, Egress: p.out, Webhooks: p.plan, Blobs: p.blob, Media: limits, Platforms: platform.New(base, platforms), Log: p.log,
		TrustedProxies: proxies, MailgunSigningKey: strings.TrimSpace(c.MailgunSigningKey), MailgunDomain: strings.TrimSpace(c.MailgunDomain), OpsUser: c.OpsUser, OpsPassword: c.OpsPassword, OpsWrite: opsWrite}), l)
}

// serve serves until ctx ends, then lets requests finish.
func serve(ctx context.Context, app *fiber.App, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- app.Listener(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		err := app.ShutdownWithTimeout(drainWithin)
		if errors.Is(err, context.DeadlineExceeded) {
			return nil // a client that does not read its answer can't keep us
		}
		return err
	}
}

type workerCmd struct {
	WorkerSettings `embed:""`
}

// Run works until the process is told to stop.
func (c *workerCmd) Run(ctx context.Context) error {
	var f faults
	base, keys := c.ServerSettings.check(&f)
	settle, concurrency := c.checkWorker(&f)
	p, err := c.open(ctx, f, base, keys)
	if err != nil {
		return err
	}
	defer p.close()
	if err := migrated(ctx, p.db); err != nil {
		return err
	}
	p.log.Info("worker working", "concurrency", concurrency)
	return worker.New(worker.Options{DB: p.db, Redis: p.rdb, Bell: p.bell, Bus: p.bus, Keys: keys, BaseURL: base, Egress: p.out, Log: p.log,
		SettleAfter: settle, Concurrency: concurrency, Webhooks: p.plan, Blobs: p.blob,
		Mail: mail.Config{Domain: c.MailgunDomain, APIKey: c.MailgunAPIKey, APIBase: c.MailgunAPIBase, From: c.MailFrom},
	}).Run(ctx)
}
