package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/password"
	"anteroom/schema/internal/store"
)

var errKnown = &schema.Error{Kind: schema.SignIn, Code: "known_address", Field: "password",
	Message: "You already have an account with this address. Sign in with its password to accept."}

var errOther = &schema.Error{Kind: schema.Forbidden, Code: "wrong_account",
	Message: "This invitation is for another address than the one you are signed in with. Nothing has been accepted."}

// Accept accepts an invitation as a new person, who sets a password, and opens
// a session. Of several callers on one link exactly one wins. If the address
// belongs to a user who confirmed it, the error is of kind SignIn.
func (v *Visitor) Accept(ctx context.Context, token, fullName, plain, device string) (t SessionToken, err error) {
	i, err := v.openInvitation(ctx, token)
	if err != nil {
		return "", err
	}
	if i.Known {
		return "", errKnown
	}
	name, hash, err := v.introduction(ctx, i.Email, fullName, plain)
	if err != nil {
		return "", err
	}
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		s, err := v.openSeat(tx, token)
		if err != nil {
			return err
		}
		u, err := newcomer(tx, schema.Address{Typed: s.User.Email, Key: s.User.EmailKey}, name, hash)
		if err != nil {
			return err
		}
		s.User.FullName = name
		t, err = admit(tx, s, u, device, "")
		return err
	})
	return t, err
}

// openInvitation reads an invitation that is open.
func (v *Visitor) openInvitation(ctx context.Context, token string) (Invitation, error) {
	i, err := v.Invitation(ctx, token)
	if err == nil && i.State != LinkOpen {
		err = linkErrors[i.State]
	}
	return i, err
}

// introduction checks what a new person says of themselves, and hashes the
// password before any transaction: that takes longer than all of it.
func (v *Visitor) introduction(ctx context.Context, email, fullName, plain string) (name, hash string, err error) {
	if name, err = schema.ParseName("full_name", "Full name", fullName); err != nil {
		return "", "", err
	}
	if err := password.Check(plain, email, name); err != nil {
		return "", "", err
	}
	hash, err = v.hash.Hash(ctx, plain)
	return name, hash, err
}

// AcceptKnown accepts for somebody who has an account with the address and
// proves it with its password.
func (v *Visitor) AcceptKnown(ctx context.Context, token, plain, device string) (t SessionToken, err error) {
	i, err := v.openInvitation(ctx, token)
	if err != nil {
		return "", err
	}
	u, err := v.authenticate(ctx, i.Email, plain)
	if err != nil {
		return "", err
	}
	return v.acceptAs(ctx, token, device, "", func(tx *store.Tx) (schema.User, error) { return unchanged(tx, u) })
}

// AcceptAs accepts for a person who is signed in with the invited address, and
// opens a new session beside theirs. A session that has ended, such as by a
// change of the password, is an error of kind SignIn.
func (v *Visitor) AcceptAs(ctx context.Context, token string, by SessionToken, device string) (SessionToken, error) {
	return v.acceptAs(ctx, token, device, by, func(tx *store.Tx) (schema.User, error) { return signedIn(tx, by) })
}

// acceptAs accepts for the user that who locks. The new session goes where the
// one before it went, but for the portal.
func (v *Visitor) acceptAs(ctx context.Context, token, device string, before SessionToken, who func(*store.Tx) (schema.User, error)) (t SessionToken, err error) {
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		s, err := v.openSeat(tx, token)
		if err != nil {
			return err
		}
		u, err := who(tx)
		if err != nil {
			return err
		}
		if u.EmailKey != s.User.EmailKey {
			return errOther
		}
		if !u.Confirmed() {
			return errUnproven
		}
		t, err = admit(tx, s, u, device, before)
		return err
	})
	return t, err
}

// errUnproven: whoever signed up under an address without confirming it has
// not shown to own it; the mailbox decides.
var errUnproven = &schema.Error{Kind: schema.Forbidden, Code: "wrong_account",
	Message: "The address you are signed in with was never confirmed. Switch account and set a password from the link."}

// openSeat locks what the link leads to and checks that it is open.
func (v *Visitor) openSeat(tx *store.Tx, token string) (*lock.Seat, error) {
	s, state, err := v.linkedSeat(tx, token)
	if err == nil && state != LinkOpen {
		err = linkErrors[state]
	}
	return s, err
}

func (v *Visitor) linkedSeat(tx *store.Tx, token string) (*lock.Seat, LinkState, error) {
	link, err := schema.ParseInvitationToken(v.keys, token)
	if err != nil {
		return nil, "", err
	}
	s, err := lock.ClientUser(tx, link.ClientUser)
	if err != nil {
		return nil, "", err
	}
	state, err := linkState(&s.User, link, s.Client.Deleted(), tx.Now)
	return s, state, err
}

// newcomer makes the user who has shown to own an address, or takes over one
// that never confirmed it: whoever signed up under a foreign address gains
// nothing by it.
func newcomer(tx *store.Tx, a schema.Address, name, hash string) (schema.User, error) {
	u, err := lock.UserByAddress(tx, a.Key)
	switch {
	case schema.KindOf(err) == schema.NotFound:
		return insertUser(tx, a, name, hash)
	case err != nil:
		return u, err
	case u.Confirmed():
		return u, errKnown
	}
	return u, takeOver(tx, u, a, name, hash)
}

// takeOver gives a user to whoever has shown to own the address.
func takeOver(tx *store.Tx, u schema.User, a schema.Address, name, hash string) error {
	if err := evict(tx, u); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE users SET email = ?, full_name = ?, password_hash = ?, credential_version = credential_version + 1,
		email_confirmed_at = ? WHERE id = ?`, a.Typed, name, hash, tx.Now, u.ID)
	return err
}

// evict takes from an unconfirmed user what whoever set its password may have
// got hold of. One without a password was made for the owner of the mailbox, by
// an operator or an agency, and what it was given is theirs.
func evict(tx *store.Tx, u schema.User) error {
	if u.PasswordHash == "" {
		return nil
	}
	for _, q := range []string{`DELETE FROM sessions WHERE user_id = ?`, `DELETE FROM members WHERE user_id = ?`} {
		if _, err := tx.Exec(q, u.ID); err != nil {
			return err
		}
	}
	return nil
}

func insertUser(tx *store.Tx, a schema.Address, name, hash string) (schema.User, error) {
	u := schema.User{ID: schema.New[schema.UserID](), Email: a.Typed, EmailKey: a.Key, FullName: name,
		PasswordHash: hash, CredentialVersion: 1, EmailConfirmedAt: &tx.Now, CreatedAt: tx.Now}
	_, err := tx.Named(`INSERT INTO users (id, email, email_key, full_name, password_hash, credential_version, email_confirmed_at, created_at)
		VALUES (:id, :email, :email_key, :full_name, :password_hash, :credential_version, :email_confirmed_at, :created_at)`, &u)
	return u, err
}

// admit makes the seat the user's, and opens a session in place of one that may
// have been there before.
func admit(tx *store.Tx, s *lock.Seat, u schema.User, device string, before SessionToken) (SessionToken, error) {
	if err := take(tx, s, u); err != nil {
		return "", err
	}
	return openTo(tx, u.ID, device, before, places{Portal: s.Client.AgencyID})
}

// take makes the seat the user's.
func take(tx *store.Tx, s *lock.Seat, u schema.User) error {
	prev := s.User.Status
	if err := s.User.Accept(tx.Now, u.ID); err != nil {
		return err
	}
	by := schema.Actor{Type: schema.ActorRecipient, ID: u.ID}
	accepted := s.Event(schema.InvitationAccepted, tx, prev, by)
	activated := s.Event(schema.ClientUserActivated, tx, prev, by)
	if err := s.Save(tx, accepted, activated); err != nil {
		return err
	}
	return outbox.CancelUnsent(tx, s.User.ID)
}
