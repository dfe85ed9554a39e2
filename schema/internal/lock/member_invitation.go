package lock

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// AgencyMemberInvitation locks an invitation of this agency. The agency is
// locked before it.
func AgencyMemberInvitation(tx *store.Tx, agency schema.AgencyID, id schema.MemberInvitationID) (i schema.MemberInvitation, err error) {
	err = tx.Get(&i, `SELECT `+memberInvitationColumns+` FROM member_invitations WHERE id = ? AND agency_id = ? FOR UPDATE`, id, agency)
	return i, err
}

// MemberInvitationByAddress locks the agency's invitation of that address. The
// agency is locked before it.
func MemberInvitationByAddress(tx *store.Tx, agency schema.AgencyID, key string) (i schema.MemberInvitation, err error) {
	err = tx.Get(&i, `SELECT `+memberInvitationColumns+` FROM member_invitations
		WHERE agency_id = ? AND email_key = ? FOR UPDATE`, agency, key)
	return i, err
}

// SaveMemberInvitation writes a locked row as it stands now.
func SaveMemberInvitation(tx *store.Tx, i *schema.MemberInvitation) error {
	_, err := tx.Named(`UPDATE member_invitations SET user_id = :user_id, email = :email, full_name = :full_name,
		role = :role, status = :status, generation = :generation, invited_by = :invited_by, invited_at = :invited_at,
		expires_at = :expires_at, resend_after = :resend_after, email_id = :email_id WHERE id = :id`, i)
	return err
}

// InsertMemberInvitation writes a new row.
func InsertMemberInvitation(tx *store.Tx, i *schema.MemberInvitation) error {
	_, err := tx.Named(`INSERT INTO member_invitations (id, agency_id, user_id, email, email_key, full_name, role, status,
		generation, invited_by, invited_at, expires_at, resend_after, email_id, created_at)
		VALUES (:id, :agency_id, :user_id, :email, :email_key, :full_name, :role, :status,
		:generation, :invited_by, :invited_at, :expires_at, :resend_after, :email_id, :created_at)`, i)
	return err
}
