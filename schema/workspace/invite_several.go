package workspace

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// MaxSeveral is how many clients one form invites to.
const MaxSeveral = 50

// InviteToSeveral invites one person to several clients at once: to all of them
// or, where one stands in the way, to none. What is wrong with the first is said
// as Invite says it; the others are named in an Invalid error at "clients".
func (w *Workspace) InviteToSeveral(ctx context.Context, clients []schema.ClientID, fullName, email string) (out []Invitation, err error) {
	name, err := schema.ParseName("full_name", "Full name", fullName)
	if err != nil {
		return nil, err
	}
	address, err := schema.ParseAddress(email)
	if err != nil {
		return nil, err
	}
	if len(clients) > MaxSeveral {
		return nil, atClients("too_many", fmt.Sprintf("That is more than %d clients. Invite to some of them first, then to the others.", MaxSeveral))
	}
	err = w.change(ctx, func(tx *store.Tx) error {
		out = nil
		locked, lifetime, err := w.mayInviteToAll(tx, clients, address)
		if err != nil {
			return err
		}
		for _, c := range locked {
			i, err := w.invite(tx, c, name, address, lifetime)
			if err != nil {
				return err
			}
			out = append(out, i)
		}
		return nil
	})
	return out, err
}

// mayInviteToAll locks the clients and their rows with the address, each by
// ascending ID, and asks of all what Invite asks of one. Nothing is written
// before that but the expiry of what is stale, which outlasts a refusal.
func (w *Workspace) mayInviteToAll(tx *store.Tx, ids []schema.ClientID, a schema.Address) (locked []schema.Client, lifetime time.Duration, err error) {
	if len(ids) == 0 {
		return nil, 0, schema.ErrNotFound
	}
	first := ids[0]
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b schema.ClientID) int { return bytes.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	if locked, err = lock.ClientsShared(tx, ids); err != nil {
		return nil, 0, err
	}
	if len(locked) != len(ids) {
		return nil, 0, schema.ErrNotFound
	}
	for _, c := range locked {
		if _, err := w.own(c, nil); err != nil {
			return nil, 0, err
		}
	}
	for _, c := range locked {
		if lifetime, err = w.mayInvite(tx, c.ID); err != nil {
			return nil, 0, notThere(err, c, first)
		}
	}
	return locked, lifetime, w.freeSeats(tx, locked, a, first)
}

// freeSeats refuses where a client has a live row with the address.
func (w *Workspace) freeSeats(tx *store.Tx, clients []schema.Client, a schema.Address, first schema.ClientID) error {
	byID := map[schema.ClientID]schema.Client{}
	ids := make([]schema.ClientID, len(clients))
	for i, c := range clients {
		byID[c.ID], ids[i] = c, c.ID
	}
	var there []schema.ClientUserID
	if err := tx.SelectIn(&there, `SELECT id FROM client_users WHERE client_id IN (?) AND email_key = ? ORDER BY id`, ids, a.Key); err != nil {
		return err
	}
	for _, id := range there {
		s, err := w.seat(tx, id)
		if err != nil {
			return err
		}
		if s.User.EmailKey != a.Key {
			continue // it was fixed away while we waited
		}
		if err := s.User.May(schema.VerbInvite); err != nil {
			return notThere(err, byID[s.Client.ID], first)
		}
	}
	return nil
}

// notThere says what is wrong at a client that the form has beside its first,
// and names it. What is wrong with the agency or the member is left as it is.
func notThere(err error, c schema.Client, first schema.ClientID) error {
	if c.ID == first {
		return err
	}
	switch schema.CodeOf(err) {
	case "no_accounts":
		return atClients("no_accounts", c.Name+" has no social account, so its portal is empty. Assign one first, or leave it out.")
	case "already_active":
		return atClients("already_active", "That address already has access to "+c.Name+". Leave it out.")
	case "already_invited", "invitation_expired":
		return atClients("already_invited", "That address has an invitation to "+c.Name+" already. Resend it there, or leave it out.")
	}
	return err
}

func atClients(code, message string) *schema.Error {
	return &schema.Error{Kind: schema.Invalid, Field: "clients", Code: code, Message: message}
}
