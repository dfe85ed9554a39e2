package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"anteroom/schema"
)

// hand is the invite's transaction with database/sql alone: the same statements
// in the same order, without rules, rooms, HTTP or a bell.
type hand struct {
	db     *sql.DB
	agency schema.AgencyID
	client schema.ClientID
	user   schema.UserID
	body   []byte
}

func openHand(ctx context.Context, db *schema.DB, client schema.ClientID) (*hand, error) {
	h := &hand{db: db.DB.DB, client: client, body: []byte(strings.Repeat("x", 640))} // an event's payload has about that size
	err := h.db.QueryRowContext(ctx, `SELECT m.agency_id, m.user_id FROM members m WHERE m.role = 'owner'`).Scan(&h.agency, &h.user)
	return h, err
}

func (h *hand) invite(ctx context.Context, address string) error {
	tx, err := h.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	now, err := h.read(ctx, tx, address)
	if err != nil {
		return err
	}
	if err := h.write(ctx, tx, address, now); err != nil {
		return err
	}
	return tx.Commit()
}

func (h *hand) read(ctx context.Context, tx *sql.Tx, address string) (now time.Time, err error) {
	if err := tx.QueryRowContext(ctx, `SELECT UTC_TIMESTAMP(6)`).Scan(&now); err != nil {
		return now, err
	}
	var name, plan string
	if err := tx.QueryRowContext(ctx, `SELECT name FROM clients WHERE id = ? LOCK IN SHARE MODE`, h.client).Scan(&name); err != nil {
		return now, err
	}
	var days, confirmed, accounts int
	err = tx.QueryRowContext(ctx, `SELECT a.plan, a.invitation_days, u.email_confirmed_at IS NOT NULL,
		EXISTS (SELECT 1 FROM social_accounts s WHERE s.client_id = ?)
		FROM agencies a JOIN users u ON u.id = ? WHERE a.id = ?`, h.client, h.user, h.agency).Scan(&plan, &days, &confirmed, &accounts)
	if err != nil {
		return now, err
	}
	var there schema.ClientUserID
	err = tx.QueryRowContext(ctx, `SELECT id FROM client_users WHERE client_id = ? AND email_key = ?`, h.client, address).Scan(&there)
	if !errors.Is(err, sql.ErrNoRows) {
		return now, errors.Join(err, errors.New("the address was taken"))
	}
	return now, nil
}

func (h *hand) write(ctx context.Context, tx *sql.Tx, address string, now time.Time) error {
	id, email := schema.New[schema.ClientUserID](), schema.New[schema.EmailID]()
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO client_users (id, agency_id, client_id, email, email_key, full_name, status, generation,
			address_generation, invited_by, invited_at, expires_at, resend_after, email_id, event_seq, created_at)
			VALUES (?, ?, ?, ?, ?, 'Somebody Invited', 'invited', 1, 1, ?, ?, ?, ?, ?, 1, ?)`,
			[]any{id, h.agency, h.client, address, address, h.user, now, now.Add(7 * 24 * time.Hour), now, email, now}},
		{`INSERT INTO events (id, agency_id, client_id, subject_id, sequence, type, actor_type, actor_id, occurred_at, payload)
			VALUES (?, ?, ?, ?, 1, 'invitation.created', 'user', ?, ?, ?)`,
			[]any{schema.New[schema.EventID](), h.agency, h.client, schema.SubjectID(id), h.user, now, h.body}},
		{`UPDATE emails SET state = 'cancelled', state_at = ?, due_at = NULL, ring_at = NULL
			WHERE client_user_id IN (?) AND state IN ('queued', 'held')`, []any{now, id}},
		{`INSERT INTO emails (id, agency_id, kind, client_user_id, generation, address, state, state_at, due_at, ring_at, created_at)
			VALUES (?, ?, 'invitation', ?, 1, ?, 'queued', ?, ?, ?, ?)`,
			[]any{email, h.agency, id, address, now, now, now.Add(5 * time.Second), now}},
	} {
		if _, err := tx.ExecContext(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}
