package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"anteroom/schema"
	"anteroom/schema/system"
)

// benchSweep expires stale invitations batch by batch, one event each, and
// compares with one bare UPDATE of as many rows.
func benchSweep(ctx context.Context, db *schema.DB, databaseURL string, rows int) error {
	if err := fill(ctx, db, rows); err != nil {
		return err
	}
	swept, batches, err := sweep(ctx, db)
	if err != nil {
		return err
	}
	patient, err := openPatient(databaseURL)
	if err != nil {
		return err
	}
	defer patient.Close()
	if _, err := patient.ExecContext(ctx, `UPDATE client_users SET status = 'invited' WHERE status = 'expired'`); err != nil {
		return err
	}
	start := time.Now()
	r, err := patient.ExecContext(ctx, `UPDATE client_users SET status = 'expired', event_seq = event_seq + 1
		WHERE status = 'invited' AND expires_at <= UTC_TIMESTAMP(6)`)
	if err != nil {
		return err
	}
	bare := time.Since(start)
	n, err := r.RowsAffected()
	if err != nil {
		return err
	}
	var total time.Duration
	for _, b := range batches {
		total += b
	}
	fmt.Printf("\n%-28s %10s %10s %10s %8s\n", "sweep", "rows", "total", "batch p99", "of floor")
	fmt.Printf("%-28s %10d %10s %10s %8.2f\n", "one bare UPDATE", n, bare.Round(time.Millisecond), "-", 1.0)
	fmt.Printf("%-28s %10d %10s %10s %8.2f\n", "batches with their events", swept, total.Round(time.Millisecond),
		percentile(batches, 99).Round(100*time.Microsecond), total.Seconds()/bare.Seconds())
	return nil
}

// openPatient connects without the product's time-outs: one UPDATE of a million
// rows takes longer than any of its statements may.
func openPatient(databaseURL string) (*sql.DB, error) {
	c, err := schema.ParseDatabaseURL(databaseURL)
	if err != nil {
		return nil, err
	}
	c.ReadTimeout, c.WriteTimeout = time.Hour, time.Hour
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func sweep(ctx context.Context, db *schema.DB) (swept int, batches []time.Duration, err error) {
	s := system.New(db, 0)
	for {
		start := time.Now()
		out, err := s.Expire(ctx, system.ExpireBatch)
		if err != nil {
			return swept, batches, err
		}
		if out.Done == 0 {
			return swept, batches, nil
		}
		swept += out.Done
		batches = append(batches, time.Since(start))
	}
}

// fill invites rows people over a thousand clients, all of it long ago. The
// server's settings are loosened while it does, and only then.
func fill(ctx context.Context, db *schema.DB, rows int) error {
	if _, err := db.ExecContext(ctx, `SET GLOBAL innodb_flush_log_at_trx_commit = 0`); err != nil {
		return err
	}
	var agency schema.AgencyID
	if err := db.GetContext(ctx, &agency, `SELECT id FROM agencies LIMIT 1`); err != nil {
		return err
	}
	const clients, batch = 1000, 1000
	ids := make([]schema.ClientID, clients)
	for i := range ids {
		ids[i] = schema.New[schema.ClientID]()
		_, err := db.ExecContext(ctx, `INSERT INTO clients (id, agency_id, name, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, ids[i], agency, fmt.Sprintf("Client %d", i))
		if err != nil {
			return err
		}
	}
	for done := 0; done < rows; done += batch {
		if err := fillBatch(ctx, db, agency, ids, done, min(batch, rows-done)); err != nil {
			return err
		}
	}
	_, err := db.ExecContext(ctx, `SET GLOBAL innodb_flush_log_at_trx_commit = 1`)
	return err
}

func fillBatch(ctx context.Context, db *schema.DB, agency schema.AgencyID, clients []schema.ClientID, from, n int) error {
	const row = `(?, ?, ?, ?, ?, 'Somebody Invited', 'invited', 1, 1, ?, UTC_TIMESTAMP(6) - INTERVAL 10 DAY,
		UTC_TIMESTAMP(6) - INTERVAL 3 DAY - INTERVAL ? SECOND, UTC_TIMESTAMP(6), 1, UTC_TIMESTAMP(6))`
	by := schema.New[schema.UserID]()
	args := make([]any, 0, n*7)
	for i := from; i < from+n; i++ {
		address := fmt.Sprintf("stale.%d@bench.example", i)
		args = append(args, schema.New[schema.ClientUserID](), agency, clients[i%len(clients)], address, address, by, i%86400)
	}
	_, err := db.ExecContext(ctx, `INSERT INTO client_users (id, agency_id, client_id, email, email_key, full_name, status, generation,
		address_generation, invited_by, invited_at, expires_at, resend_after, event_seq, created_at) VALUES `+row+strings.Repeat(`,`+row, n-1), args...)
	return err
}
