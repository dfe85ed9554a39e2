package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"anteroom/internal/crm"
	"anteroom/internal/engine"
	"anteroom/internal/keyring"
	"anteroom/internal/mailgunfake"
	"anteroom/internal/platformfake"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/web"
	"anteroom/web/page"
	"anteroom/worker"
	"anteroom/worker/mail"
)

// What the development stack signs operators in with. It listens on loopback
// only.
const (
	devOpsUser     = "operator"
	devOpsPassword = "kneading-trough"
	devMailDomain  = "mg.anteroom.example"
	devSigningKey  = "dev-webhook-signing-key"
)

type devCmd struct {
	Data      string `default:".data" type:"path" help:"Folder of the private database and Redis."`
	Port      int    `default:"8080" help:"Port on loopback; if taken, the next free one."`
	SQLServer string `env:"ANTEROOM_SQL_SERVER" help:"Binary of the SQL server; empty looks for mariadbd, then mysqld."`
	LogLevel  string `env:"LOG_LEVEL" default:"warn" help:"debug, info, warn or error."`
}

// Run starts everything and serves until Ctrl-C.
func (c *devCmd) Run(ctx context.Context) error {
	start := time.Now()
	if err := c.check(); err != nil {
		return err
	}
	pair, err := engine.Start(ctx, engine.Options{Dir: c.Data, SQLServer: c.SQLServer, Log: os.Stderr})
	if err != nil {
		return err
	}
	defer stopPair(pair)
	s := devStack{cmd: c, pair: pair}
	if err := s.open(ctx); err != nil {
		return err
	}
	defer s.parts.close()
	s.greet(time.Since(start))
	return s.serve(ctx)
}

func (c *devCmd) check() error {
	var f faults
	if err := new(slog.Level).UnmarshalText([]byte(c.LogLevel)); err != nil {
		f.add("LOG_LEVEL", fmt.Sprintf("%q is no level", c.LogLevel), "info")
	}
	if c.Port < 1 || c.Port > 65535 {
		f = append(f, fmt.Sprintf("--port: %d is no port. Example: --port=8080", c.Port))
	}
	return f.err()
}

func stopPair(p *engine.Pair) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "anteroom:", err)
	}
}

type devStack struct {
	cmd      *devCmd
	pair     *engine.Pair
	parts    *parts
	inbox    *mailgunfake.Server
	crm      *crm.Server
	platform *platformfake.Server
	listener net.Listener
	mailgun  net.Listener
	seeded   bool
}

// open prepares the database, the keys and the ports.
func (s *devStack) open(ctx context.Context) (err error) {
	if err := s.pair.SQL.CreateDatabase(ctx, "anteroom"); err != nil {
		return err
	}
	settings := ServerSettings{Settings: Settings{DatabaseURL: s.pair.SQL.URL("anteroom"), LogFormat: "text", LogLevel: s.cmd.LogLevel}, RedisURL: s.pair.Redis.URL(0),
		WebhookTimeout: "15s", WebhookRetries: "5s,5m,30m,2h,5h,10h,14h,20h,24h", WebhookAllow: "127.0.0.0/8,::1/128", MediaURL: "file://" + filepath.ToSlash(filepath.Join(s.cmd.Data, "media"))}
	keys, err := devKeys(filepath.Join(s.cmd.Data, "secret-keys"))
	if err != nil {
		return err
	}
	if s.listener, err = listenNear(s.cmd.Port); err != nil {
		return err
	}
	base := &url.URL{Scheme: "http", Host: "localhost:" + strconv.Itoa(portOf(s.listener))}
	if s.parts, err = settings.open(ctx, nil, base, keys); err != nil {
		return err
	}
	if err := schema.Migrate(ctx, s.parts.db); err != nil {
		return err
	}
	if s.seeded, err = demo.Seed(ctx, s.parts.db); err != nil {
		return err
	}
	if err := s.openCRM(ctx); err != nil {
		return err
	}
	if _, err := demo.SeedMedia(ctx, s.parts.db, s.keep(ctx)); err != nil {
		return err
	}
	if err := s.openPlatform(); err != nil {
		return err
	}
	return s.openMailgun()
}

// keep puts the demo's files into the bucket.
func (s *devStack) keep(ctx context.Context) func(key string, b []byte) error {
	return func(key string, b []byte) error {
		_, err := s.parts.blob.Write(ctx, key, bytes.NewReader(b))
		return err
	}
}

// openCRM starts the receiver of webhooks and leads the demo's endpoint to it.
func (s *devStack) openCRM(ctx context.Context) error {
	style, err := page.Asset("app.css")
	if err != nil {
		return err
	}
	script, err := page.Asset("vendor/htmx.js")
	if err != nil {
		return err
	}
	s.crm, err = crm.New(crm.Options{SecretFile: filepath.Join(s.cmd.Data, "crm-secret"), Stylesheet: style, Script: script, Stop: ctx.Done()})
	if err != nil {
		return err
	}
	hook := "http://" + s.listener.Addr().String() + "/dev/crm/hook"
	if err := demo.PointCRM(ctx, s.parts.db, hook); err != nil {
		return err
	}
	_, err = demo.SeedWebhooks(ctx, s.parts.db, s.parts.keys, demo.CRM{URL: hook, Secret: s.crm.Secret()})
	return err
}

// pages are those under /dev.
func (s *devStack) pages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/dev/crm", s.crm)
	mux.Handle("/dev/crm/", s.crm)
	mux.Handle(devPlatformPath+"/", s.platform)
	mux.Handle("/", s.inbox.Inbox())
	return mux
}

// openMailgun starts the stand-in on a port of its own: it misbehaves on the
// connection, which takes a plain net/http server.
func (s *devStack) openMailgun() (err error) {
	style, err := page.Asset("app.css")
	if err != nil {
		return err
	}
	s.inbox, err = mailgunfake.New(mailgunfake.Options{Domain: devMailDomain, APIKey: "dev", Dir: filepath.Join(s.cmd.Data, "mail"), Stylesheet: style, CRM: "/dev/crm",
		Hook: "http://" + s.listener.Addr().String() + "/hooks/mailgun", SigningKey: devSigningKey})
	if err != nil {
		return err
	}
	s.mailgun, err = net.Listen("tcp", "127.0.0.1:0")
	return err
}

func (s *devStack) serve(ctx context.Context) error {
	p := s.parts
	app := web.New(web.Options{DB: p.db, Keys: p.keys, Bell: p.bell, Bus: p.bus, Redis: p.rdb, BaseURL: p.base, Egress: p.out, Webhooks: p.plan, Blobs: p.blob, Platforms: s.platforms(), Log: p.log,
		MailgunSigningKey: devSigningKey, MailgunDomain: devMailDomain, OpsUser: devOpsUser, OpsPassword: devOpsPassword, OpsWrite: true, Dev: s.pages()})
	mailgun := &http.Server{Handler: s.inbox, ReadHeaderTimeout: 5 * time.Second}
	g, ctx := errgroup.WithContext(ctx)
	go p.bus.Run(ctx)
	g.Go(func() error { return serve(ctx, app, s.listener) })
	g.Go(func() error {
		defer s.inbox.Close()
		defer mailgun.Close() // after the worker's last call
		return worker.New(worker.Options{DB: p.db, Redis: p.rdb, Bell: p.bell, Bus: p.bus, Keys: p.keys, BaseURL: p.base, Egress: p.out, Webhooks: p.plan, Blobs: p.blob, Log: p.log,
			Mail: mail.Config{Domain: devMailDomain, APIKey: "dev", APIBase: "http://" + s.mailgun.Addr().String(),
				From: "Anteroom <portal@" + devMailDomain + ">"}}).Run(ctx)
	})
	g.Go(func() error {
		if err := mailgun.Serve(s.mailgun); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return g.Wait()
}

func (s *devStack) greet(took time.Duration) {
	if want := s.cmd.Port; portOf(s.listener) != want {
		fmt.Printf("Port %d is taken; using %d.\n", want, portOf(s.listener))
	}
	if s.seeded {
		fmt.Println("Demo data was written.")
	}
	fmt.Printf(`Anteroom is ready after %.1f s.

  %-13s %s
  %-13s %s   password: %s
  %-13s %s
  %-13s %s   (the same password)

  %-13s %s
  %-13s %s
  %-13s %s
  %-13s %s   password: %s

Ctrl-C stops it. Data is in %s.
`, took.Seconds(), "Dashboard", s.parts.base, "  sign in as", demo.Owner, demo.Password,
		"Client portal", s.parts.base.JoinPath("portal"), "  sign in as", demo.Client,
		"Mail inbox", s.parts.base.JoinPath("dev/mail"), "A CRM", s.parts.base.JoinPath("dev/crm"),
		"Job queues", s.parts.base.JoinPath("ops/queues"), "  operator", devOpsUser, devOpsPassword, s.cmd.Data)
}

// devKeys reads the stack's key, made on the first start: links in mails keep
// working after a restart.
func devKeys(file string) (*keyring.Ring, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		b = []byte(keyring.Generate("dev"))
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil {
		return nil, err
	}
	return keyring.Parse(string(b))
}

// listenNear listens on loopback at the port or the next free one of a hundred.
func listenNear(port int) (l net.Listener, err error) {
	for p := port; p < port+100; p++ {
		l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
	}
	return nil, err
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
