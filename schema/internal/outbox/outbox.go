// Package outbox writes the emails that are to be sent.
package outbox

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Insert writes new emails, in one statement.
func Insert(tx *store.Tx, emails ...*schema.Email) error {
	if len(emails) == 0 {
		return nil
	}
	const row = `(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	args := make([]any, 0, len(emails)*18)
	for _, e := range emails {
		args = append(args, e.ID, e.AgencyID, e.Kind, e.ClientUserID, e.UserID, e.MemberInvitationID, e.SignUpID, e.EndpointID, e.Generation,
			e.Address, e.State, e.StateAt, e.Attempt, e.DueAt, e.Ring, e.RingAt(), e.CreatedAt, e.Unsuppress)
	}
	_, err := tx.Exec(`INSERT INTO emails (id, agency_id, kind, client_user_id, user_id, member_invitation_id, sign_up_id, endpoint_id,
		generation, address, state, state_at, attempt, due_at, ring, ring_at, created_at, unsuppress) VALUES `+row+strings.Repeat(`,`+row, len(emails)-1), args...)
	return err
}

// Save writes emails as they stand now, in one statement. STRAIGHT_JOIN keeps
// the engine from reading, and so locking, the whole of a small table.
func Save(tx *store.Tx, emails []schema.Email) error {
	if len(emails) == 0 {
		return nil
	}
	const first = `SELECT ? AS id, ? AS state, ? AS state_at, ? AS attempt, ? AS due_at, ? AS ring_at,
		? AS provider_id, ? AS code, ? AS reason, ? AS provider_at, ? AS retry_at`
	args := make([]any, 0, len(emails)*11)
	for i := range emails {
		e := &emails[i]
		if e.Erased() {
			e.Reason = ""
		}
		args = append(args, e.ID, e.State, e.StateAt, e.Attempt, e.DueAt, e.RingAt(), e.ProviderID, e.Code, e.Reason, e.ProviderAt, e.RetryAt)
	}
	_, err := tx.Exec(`UPDATE (`+first+strings.Repeat(` UNION ALL SELECT ?,?,?,?,?,?,?,?,?,?,?`, len(emails)-1)+`) v
		STRAIGHT_JOIN emails e ON e.id = v.id SET e.state = v.state, e.state_at = v.state_at, e.attempt = v.attempt, e.due_at = v.due_at,
		e.ring_at = v.ring_at, e.provider_id = v.provider_id, e.code = v.code, e.reason = v.reason,
		e.provider_at = v.provider_at, e.retry_at = v.retry_at`, args...)
	return err
}

// CancelUnsent cancels what has not gone out to these client users. What is
// being sent at this moment is left to its claim.
func CancelUnsent(tx *store.Tx, ids ...schema.ClientUserID) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecIn(`UPDATE emails SET state = 'cancelled', state_at = ?, due_at = NULL, ring_at = NULL
		WHERE client_user_id IN (?) AND state IN ('queued', 'held')`, tx.Now, ids)
	return err
}

// Account writes an email to the user's own address, in the name of an agency
// or of none, and starts the cooldown. The user is locked.
func Account(tx *store.Tx, u *schema.User, in schema.AgencyID, k schema.EmailKind) (schema.Email, error) {
	mail := schema.NewAccountEmail(tx.Now, u, k)
	mail.AgencyID = in
	if _, err := tx.Exec(`UPDATE users SET mail_after = ? WHERE id = ?`, tx.Now.Add(schema.ResendCooldown), u.ID); err != nil {
		return mail, err
	}
	return mail, Insert(tx, &mail)
}
