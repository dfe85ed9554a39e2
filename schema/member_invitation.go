package schema

import "time"

// MemberInvitationStatus is where an invitation to work at the agency stands.
type MemberInvitationStatus string

// The statuses. One whose time is over stays invited: see Open.
const (
	MemberInvited  MemberInvitationStatus = "invited"
	MemberAccepted MemberInvitationStatus = "accepted"
	MemberRevoked  MemberInvitationStatus = "revoked"
)

// MemberInvitationLifetime is how long a colleague's link works.
const MemberInvitationLifetime = 7 * 24 * time.Hour

// MemberInvitation asks somebody to work at the agency, in a role.
type MemberInvitation struct {
	ID          MemberInvitationID     `db:"id"`
	AgencyID    AgencyID               `db:"agency_id"`
	UserID      UserID                 `db:"user_id"` // who accepted
	Email       string                 `db:"email"`
	EmailKey    string                 `db:"email_key"`
	FullName    string                 `db:"full_name"`
	Role        Role                   `db:"role"`
	Status      MemberInvitationStatus `db:"status"`
	Generation  uint32                 `db:"generation"`
	InvitedBy   UserID                 `db:"invited_by"`
	InvitedAt   time.Time              `db:"invited_at"`
	ExpiresAt   time.Time              `db:"expires_at"`
	ResendAfter time.Time              `db:"resend_after"`
	EmailID     EmailID                `db:"email_id"`
	CreatedAt   time.Time              `db:"created_at"`
}

// Open says that the link in the newest mail works.
func (i *MemberInvitation) Open(now time.Time) bool {
	return i.Status == MemberInvited && i.ExpiresAt.After(now)
}
