package visitor

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// A session ends after SessionIdle without a request, and SessionLife after
// the sign-in whatever happens.
const (
	SessionIdle = 7 * 24 * time.Hour
	SessionLife = 30 * 24 * time.Hour
	// touchEvery is how exact last_seen_at is: one write a minute and session.
	touchEvery = time.Minute
)

// SessionToken is the secret in the cookie. The database has its SHA-256.
type SessionToken string

func newToken() SessionToken {
	b := make([]byte, 32)
	rand.Read(b) // never fails (crypto/rand, Go 1.24)
	return SessionToken(base64.RawURLEncoding.EncodeToString(b))
}

func (t SessionToken) hash() []byte {
	h := sha256.Sum256([]byte(t))
	return h[:]
}

// Session is somebody signed in.
type Session struct {
	UserID      schema.UserID   `db:"user_id"`
	AgencyID    schema.AgencyID `db:"agency_id"` // the workspace chosen last
	Email       string          `db:"email"`
	FullName    string          `db:"full_name"`
	TimeZone    string          `db:"time_zone"`
	ConfirmedAt *time.Time      `db:"email_confirmed_at"`
	LastSeenAt  time.Time       `db:"last_seen_at"`
	Now         time.Time       `db:"now"`
	Role        schema.Role     `db:"role"` // empty for somebody who is no member there
	AgencyName  string          `db:"agency_name"`
	Plan        schema.Plan     `db:"plan"`
	Days        int             `db:"invitation_days"`
}

// Membership is the person's place in the workspace that the session goes to;
// false if there is none.
func (s Session) Membership() (schema.Membership, bool) {
	return schema.Membership{
		Agency: schema.Agency{ID: s.AgencyID, Name: s.AgencyName, Plan: s.Plan, InvitationDays: s.Days},
		User:   schema.User{ID: s.UserID, Email: s.Email, FullName: s.FullName, TimeZone: s.TimeZone, EmailConfirmedAt: s.ConfirmedAt},
		Role:   s.Role,
	}, s.Role != ""
}

// Session finds the session of a cookie, and the membership that goes with it.
// None is a SignIn error.
func (v *Visitor) Session(ctx context.Context, t SessionToken) (s Session, err error) {
	err = v.db.GetContext(ctx, &s, `SELECT s.user_id, s.agency_id, s.last_seen_at, u.email, u.full_name, u.time_zone, u.email_confirmed_at,
		COALESCE(m.role, '') AS role, COALESCE(a.name, '') AS agency_name, COALESCE(a.plan, '') AS plan,
		COALESCE(a.invitation_days, 0) AS invitation_days, UTC_TIMESTAMP(6) AS now
		FROM sessions s JOIN users u ON u.id = s.user_id
		LEFT JOIN members m ON m.agency_id = s.agency_id AND m.user_id = s.user_id LEFT JOIN agencies a ON a.id = m.agency_id
		WHERE s.token_hash = ? AND s.expires_at > UTC_TIMESTAMP(6) AND s.last_seen_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND`,
		t.hash(), int(SessionIdle.Seconds()))
	if errors.Is(err, sql.ErrNoRows) {
		return s, errSignIn
	}
	if err != nil {
		return s, fmt.Errorf("visitor: session: %w", err)
	}
	if s.Now.Sub(s.LastSeenAt) > touchEvery {
		_, err = v.db.ExecContext(ctx, `UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(6) WHERE token_hash = ?`, t.hash())
	}
	return s, err
}

var errSignIn = &schema.Error{Kind: schema.SignIn, Code: "sign_in", Message: "Sign in to go on."}

// SignOut ends a session; an unknown one is no error.
func (v *Visitor) SignOut(ctx context.Context, t SessionToken) error {
	_, err := v.db.ExecContext(ctx, `DELETE FROM sessions WHERE token_hash = ?`, t.hash())
	return err
}

// Choose notes the workspace that the session goes to. It must be one of the
// person's own.
func (v *Visitor) Choose(ctx context.Context, t SessionToken, agency schema.AgencyID) error {
	r, err := v.db.ExecContext(ctx, `UPDATE sessions s JOIN members m ON m.user_id = s.user_id AND m.agency_id = ?
		SET s.agency_id = m.agency_id WHERE s.token_hash = ?`, agency, t.hash())
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, schema.ErrNotFound)
	}
	return nil
}

// open starts a session for a user whose row is locked. device is what the
// browser calls itself, for the person's own list.
func open(tx *store.Tx, u schema.UserID, device string) (SessionToken, error) {
	t := newToken()
	_, err := tx.Exec(`INSERT INTO sessions (token_hash, user_id, agency_id, device, created_at, last_seen_at, expires_at)
		VALUES (?, ?, (SELECT MIN(agency_id) FROM members WHERE user_id = ?), ?, ?, ?, ?)`,
		t.hash(), u, u, clip(device, 200), tx.Now, tx.Now, tx.Now.Add(SessionLife))
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(`UPDATE users SET last_signed_in_at = ? WHERE id = ?`, tx.Now, u)
	return t, err
}

func clip(s string, n int) string {
	if !utf8.ValidString(s) {
		return ""
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
