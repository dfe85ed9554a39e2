package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/access"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// RemoveMember ends a member's access to the agency with its commit: a session
// asks for the membership at every request. Whoever has nothing else left is
// signed out. One may remove oneself, but for the last owner.
func (w *Workspace) RemoveMember(ctx context.Context, id schema.UserID) error {
	return w.staff(ctx, func(tx *store.Tx, by schema.Role) error {
		c, err := w.member(tx, id, by)
		if err != nil {
			return err
		}
		if err := c.MayGo(); err != nil {
			return err
		}
		invitations, err := w.invitationsOf(tx, id)
		if err != nil {
			return err
		}
		// Before the membership: who takes an account over locks its user first.
		if _, err := lock.User(tx, id); err != nil {
			return err
		}
		if err := closeInvitations(tx, invitations); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM members WHERE agency_id = ? AND user_id = ?`, w.Agency.ID, id); err != nil {
			return err
		}
		return access.EndSessions(tx, id)
	})
}

// invitationsOf locks the invitations that the member came by, or could come
// back by: a link they sent to another address of theirs is one, so those that
// they sent and nobody has accepted go too.
func (w *Workspace) invitationsOf(tx *store.Tx, id schema.UserID) ([]schema.MemberInvitation, error) {
	var ids []schema.MemberInvitationID
	err := tx.Select(&ids, `SELECT i.id FROM member_invitations i JOIN users u ON u.id = ?
		WHERE i.agency_id = ? AND i.status <> 'revoked' AND (i.user_id = u.id OR i.email_key = u.email_key
			OR (i.invited_by = u.id AND i.status = 'invited'))`, id, w.Agency.ID)
	if err != nil {
		return nil, err
	}
	return lock.MemberInvitations(tx, ids)
}

func closeInvitations(tx *store.Tx, invitations []schema.MemberInvitation) error {
	for n := range invitations {
		i := &invitations[n]
		if err := i.Remove(tx.Now); err != nil {
			return err
		}
		if err := lock.SaveMemberInvitation(tx, i); err != nil {
			return err
		}
		if err := outbox.CancelUnsentMember(tx, i.ID); err != nil {
			return err
		}
	}
	return nil
}
