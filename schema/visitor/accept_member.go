package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// AcceptMember accepts a colleague's invitation as a new person, as Accept does
// a client user's, and opens a session in the agency's workspace.
func (v *Visitor) AcceptMember(ctx context.Context, token, fullName, plain, device string) (t SessionToken, err error) {
	i, err := v.openMember(ctx, token)
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
	return v.join(ctx, token, device, "", func(tx *store.Tx, i *schema.MemberInvitation) (schema.User, error) {
		i.FullName = name
		return newcomer(tx, schema.Address{Typed: i.Email, Key: i.EmailKey}, name, hash)
	})
}

// AcceptMemberKnown accepts for somebody who has an account with the address and
// proves it with its password.
func (v *Visitor) AcceptMemberKnown(ctx context.Context, token, plain, device string) (SessionToken, error) {
	i, err := v.openMember(ctx, token)
	if err != nil {
		return "", err
	}
	u, err := v.authenticate(ctx, i.Email, plain)
	if err != nil {
		return "", err
	}
	return v.join(ctx, token, device, "", func(tx *store.Tx, i *schema.MemberInvitation) (schema.User, error) {
		return own(i)(unchanged(tx, u))
	})
}

// AcceptMemberAs accepts for a person who is signed in with the invited address,
// as AcceptAs does.
func (v *Visitor) AcceptMemberAs(ctx context.Context, token string, by SessionToken, device string) (SessionToken, error) {
	return v.join(ctx, token, device, by, func(tx *store.Tx, i *schema.MemberInvitation) (schema.User, error) {
		return own(i)(signedIn(tx, by))
	})
}

// openMember reads an invitation that is open.
func (v *Visitor) openMember(ctx context.Context, token string) (MemberInvitation, error) {
	i, err := v.MemberInvitation(ctx, token)
	if err == nil && i.State != LinkOpen {
		err = linkErrors[i.State]
	}
	return i, err
}

// own lets only a user pass who has shown to own the invited address.
func own(i *schema.MemberInvitation) func(schema.User, error) (schema.User, error) {
	return func(u schema.User, err error) (schema.User, error) {
		switch {
		case err != nil:
			return u, err
		case u.EmailKey != i.EmailKey:
			return u, errOther
		case !u.Confirmed():
			return u, errUnproven
		}
		return u, nil
	}
}

// join makes the user that who locks a member. One who is a member by now keeps
// the role they have: an older invitation takes nothing away.
func (v *Visitor) join(ctx context.Context, token, device string, before SessionToken, who func(*store.Tx, *schema.MemberInvitation) (schema.User, error)) (t SessionToken, err error) {
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		i, state, err := v.linkedMember(tx, token)
		if err != nil {
			return err
		}
		if state != LinkOpen {
			return linkErrors[state]
		}
		u, err := who(tx, &i)
		if err != nil {
			return err
		}
		if err := i.Accept(tx.Now, u.ID); err != nil {
			return err
		}
		if err := lock.SaveMemberInvitation(tx, &i); err != nil {
			return err
		}
		if err := outbox.CancelUnsentMember(tx, i.ID); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
			ON DUPLICATE KEY UPDATE role = role`, i.AgencyID, u.ID, i.Role, tx.Now)
		if err != nil {
			return err
		}
		t, err = openTo(tx, u.ID, device, before, places{Workspace: i.AgencyID})
		return err
	})
	return t, err
}
