package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/invite"
	"anteroom/schema/internal/lock"
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
	i, err := w.inviter().Invite(tx, c, invite.Person{Name: name, Address: a, Lifetime: lifetime, Kind: schema.EmailInvitation})
	if err != nil {
		return Invitation{}, err
	}
	return Invitation{ClientUser: i.ClientUser, Due: []schema.Due{i.Email.Due()}}, nil
}

func (w *Workspace) inviter() invite.Inviter {
	return invite.Inviter{Agency: w.Agency.ID, User: w.User.ID}
}

// queue writes the email of a seat that was just saved.
func (w *Workspace) queue(tx *store.Tx, s *lock.Seat, mail schema.Email) (Invitation, error) {
	if err := invite.Queue(tx, s, &mail); err != nil {
		return Invitation{}, err
	}
	return Invitation{ClientUser: s.User, Due: []schema.Due{mail.Due()}}, nil
}
