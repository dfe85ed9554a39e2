package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// UserRow is a person on a client's list, with what became of the newest email.
type UserRow struct {
	schema.ClientUser
	EmailKind      schema.EmailKind  `db:"email_kind"`
	EmailState     schema.EmailState `db:"email_state"`
	EmailCode      string            `db:"email_code"`
	Unsuppress     bool              `db:"unsuppress"` // the address was to be taken off the provider's lists first
	EmailReason    string            `db:"email_reason"`
	EmailStateAt   *time.Time        `db:"email_state_at"` // by the provider's clock where it was the provider that said so
	EmailRetryAt   *time.Time        `db:"email_retry_at"` // when the provider tries a delayed one again
	EmailDueAt     *time.Time        `db:"email_due_at"`
	InviterName    string            `db:"inviter_name"`
	EndedByName    string            `db:"ended_by_name"`
	LastSignedInAt *time.Time        `db:"last_signed_in_at"`
	ClientDeleted  bool              `db:"client_deleted"`
	StillAt        []string          `db:"-"`   // clients where the person has access, for one of a deleted client
	Now            time.Time         `db:"now"` // the database's
}

// Shown is the status as the page shows it: stale invitations as expired, and
// everybody at a deleted client as deactivated, cascade or not.
func (r *UserRow) Shown() schema.Status {
	if r.ClientDeleted {
		return schema.StatusDeactivated
	}
	return r.StatusAt(r.Now)
}

// Allows says whether the page offers the verb.
func (r *UserRow) Allows(v schema.Verb) bool {
	return !r.ClientDeleted && r.ClientUser.Allows(v, r.Now, r.EmailState)
}

// Barred is what schema.Email.Barred says of the newest email.
func (r *UserRow) Barred() bool {
	mail := schema.Email{State: r.EmailState, Unsuppress: r.Unsuppress}
	return mail.Barred()
}

// Cooldown is how long Resend has to wait, or zero.
func (r *UserRow) Cooldown() time.Duration { return max(0, r.ResendAfter.Sub(r.Now)) }

const userRow = `SELECT u.id, u.agency_id, u.client_id, u.user_id, u.email, u.email_key, u.full_name, u.status,
	u.generation, u.address_generation, u.invited_by, u.invited_at, u.expires_at, u.resend_after, u.accepted_at,
	u.ended_at, u.ended_by, u.email_id, u.event_seq, u.created_at,
	COALESCE(e.kind, '') AS email_kind, COALESCE(e.state, '') AS email_state, COALESCE(e.code, '') AS email_code, COALESCE(e.reason, '') AS email_reason,
	COALESCE(e.unsuppress, FALSE) AS unsuppress,
	COALESCE(e.provider_at, e.state_at) AS email_state_at, e.retry_at AS email_retry_at,
	e.due_at AS email_due_at, COALESCE(i.full_name, '') AS inviter_name, COALESCE(x.full_name, '') AS ended_by_name,
	p.last_signed_in_at, c.deleted_at IS NOT NULL AS client_deleted, UTC_TIMESTAMP(6) AS now
	FROM client_users u JOIN clients c ON c.id = u.client_id LEFT JOIN emails e ON e.id = u.email_id
	LEFT JOIN users i ON i.id = u.invited_by LEFT JOIN users x ON x.id = u.ended_by LEFT JOIN users p ON p.id = u.user_id`

// ClientUser reads one person.
func (w *Workspace) ClientUser(ctx context.Context, id schema.ClientUserID) (r UserRow, err error) {
	err = w.db.GetContext(ctx, &r, userRow+` WHERE u.id = ? AND u.agency_id = ?`, id, w.Agency.ID)
	return r, missing(err)
}
