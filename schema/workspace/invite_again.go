package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// InviteAgain invites a person whose row is dead, with the name and address it
// holds.
func (w *Workspace) InviteAgain(ctx context.Context, id schema.ClientUserID) (Invitation, error) {
	u, err := w.ClientUser(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	return w.Invite(ctx, u.ClientID, u.FullName, u.Email)
}

// InviteElsewhere invites a person known at one client to another one of the
// same agency.
func (w *Workspace) InviteElsewhere(ctx context.Context, id schema.ClientUserID, client schema.ClientID) (Invitation, error) {
	u, err := w.ClientUser(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	return w.Invite(ctx, client, u.FullName, u.Email)
}

// Resend sends a new link; the old one is dead. It is refused while a mail is
// on its way and during the cooldown.
func (w *Workspace) Resend(ctx context.Context, id schema.ClientUserID) (out Invitation, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		s, err := w.seat(tx, id)
		if err != nil {
			return err
		}
		lifetime, err := w.mayRenew(tx, s, schema.VerbResend)
		if err != nil {
			return err
		}
		prev := s.User.Status
		if err := s.User.Resend(tx.Now, lifetime); err != nil {
			return err
		}
		mail := schema.NewInvitationEmail(tx.Now, &s.User, schema.EmailInvitationResend)
		if err := s.Save(tx, s.Event(schema.InvitationResent, tx, prev, w.actor())); err != nil {
			return err
		}
		out, err = w.queue(tx, s, mail)
		return err
	})
	return out, err
}

// mayRenew checks what Resend and FixEmail have in common, and says how long
// the new link works.
func (w *Workspace) mayRenew(tx *store.Tx, s *lock.Seat, v schema.Verb) (time.Duration, error) {
	if s.Client.Deleted() {
		return 0, errDeleted(s.Client)
	}
	mails, err := lock.Emails(tx, []schema.EmailID{s.User.EmailID})
	if err != nil {
		return 0, err
	}
	var state schema.EmailState
	if len(mails) == 1 {
		state = mails[0].State
	}
	if err := s.User.MayRenew(v, tx.Now, state); err != nil {
		return 0, err
	}
	return w.mayInvite(tx, s.Client.ID)
}
