package schema

import "time"

// Plan is what an agency pays for.
type Plan string

// The plans. Solo can't invite.
const (
	PlanSolo   Plan = "solo"
	PlanAgency Plan = "agency"
)

// CanInvite says whether the plan has client management and several users.
func (p Plan) CanInvite() bool { return p == PlanAgency }

// ParsePlan takes the name of a plan.
func ParsePlan(s string) (Plan, error) {
	switch p := Plan(s); p {
	case PlanSolo, PlanAgency:
		return p, nil
	}
	return "", invalid("plan", "plan", "There is no such plan. Use solo or agency.")
}

// Role is what a member may do in an agency.
type Role string

// The roles. Owners and admins manage; a member looks.
const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
)

// Manages says whether the role may change clients and invitations.
func (r Role) Manages() bool { return r == RoleOwner || r == RoleAdmin }

// ParseRole takes the name of a role.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case RoleOwner, RoleAdmin, RoleMember:
		return r, nil
	}
	return "", invalid("role", "role", "There is no such role. Use owner, admin or member.")
}

// Agency is a tenant.
type Agency struct {
	ID             AgencyID  `db:"id"`
	Name           string    `db:"name"`
	Plan           Plan      `db:"plan"`
	InvitationDays int       `db:"invitation_days"`
	ReplyTo        string    `db:"reply_to"` // empty: answers go to the inviter
	Reminders      bool      `db:"reminders"`
	CreatedAt      time.Time `db:"created_at"`
	Logo
}

// InvitationLifetime is how long a new link works.
func (a Agency) InvitationLifetime() time.Duration {
	return time.Duration(a.InvitationDays) * 24 * time.Hour
}

// Membership is a person's place in an agency, as it stood when it was read.
type Membership struct {
	Agency Agency
	User   User // without the password's hash
	Role   Role
}

// User is a person.
type User struct {
	ID                UserID     `db:"id"`
	Email             string     `db:"email"`
	EmailKey          string     `db:"email_key"`
	FullName          string     `db:"full_name"`
	PasswordHash      string     `db:"password_hash"`
	CredentialVersion uint32     `db:"credential_version"`
	TimeZone          string     `db:"time_zone"`
	EmailConfirmedAt  *time.Time `db:"email_confirmed_at"`
	LastSignedInAt    *time.Time `db:"last_signed_in_at"`
	MailAfter         *time.Time `db:"mail_after"`
	CreatedAt         time.Time  `db:"created_at"`
}

// Confirmed says that the person has shown to own the address.
func (u User) Confirmed() bool { return u.EmailConfirmedAt != nil }

// MayMail says that the cooldown between two mails to the user's own account
// is over.
func (u User) MayMail(now time.Time) bool { return u.MailAfter == nil || !u.MailAfter.After(now) }
