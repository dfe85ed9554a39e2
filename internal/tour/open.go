package tour

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"anteroom/internal/keyring"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

// Open joins a running `anteroom dev` with fresh demo data, and brings it into
// the states that the stops need. data is its folder, base where it serves.
// Close ends the connections.
func Open(ctx context.Context, data, base string) (*Stage, error) {
	s := &Stage{Base: base, names: map[string]string{}, sessions: map[string]string{}}
	if err := s.join(ctx, data); err != nil {
		return nil, errors.Join(fmt.Errorf("tour: %w", err), s.Close())
	}
	for _, step := range []func(context.Context) error{
		s.nameAll, s.otherAgencies, s.quiet, s.invitations, s.colleagues, s.signUps, s.accountLinks, s.batches, s.endpoints, s.content, s.states, s.several, s.extraMails, s.quiet, s.nameMails, s.signIn,
	} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("tour: %w", err), s.Close())
		}
	}
	return s, nil
}

// join opens what the stack keeps in its folder.
func (s *Stage) join(ctx context.Context, data string) error {
	b, err := os.ReadFile(filepath.Join(data, "secret-keys"))
	if err != nil {
		return err
	}
	if s.keys, err = keyring.Parse(string(b)); err != nil {
		return err
	}
	if s.rdb, err = jobs.OpenRedis("unix://" + filepath.Join(data, "run", "redis.sock")); err != nil {
		return err
	}
	s.bell = jobs.NewBell(s.rdb, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if s.db, err = schema.Open(ctx, "mysql://root@unix("+filepath.Join(data, "run", "sql.sock")+")/anteroom"); err != nil {
		return err
	}
	s.visitor = visitor.New(s.db, s.keys)
	return nil
}

// Close ends the connections.
func (s *Stage) Close() error {
	var errs []error
	if s.rdb != nil {
		errs = append(errs, s.rdb.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(errs...)
}
