package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/blobs"
	"anteroom/internal/egress"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
)

// connectWithin is how long a start waits for the database.
const connectWithin = 10 * time.Second

// logger writes lines to standard error; the settings were checked.
func (s Settings) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel))
	o := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(os.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, o))
}

func (s Settings) openDB(ctx context.Context) (*schema.DB, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	return schema.Open(ctx, s.DatabaseURL)
}

// migrated refuses a database without the newest schema, in words.
func migrated(ctx context.Context, db *schema.DB) error {
	current, err := schema.Current(ctx, db)
	if err == nil && !current {
		err = errors.New("the database lacks migrations; run `anteroom migrate` first")
	}
	return err
}

// quiet keeps go-redis from printing to standard error: what it would print is
// returned as an error too.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

func init() { redis.SetLogger(quiet{}) }

// parts is what a server process is wired of.
type parts struct {
	db   *schema.DB
	rdb  redis.UniversalClient
	bell *jobs.Bell
	bus  *live.Bus
	keys *keyring.Ring
	base *url.URL
	out  *egress.Guard
	plan schema.DeliveryPlan
	blob *blobs.Store
	log  *slog.Logger
}

// open connects what a server process needs, unless settings are at fault.
func (s ServerSettings) open(ctx context.Context, f faults, base *url.URL, keys *keyring.Ring) (*parts, error) {
	if err := f.err(); err != nil {
		return nil, err
	}
	db, err := s.openDB(ctx)
	if err != nil {
		return nil, err
	}
	rdb, err := jobs.OpenRedis(s.RedisURL)
	if err != nil {
		db.Close()
		return nil, err
	}
	media, err := blobs.Open(ctx, s.MediaURL)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("MEDIA_URL: %w", err), rdb.Close(), db.Close())
	}
	log := s.logger()
	bell := jobs.NewBell(rdb, log)
	db.OnDeliveries(bell.Deliver)
	return &parts{db: db, rdb: rdb, bell: bell, bus: live.New(rdb, log), keys: keys, base: base,
		out: egress.New(parseCIDRs(&f, "WEBHOOK_ALLOW_CIDRS", s.WebhookAllow)...), plan: s.checkWebhooks(&f), blob: media, log: log}, nil
}

func (p *parts) close() {
	_ = p.blob.Close()
	_ = p.rdb.Close()
	_ = p.db.Close()
}
