package schema

import "time"

// SignUpLifetime is how long the link that finishes a sign-up works.
const SignUpLifetime = 24 * time.Hour

// SignUp is somebody who asked for an agency and has yet to show that the
// address is theirs. It is no user until then.
type SignUp struct {
	ID           SignUpID   `db:"id"`
	AgencyName   string     `db:"agency_name"`
	FullName     string     `db:"full_name"`
	Email        string     `db:"email"`
	EmailKey     string     `db:"email_key"`
	PasswordHash string     `db:"password_hash"`
	ExpiresAt    time.Time  `db:"expires_at"`
	UsedAt       *time.Time `db:"used_at"`
	CreatedAt    time.Time  `db:"created_at"`
}

// Open says that the link in its mail works.
func (s *SignUp) Open(now time.Time) bool { return s.UsedAt == nil && s.ExpiresAt.After(now) }

// SignUpKept is how long a sign-up is kept after its link has stopped working.
const SignUpKept = 24 * time.Hour
