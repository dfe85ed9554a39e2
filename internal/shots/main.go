// Command shots takes the pictures in docs/screenshots: it starts `anteroom dev`
// on private engines in a temporary folder, goes on the tour and photographs
// every stop.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"anteroom/internal/browser"
	"anteroom/internal/tour"
)

func main() {
	binary := flag.String("anteroom", "bin/anteroom", "the built program")
	out := flag.String("out", "docs/screenshots", "folder of the pictures; those of an earlier run go away")
	only := flag.String("only", "", "name of one stop; the others' pictures stay as they are")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *binary, *out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, binary, out, only string) error {
	s, err := startStack(ctx, binary)
	if err != nil {
		return err
	}
	defer s.close()
	stage, err := tour.Open(ctx, s.data, s.base)
	if err != nil {
		return err
	}
	defer stage.Close()
	b, err := browser.Start()
	if err != nil {
		return err
	}
	defer b.Close()
	a := album{dir: out}
	for _, stop := range tour.All() {
		if only != "" && only != stop.Name {
			continue
		}
		if err := a.photograph(b, stage, stop); err != nil {
			return err
		}
	}
	if only != "" {
		return nil
	}
	return a.finish()
}
