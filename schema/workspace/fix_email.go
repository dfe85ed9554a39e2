package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// FixEmail changes the address of an open or expired invitation in place: new
// link, old link dead. A live row with the new address at this client is an
// Invalid error; a dead one is revived and this one taken off the list.
func (w *Workspace) FixEmail(ctx context.Context, id schema.ClientUserID, email string) (out Invitation, err error) {
	a, err := schema.ParseAddress(email)
	if err != nil {
		return out, err
	}
	err = w.change(ctx, func(tx *store.Tx) error {
		s, other, err := w.seatAndNamesake(tx, id, a)
		if err != nil {
			return err
		}
		lifetime, err := w.mayRenew(tx, s, schema.VerbFixEmail)
		if err != nil {
			return err
		}
		if s.User.EmailKey == a.Key {
			return &schema.Error{Kind: schema.Invalid, Field: "email", Code: "same_address",
				Message: "That is the address the invitation went to. Enter another one, or resend it."}
		}
		if other != nil {
			out, err = w.revive(tx, s, other, a, lifetime)
		} else {
			out, err = w.readdress(tx, s, a, lifetime)
		}
		return err
	})
	return out, err
}

// seatAndNamesake locks the row and, where there is one, the client's row that
// has the new address: both in the order of their IDs.
func (w *Workspace) seatAndNamesake(tx *store.Tx, id schema.ClientUserID, a schema.Address) (s, other *lock.Seat, err error) {
	var otherID schema.ClientUserID
	err = tx.Get(&otherID, `SELECT o.id FROM client_users u JOIN client_users o
		ON o.client_id = u.client_id AND o.email_key = ? AND o.id <> u.id WHERE u.id = ?`, a.Key, id)
	if schema.KindOf(err) == schema.NotFound {
		s, err = w.seat(tx, id)
		return s, nil, err
	}
	if err != nil {
		return nil, nil, err
	}
	if string(otherID[:]) < string(id[:]) {
		if other, err = w.seat(tx, otherID); err != nil {
			return nil, nil, err
		}
	}
	if s, err = w.seat(tx, id); err != nil {
		return nil, nil, err
	}
	if other == nil {
		other, err = w.seat(tx, otherID)
	}
	if err == nil && other.User.EmailKey != a.Key {
		other = nil // it was fixed away while we waited
	}
	return s, other, err
}

func (w *Workspace) readdress(tx *store.Tx, s *lock.Seat, a schema.Address, lifetime time.Duration) (Invitation, error) {
	prev := s.User.Status
	if err := s.User.FixEmail(tx.Now, lifetime, a); err != nil {
		return Invitation{}, err
	}
	mail := schema.NewInvitationEmail(tx.Now, &s.User, schema.EmailInvitation)
	if err := s.Save(tx, s.Event(schema.InvitationAddressChanged, tx, prev, w.actor())); err != nil {
		return Invitation{}, err
	}
	return w.queue(tx, s, mail)
}

// revive invites the dead row that holds the address and ends this one.
func (w *Workspace) revive(tx *store.Tx, s, other *lock.Seat, a schema.Address, lifetime time.Duration) (Invitation, error) {
	if err := other.User.May(schema.VerbInvite); err != nil {
		return Invitation{}, err
	}
	name := s.User.FullName
	s.User.Disown()
	if err := w.takeBack(tx, s); err != nil {
		return Invitation{}, err
	}
	return w.invite(tx, s.Client, name, a, lifetime)
}

// takeBack revokes an open invitation and dismisses an expired one.
func (w *Workspace) takeBack(tx *store.Tx, s *lock.Seat) error {
	prev, end := s.User.Status, s.User.Revoke
	if prev == schema.StatusExpired {
		end = s.User.Dismiss
	}
	if err := end(tx.Now, w.User.ID); err != nil {
		return err
	}
	if err := outbox.CancelUnsent(tx, s.User.ID); err != nil {
		return err
	}
	return s.Save(tx, s.Event(schema.InvitationRevoked, tx, prev, w.actor()))
}
