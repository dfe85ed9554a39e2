// Package demo fills an empty database with an agency to look around in: every
// status and every state of an email, and a week of posts.
package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"anteroom/schema"
	"anteroom/schema/internal/password"
	"anteroom/schema/internal/store"
)

// Password is what everybody in the demo signs in with.
const Password = "sourdough at dawn"

// The people to sign in as: the agency's owner, a client's user, and one who
// is both.
const (
	Owner  = "priya@haldenstreet.example"
	Client = "elena@orchardlane.example"
	Both   = "jonas@haldenstreet.example"
)

// Seed writes the demo data into an empty database. It reports false, and
// changes nothing, if there is an agency already.
func Seed(ctx context.Context, db *schema.DB) (bool, error) {
	hash, err := password.New(password.OWASP).Hash(ctx, Password)
	if err != nil {
		return false, err
	}
	seeded := false
	err = store.Run(ctx, db, func(tx *store.Tx) error {
		var agencies int
		err := tx.Get(&agencies, `SELECT COUNT(*) FROM agencies`)
		if seeded = err == nil && agencies == 0; !seeded {
			return err
		}
		s := &seed{tx: tx, ids: ulid.Monotonic(rand.Reader, 0), hash: hash, users: map[string]schema.User{}}
		s.agency()
		return s.err
	})
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	return seeded, nil
}

// seed writes row after row until one fails.
type seed struct {
	tx    *store.Tx
	ids   *ulid.MonotonicEntropy // of the events
	hash  string
	users map[string]schema.User
	a     schema.Agency
	owner schema.User
	err   error

	hiccups int // of the CRM, so far
}

func (s *seed) named(query string, arg any) {
	if s.err == nil {
		_, s.err = s.tx.Named(query, arg)
	}
}

func (s *seed) ago(d time.Duration) time.Time { return s.tx.Now.Add(-d) }

const day = 24 * time.Hour

func (s *seed) agency() {
	s.a = schema.Agency{ID: schema.New[schema.AgencyID](), Name: "Halden Street Social", Plan: schema.PlanAgency, InvitationDays: 7, CreatedAt: s.ago(90 * day)}
	s.named(`INSERT INTO agencies (id, name, plan, invitation_days, created_at) VALUES (:id, :name, :plan, :invitation_days, :created_at)`, &s.a)
	s.owner = s.user("Priya Nair", Owner)
	s.member(s.owner, schema.RoleOwner)
	s.member(s.user("Jonas Weber", Both), schema.RoleAdmin)
	s.member(s.user("Amara Osei", "amara@haldenstreet.example"), schema.RoleMember)
	s.clients()
}

// user makes a person once; a second call gives the same one.
func (s *seed) user(name, email string) schema.User {
	if u, ok := s.users[email]; ok {
		return u
	}
	confirmed, seen := s.ago(80*day), s.ago(2*time.Hour)
	u := schema.User{ID: schema.New[schema.UserID](), Email: email, EmailKey: email, FullName: name, PasswordHash: s.hash,
		CredentialVersion: 1, TimeZone: "Europe/London", EmailConfirmedAt: &confirmed, LastSignedInAt: &seen, CreatedAt: s.ago(80 * day)}
	s.named(`INSERT INTO users (id, email, email_key, full_name, password_hash, credential_version, time_zone,
		email_confirmed_at, last_signed_in_at, created_at) VALUES (:id, :email, :email_key, :full_name, :password_hash,
		:credential_version, :time_zone, :email_confirmed_at, :last_signed_in_at, :created_at)`, &u)
	s.users[email] = u
	return u
}

func (s *seed) member(u schema.User, r schema.Role) {
	s.named(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (:agency, :user, :role, :at)`,
		map[string]any{"agency": s.a.ID, "user": u.ID, "role": r, "at": s.ago(80 * day)})
}
