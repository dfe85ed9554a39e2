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
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// touchEvery is how exact last_seen_at is: one write a minute and session.
const touchEvery = time.Minute

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
	AgencyID    schema.AgencyID `db:"agency_id"`        // the workspace chosen last
	PortalID    schema.AgencyID `db:"portal_agency_id"` // the agency whose portal was chosen last
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
	err = v.db.GetContext(ctx, &s, `SELECT s.user_id, s.agency_id, s.portal_agency_id, s.last_seen_at, u.email, u.full_name, u.time_zone, u.email_confirmed_at,
		COALESCE(m.role, '') AS role, COALESCE(a.name, '') AS agency_name, COALESCE(a.plan, '') AS plan,
		COALESCE(a.invitation_days, 0) AS invitation_days, UTC_TIMESTAMP(6) AS now
		FROM sessions s JOIN users u ON u.id = s.user_id
		LEFT JOIN members m ON m.agency_id = s.agency_id AND m.user_id = s.user_id LEFT JOIN agencies a ON a.id = m.agency_id
		WHERE s.token_hash = ? AND s.expires_at > UTC_TIMESTAMP(6) AND s.last_seen_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND`,
		t.hash(), int(schema.SessionIdle.Seconds()))
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

// signedIn locks the user of a session that is open, and refuses one that has
// ended: whatever ends a session for its user's sake locks that user first.
func signedIn(tx *store.Tx, t SessionToken) (u schema.User, err error) {
	who, err := userOf(tx, t)
	if err != nil {
		return u, err
	}
	if u, err = lock.User(tx, who); err != nil {
		return u, err
	}
	_, err = userOf(tx, t) // again, now that nobody can end it
	return u, err
}

// userOf is whose session it is; one that has ended is a SignIn error.
func userOf(tx *store.Tx, t SessionToken) (u schema.UserID, err error) {
	err = tx.Get(&u, `SELECT user_id FROM sessions WHERE token_hash = ? AND expires_at > ? AND last_seen_at > ?`,
		t.hash(), tx.Now, tx.Now.Add(-schema.SessionIdle))
	if schema.KindOf(err) == schema.NotFound {
		err = errSignIn
	}
	return u, err
}

// places are the agencies whose workspace and whose portal a session goes to.
// A zero one is for the person to choose.
type places struct {
	Workspace schema.AgencyID `db:"workspace"`
	Portal    schema.AgencyID `db:"portal"`
}

func (p places) or(q places) places {
	if p.Workspace.IsZero() {
		p.Workspace = q.Workspace
	}
	if p.Portal.IsZero() {
		p.Portal = q.Portal
	}
	return p
}

// placesOf are those of a session; of none, none.
func placesOf(tx *store.Tx, t SessionToken) (p places, err error) {
	err = tx.Get(&p, `SELECT agency_id AS workspace, portal_agency_id AS portal FROM sessions WHERE token_hash = ?`, t.hash())
	if schema.KindOf(err) == schema.NotFound {
		err = nil
	}
	return p, err
}

// open starts a session for a user whose row is locked. device is what the
// browser calls itself, for the person's own list.
func open(tx *store.Tx, u schema.UserID, device string) (SessionToken, error) {
	return openTo(tx, u, device, "", places{})
}

// openTo is open with the places to go to. Where one is zero, it is that of the
// session that the new one follows, if any; else the first workspace that the
// person has, or the portal if there is only one. Those are read apart from the
// INSERT, which would lock what it reads, after the user.
func openTo(tx *store.Tx, u schema.UserID, device string, after SessionToken, to places) (SessionToken, error) {
	var usual places
	err := tx.Get(&usual, `SELECT (SELECT MIN(agency_id) FROM members WHERE user_id = ?) AS workspace,
		(SELECT MIN(u.agency_id) FROM client_users u JOIN clients c ON c.id = u.client_id
			WHERE u.user_id = ? AND u.status = 'active' AND c.deleted_at IS NULL
			HAVING COUNT(DISTINCT u.agency_id) = 1) AS portal`, u, u)
	if err != nil {
		return "", err
	}
	before, err := placesOf(tx, after)
	if err != nil {
		return "", err
	}
	to = to.or(before).or(usual)
	t := newToken()
	_, err = tx.Exec(`INSERT INTO sessions (token_hash, user_id, agency_id, portal_agency_id, device, created_at, last_seen_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		t.hash(), u, to.Workspace, to.Portal, clip(device, 200), tx.Now, tx.Now, tx.Now.Add(schema.SessionLife))
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
