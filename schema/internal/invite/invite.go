// Package invite invites people: one from a form, or many from a list.
package invite

import (
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// Inviter is the member in whose name people are invited.
type Inviter struct {
	Agency schema.AgencyID
	User   schema.UserID
}

func (v Inviter) actor() schema.Actor { return schema.Actor{Type: schema.ActorUser, ID: v.User} }

// Invitation is a row that was saved, with the email that goes out for it.
type Invitation struct {
	ClientUser schema.ClientUser
	Email      schema.Email
}

// Person is somebody to invite, by an email of that kind.
type Person struct {
	Name     string
	Address  schema.Address
	Lifetime time.Duration // that the link works
	Kind     schema.EmailKind
}

// Invite makes the row or revives a dead one, under the client's lock. It
// refuses before it writes anything but the expiry of a stale row.
func (v Inviter) Invite(tx *store.Tx, c schema.Client, p Person) (Invitation, error) {
	s, fresh, err := v.seatFor(tx, c, p.Address)
	if err != nil {
		return Invitation{}, err
	}
	prev := s.User.Status
	if err := s.User.Invite(tx.Now, p.Lifetime, v.User); err != nil {
		return Invitation{}, err
	}
	s.User.FullName, s.User.Email = p.Name, p.Address.Typed
	mail := schema.NewInvitationEmail(tx.Now, &s.User, p.Kind)
	created := s.Event(schema.InvitationCreated, tx, prev, v.actor())
	write := s.Save
	if fresh {
		write = s.Insert
	}
	if err := write(tx, created); err != nil {
		return Invitation{}, err
	}
	return Invitation{s.User, mail}, Queue(tx, s, &mail)
}

// seatFor locks the client's row with that address, or prepares a new one.
func (v Inviter) seatFor(tx *store.Tx, c schema.Client, a schema.Address) (s *lock.Seat, fresh bool, err error) {
	var id schema.ClientUserID
	err = tx.Get(&id, `SELECT id FROM client_users WHERE client_id = ? AND email_key = ?`, c.ID, a.Key)
	if schema.KindOf(err) == schema.NotFound {
		return &lock.Seat{Client: c, User: schema.ClientUser{ID: schema.New[schema.ClientUserID](), AgencyID: c.AgencyID,
			ClientID: c.ID, Email: a.Typed, EmailKey: a.Key, CreatedAt: tx.Now}}, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	s, err = lock.AgencyClientUser(tx, v.Agency, id)
	if err == nil && s.User.EmailKey != a.Key {
		// Its address was fixed while we waited for the lock: look again.
		return v.seatFor(tx, c, a)
	}
	return s, false, err
}

// Queue writes the email of a seat that was just saved. What was still waiting
// to go out with an older link is cancelled.
func Queue(tx *store.Tx, s *lock.Seat, mail *schema.Email) error {
	if err := outbox.CancelUnsent(tx, s.User.ID); err != nil {
		return err
	}
	return outbox.Insert(tx, mail)
}
