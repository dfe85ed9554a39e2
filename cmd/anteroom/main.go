// Command anteroom is the whole product in one binary: the web tier, the
// workers, the migrations, the operator's commands, and a development stack.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones of people, on machines that have none installed

	"github.com/alecthomas/kong"

	"anteroom/schema"
)

// Exit statuses.
const (
	exitFailed = 1
	exitUsage  = 2 // wrong flags or configuration
)

type cli struct {
	Dev     devCmd     `cmd:"" help:"Run everything on this machine: private database and Redis, demo data, a mail inbox."`
	Web     webCmd     `cmd:"" help:"Run the web tier."`
	Worker  workerCmd  `cmd:"" help:"Run a worker."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to the newest schema."`
	Seed    seedCmd    `cmd:"" help:"Fill an empty database with demo data."`
	Agency  agencyCmd  `cmd:"" help:"Create and change agencies."`
	Keys    keysCmd    `cmd:"" help:"Look after the secrets that are stored encrypted."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	unsetEmpty()
	parser := kong.Must(&cli{}, kong.Name("anteroom"), kong.UsageOnError(),
		kong.Description("Invites an agency's clients into a client portal."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "anteroom:", err)
		return exitUsage
	}
	return report(command.Run())
}

// unsetEmpty makes a variable that is set to nothing, as compose files and .env
// often have it, the same as one that is not set.
func unsetEmpty() {
	for _, v := range os.Environ() {
		if name, value, _ := strings.Cut(v, "="); value == "" {
			_ = os.Unsetenv(name)
		}
	}
}

// faultsError is a configuration that can't be used.
type faultsError struct{ faults }

func (e faultsError) Error() string { return fmt.Sprintf("%d settings are wrong", len(e.faults)) }

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return faultsError{f}
}

func report(err error) int {
	if err == nil {
		return 0
	}
	if wrong, ok := errors.AsType[faultsError](err); ok {
		for _, line := range wrong.faults {
			fmt.Fprintln(os.Stderr, line)
		}
		return exitUsage
	}
	fmt.Fprintln(os.Stderr, "anteroom:", err)
	if schema.KindOf(err) != 0 {
		return exitUsage
	}
	return exitFailed
}
