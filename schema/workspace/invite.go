package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// Invitation is what Invite, InviteAgain, Resend and FixEmail come to.
type Invitation struct {
	ClientUser schema.ClientUser
	Due        []schema.Due
}

// Invite invites a person to a client by full name and address. An address
// that is live at this client is an Invalid error that names the row.
func (w *Workspace) Invite(ctx context.Context, client schema.ClientID, fullName, email string) (out Invitation, err error) {
	name, err := schema.ParseName("full_name", "Full name", fullName)
	if err != nil {
		return out, err
	}
	address, err := schema.ParseAddress(email)
	if err != nil {
		return out, err
	}
	err = w.change(ctx, func(tx *store.Tx) error {
		c, err := w.own(lock.ClientShared(tx, client))
		if err != nil {
			return err
		}
		lifetime, err := w.mayInvite(tx, c.ID)
		if err != nil {
			return err
		}
		out, err = w.invite(tx, c, name, address, lifetime)
		return err
	})
	return out, err
}

// invite makes the row or revives a dead one, under the client's lock.
func (w *Workspace) invite(tx *store.Tx, c schema.Client, name string, a schema.Address, lifetime time.Duration) (Invitation, error) {
	s, fresh, err := w.seatFor(tx, c, a)
	if err != nil {
		return Invitation{}, err
	}
	prev := s.User.Status
	if err := s.User.Invite(tx.Now, lifetime, w.User.ID); err != nil {
		return Invitation{}, err
	}
	s.User.FullName, s.User.Email = name, a.Typed
	mail := schema.NewInvitationEmail(tx.Now, &s.User, schema.EmailInvitation)
	created := s.Event(schema.InvitationCreated, tx, prev, w.actor())
	write := s.Save
	if fresh {
		write = s.Insert
	}
	if err := write(tx, created); err != nil {
		return Invitation{}, err
	}
	return w.queue(tx, s, mail)
}

// seatFor locks the client's row with that address, or prepares a new one.
func (w *Workspace) seatFor(tx *store.Tx, c schema.Client, a schema.Address) (s *lock.Seat, fresh bool, err error) {
	var id schema.ClientUserID
	err = tx.Get(&id, `SELECT id FROM client_users WHERE client_id = ? AND email_key = ?`, c.ID, a.Key)
	if schema.KindOf(err) == schema.NotFound {
		return &lock.Seat{Client: c, User: schema.ClientUser{ID: schema.New[schema.ClientUserID](), AgencyID: c.AgencyID,
			ClientID: c.ID, Email: a.Typed, EmailKey: a.Key, CreatedAt: tx.Now}}, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	s, err = w.seat(tx, id)
	if err == nil && s.User.EmailKey != a.Key {
		// Its address was fixed while we waited for the lock: look again.
		return w.seatFor(tx, c, a)
	}
	return s, false, err
}

// queue writes the email of a seat that was just saved. What was still waiting
// to go out with an older link is cancelled.
func (w *Workspace) queue(tx *store.Tx, s *lock.Seat, mail schema.Email) (Invitation, error) {
	if err := outbox.CancelUnsent(tx, s.User.ID); err != nil {
		return Invitation{}, err
	}
	if err := outbox.Insert(tx, &mail); err != nil {
		return Invitation{}, err
	}
	return Invitation{ClientUser: s.User, Due: []schema.Due{mail.Due()}}, nil
}
