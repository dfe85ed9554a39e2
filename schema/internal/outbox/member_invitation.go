package outbox

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// CancelUnsentMember is CancelUnsent for the invitation of a colleague.
func CancelUnsentMember(tx *store.Tx, id schema.MemberInvitationID) error {
	_, err := tx.Exec(`UPDATE emails SET state = 'cancelled', state_at = ?, due_at = NULL, ring_at = NULL
		WHERE member_invitation_id = ? AND state IN ('queued', 'held')`, tx.Now, id)
	return err
}

// MemberInvitation writes the mail of an invitation whose row was just saved.
// What was still waiting to go out with an older link is cancelled.
func MemberInvitation(tx *store.Tx, mail *schema.Email) error {
	if err := CancelUnsentMember(tx, mail.MemberInvitationID); err != nil {
		return err
	}
	return Insert(tx, mail)
}
