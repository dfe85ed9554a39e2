// Command bench measures what `make bench` prints: each figure beside the floor
// that was measured in the same run, because machines are noisy and ratios
// travel better than numbers. The database flushes at every commit and Redis
// appends to its file; both share the machine with the load.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"anteroom/internal/engine"
	"anteroom/schema"
	"anteroom/schema/demo"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "stale invitations to sweep")
	span := flag.Duration("span", 6*time.Second, "time for each line of the invite table")
	webhooks := flag.Int("webhooks", 200_000, "deliveries to make, memory being looked at")
	only := flag.String("only", "", "webhooks or media: that part alone")
	dir := flag.String("dir", ".", "where the databases are put for the run: use a real disk")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir, *rows, *webhooks, *span, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, rows, webhooks int, span time.Duration, only string) error {
	data, err := os.MkdirTemp(dir, ".bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	pair, err := engine.Start(ctx, engine.Options{Dir: data, Log: os.Stderr})
	if err != nil {
		return err
	}
	defer pair.Stop(context.WithoutCancel(ctx))
	files, err := database(ctx, pair, "media")
	if err != nil {
		return err
	}
	defer files.Close()
	if only != "webhooks" {
		if err := benchMedia(ctx, files, pair.SQL.URL("media"), pair.Redis.URL(3), data); err != nil || only == "media" {
			return err
		}
	}
	hooks, err := database(ctx, pair, "webhooks")
	if err != nil {
		return err
	}
	defer hooks.Close()
	if err := benchWebhooks(ctx, hooks, pair.Redis.URL(2), span, webhooks); err != nil || only == "webhooks" {
		return err
	}
	pages, err := database(ctx, pair, "pages")
	if err != nil {
		return err
	}
	defer pages.Close()
	if err := benchPage(ctx, pages, pair.Redis.URL(1), span); err != nil {
		return err
	}
	db, err := database(ctx, pair, "bench")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := benchInvite(ctx, db, pair.Redis.URL(0), span); err != nil {
		return err
	}
	return benchSweep(ctx, db, pair.SQL.URL("bench"), rows)
}

// database is one with the demo data.
func database(ctx context.Context, pair *engine.Pair, name string) (*schema.DB, error) {
	if err := pair.SQL.CreateDatabase(ctx, name); err != nil {
		return nil, err
	}
	db, err := schema.Open(ctx, pair.SQL.URL(name))
	if err != nil {
		return nil, err
	}
	err = schema.Migrate(ctx, db)
	if err == nil {
		_, err = demo.Seed(ctx, db)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}
