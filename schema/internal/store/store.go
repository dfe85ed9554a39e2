// Package store runs the verbs' transactions.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// Tx is one transaction at READ COMMITTED. Now is the database's time when it
// began, the only clock that the rules see.
type Tx struct {
	tx   *sqlx.Tx
	ctx  context.Context
	Now  time.Time
	keep bool
	due  []schema.DeliveryID
}

// maxTries bounds how often a transaction that lost to another is run again.
// With 16 callers on one row the worst seen was 3.
const maxTries = 12

// Run runs fn in a transaction, again if it was the victim of a deadlock or of
// a row that got in between. A refusal (*schema.Error) rolls back, unless fn
// called Keep.
func Run(ctx context.Context, db *schema.DB, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		err := once(ctx, db, fn)
		if err == nil || !schema.Retryable(err) || try == maxTries {
			return err
		}
		if err := sleep(ctx, rand.N(time.Duration(try)*10*time.Millisecond)); err != nil {
			return err
		}
	}
}

func once(ctx context.Context, db *schema.DB, fn func(*Tx) error) error {
	raw, err := db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	defer raw.Rollback() // no effect after the commit
	tx := &Tx{tx: raw, ctx: ctx}
	if err := tx.Get(&tx.Now, `SELECT UTC_TIMESTAMP(6)`); err != nil {
		return err
	}
	refusal := fn(tx)
	if refusal != nil && !(tx.keep && schema.KindOf(refusal) != 0) {
		return refusal
	}
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	db.Committed(tx.due)
	return refusal
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// Keep commits what was written so far even if the verb is then refused: a
// stale invitation that a verb comes upon is expired, whatever the verb's fate.
func (t *Tx) Keep() { t.keep = true }

// Deliver notes deliveries that are due once this is committed.
func (t *Tx) Deliver(ids ...schema.DeliveryID) { t.due = append(t.due, ids...) }

// Get reads one row; none is schema.ErrNotFound.
func (t *Tx) Get(dest any, query string, args ...any) error {
	err := t.tx.GetContext(t.ctx, dest, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return schema.ErrNotFound
	}
	return wrap(err)
}

// Select reads rows into a slice.
func (t *Tx) Select(dest any, query string, args ...any) error {
	return wrap(t.tx.SelectContext(t.ctx, dest, query, args...))
}

// SelectIn is Select for a query with slices among its arguments, which must
// not be empty.
func (t *Tx) SelectIn(dest any, query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return wrap(err)
	}
	return t.Select(dest, query, args...)
}

// Exec runs a statement and returns how many rows it matched.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, wrap(err)
	}
	return r.RowsAffected()
}

// ExecIn is Exec for a statement with slices among its arguments, which must
// not be empty.
func (t *Tx) ExecIn(query string, args ...any) (int64, error) {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return 0, wrap(err)
	}
	return t.Exec(query, args...)
}

// Named runs a statement with :names taken from arg, a struct or a slice of
// them, which must not be empty.
func (t *Tx) Named(query string, arg any) (int64, error) {
	r, err := t.tx.NamedExecContext(t.ctx, query, arg)
	if err != nil {
		return 0, wrap(err)
	}
	return r.RowsAffected()
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: %w", err)
}
