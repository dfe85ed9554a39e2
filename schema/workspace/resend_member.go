package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// ResendMember sends a colleague a new link; the old one is dead. It is refused
// while a mail is on its way and during the cooldown.
func (w *Workspace) ResendMember(ctx context.Context, id schema.MemberInvitationID) (due []schema.Due, err error) {
	err = w.memberInvitation(ctx, id, func(tx *store.Tx, i *schema.MemberInvitation) error {
		if err := w.confirmed(tx); err != nil {
			return err
		}
		mails, err := lock.Emails(tx, []schema.EmailID{i.EmailID})
		if err != nil {
			return err
		}
		var state schema.EmailState
		if len(mails) == 1 {
			state = mails[0].State
		}
		if err := i.MayResend(tx.Now, state); err != nil {
			return err
		}
		if err := i.Resend(tx.Now); err != nil {
			return err
		}
		i.InvitedBy = w.User.ID // whose address was just found confirmed
		due, err = sendMemberInvitation(tx, i, lock.SaveMemberInvitation)
		return err
	})
	return due, err
}

// RevokeMember takes an invitation back that nobody has accepted; its link is
// dead.
func (w *Workspace) RevokeMember(ctx context.Context, id schema.MemberInvitationID) error {
	return w.memberInvitation(ctx, id, func(tx *store.Tx, i *schema.MemberInvitation) error {
		if err := i.Revoke(tx.Now); err != nil {
			return err
		}
		if err := lock.SaveMemberInvitation(tx, i); err != nil {
			return err
		}
		return outbox.CancelUnsentMember(tx, i.ID)
	})
}

// memberInvitation locks an invitation of this agency, to change it.
func (w *Workspace) memberInvitation(ctx context.Context, id schema.MemberInvitationID, fn func(*store.Tx, *schema.MemberInvitation) error) error {
	return w.staff(ctx, func(tx *store.Tx, by schema.Role) error {
		i, err := lock.AgencyMemberInvitation(tx, w.Agency.ID, id)
		if err != nil {
			return err
		}
		if err := by.MayInviteAs(i.Role); err != nil {
			return err
		}
		return fn(tx, &i)
	})
}
