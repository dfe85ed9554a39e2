// Package system holds the verbs of the machine: claiming and recording work,
// sweeping, the cascade after a deletion, what the relay rings for, and what an
// operator does from the command line.
package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// DefaultSettle is how long an email of unknown fate is held before it is sent
// again: the provider's events tend to come within minutes.
const DefaultSettle = 10 * time.Minute

// System runs the verbs.
type System struct {
	db     *schema.DB
	settle time.Duration
	plan   schema.DeliveryPlan
	rows   int // that one transaction of an erasing writes
}

// Option changes how the verbs work.
type Option func(*System)

// Deliveries are tried by this plan instead of schema.DefaultDeliveryPlan.
func Deliveries(p schema.DeliveryPlan) Option { return func(s *System) { s.plan = p } }

// Erasing writes that many rows in a transaction at most, instead of EraseRows.
func Erasing(rows int) Option { return func(s *System) { s.rows = rows } }

// New makes the verbs over a database. settle is how long an email of unknown
// fate is held; zero means DefaultSettle.
func New(db *schema.DB, settle time.Duration, options ...Option) *System {
	if settle == 0 {
		settle = DefaultSettle
	}
	s := &System{db, settle, schema.DefaultDeliveryPlan, EraseRows}
	for _, o := range options {
		o(s)
	}
	return s
}

func (s *System) run(ctx context.Context, fn func(*store.Tx) error) error {
	return store.Run(ctx, s.db, fn)
}

func keysOf[K comparable, V any](rows []V, key func(*V) K) []K {
	var zero K
	seen := map[K]bool{zero: true}
	var out []K
	for i := range rows {
		if k := key(&rows[i]); !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

func byKey[K comparable, V any](rows []V, key func(*V) K) map[K]*V {
	m := make(map[K]*V, len(rows))
	for i := range rows {
		m[key(&rows[i])] = &rows[i]
	}
	return m
}
