package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// MemberRow is a member on the list.
type MemberRow struct {
	UserID         schema.UserID `db:"user_id"`
	FullName       string        `db:"full_name"`
	Email          string        `db:"email"`
	Role           schema.Role   `db:"role"`
	LastSignedInAt *time.Time    `db:"last_signed_in_at"`
	Confirmed      bool          `db:"confirmed"`
	LastOwner      bool          `db:"last_owner"` // the agency's only one
}

// Change is the member's place as somebody of this role is about to change it.
func (r *MemberRow) Change(by schema.Role, who schema.UserID) schema.MemberChange {
	return schema.MemberChange{By: by, Of: r.Role, Self: r.UserID == who, LastOwner: r.LastOwner}
}

// MemberInvitationRow is an invitation on the list, with what became of the
// newest email.
type MemberInvitationRow struct {
	schema.MemberInvitation
	EmailState   schema.EmailState `db:"email_state"`
	EmailReason  string            `db:"email_reason"`
	EmailStateAt *time.Time        `db:"email_state_at"`
	EmailDueAt   *time.Time        `db:"email_due_at"`
	Now          time.Time         `db:"now"` // the database's
}

// Cooldown is how long Resend has to wait, or zero.
func (r *MemberInvitationRow) Cooldown() time.Duration { return max(0, r.ResendAfter.Sub(r.Now)) }

// MayResend says whether the page offers Resend, in its cooldown or not.
func (r *MemberInvitationRow) MayResend() bool {
	err := r.MemberInvitation.MayResend(r.Now, r.EmailState)
	return err == nil || schema.KindOf(err) == schema.TooSoon
}

const memberRow = `SELECT m.user_id, m.role, u.full_name, u.email, u.last_signed_in_at, u.email_confirmed_at IS NOT NULL AS confirmed,
	m.role = 'owner' AND NOT EXISTS (SELECT 1 FROM members o WHERE o.agency_id = m.agency_id AND o.role = 'owner'
		AND o.user_id <> m.user_id) AS last_owner
	FROM members m JOIN users u ON u.id = m.user_id WHERE m.agency_id = ?`

// Members lists who works at the agency, by role and name.
func (w *Workspace) Members(ctx context.Context) (out []MemberRow, err error) {
	err = w.db.SelectContext(ctx, &out, memberRow+` ORDER BY FIELD(m.role, 'owner', 'admin', 'member'), u.full_name, u.id`, w.Agency.ID)
	return out, err
}

// Member reads one of them.
func (w *Workspace) Member(ctx context.Context, id schema.UserID) (r MemberRow, err error) {
	err = w.db.GetContext(ctx, &r, memberRow+` AND m.user_id = ?`, w.Agency.ID, id)
	return r, missing(err)
}

const memberInvitationRow = `SELECT i.id, i.agency_id, i.user_id, i.email, i.email_key, i.full_name, i.role, i.status,
	i.generation, i.invited_by, i.invited_at, i.expires_at, i.resend_after, i.email_id, i.created_at,
	COALESCE(e.state, '') AS email_state, COALESCE(e.reason, '') AS email_reason, e.state_at AS email_state_at,
	e.due_at AS email_due_at, UTC_TIMESTAMP(6) AS now
	FROM member_invitations i LEFT JOIN emails e ON e.id = i.email_id WHERE i.agency_id = ? AND i.status = 'invited'`

// MemberInvitations lists the invitations of colleagues that nobody has
// accepted yet, those whose time is over among them.
func (w *Workspace) MemberInvitations(ctx context.Context) (out []MemberInvitationRow, err error) {
	err = w.db.SelectContext(ctx, &out, memberInvitationRow+` ORDER BY i.full_name, i.id`, w.Agency.ID)
	return out, err
}
