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
	if u.Erased() {
		return Invitation{}, errErasedPerson
	}
	return w.Invite(ctx, client, u.FullName, u.Email)
}

var errErasedPerson = &schema.Error{Kind: schema.Conflict, Code: "person_erased",
	Message: "This person was erased with their client. Invite them by name and address instead."}

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
		out, err = w.resend(tx, s, lifetime, false)
		return err
	})
	return out, err
}

// resend renews the link and writes its email, which may have to get past the
// provider's suppression lists.
func (w *Workspace) resend(tx *store.Tx, s *lock.Seat, lifetime time.Duration, unsuppress bool) (Invitation, error) {
	prev := s.User.Status
	if err := s.User.Resend(tx.Now, lifetime); err != nil {
		return Invitation{}, err
	}
	mail := schema.NewInvitationEmail(tx.Now, &s.User, schema.EmailInvitationResend)
	mail.Unsuppress = unsuppress
	if err := s.Save(tx, s.Event(schema.InvitationResent, tx, prev, w.actor())); err != nil {
		return Invitation{}, err
	}
	return w.queue(tx, s, mail)
}

// mayRenew checks what Resend and FixEmail have in common, and says how long
// the new link works.
func (w *Workspace) mayRenew(tx *store.Tx, s *lock.Seat, v schema.Verb) (time.Duration, error) {
	state, err := newestMail(tx, s)
	if err != nil {
		return 0, err
	}
	if err := s.User.MayRenew(v, tx.Now, state); err != nil {
		return 0, err
	}
	return w.mayInvite(tx, s.Client.ID)
}

// newestMail locks the newest email to the person and says how it stands. Of a
// deleted client nothing is sent.
func newestMail(tx *store.Tx, s *lock.Seat) (schema.EmailState, error) {
	mail, err := newestEmail(tx, s)
	return mail.State, err
}

func newestEmail(tx *store.Tx, s *lock.Seat) (mail schema.Email, err error) {
	if s.Client.Deleted() {
		return mail, errDeleted(s.Client)
	}
	mails, err := lock.Emails(tx, []schema.EmailID{s.User.EmailID})
	if err == nil && len(mails) == 1 {
		mail = mails[0]
	}
	return mail, err
}
