package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// MemberForm is what a person enters about a colleague to invite.
type MemberForm struct{ FullName, Email, Role string }

// InviteMember asks a colleague to work at the agency. An address that belongs
// to a member, or has an open invitation, is an Invalid error; a dead row with
// it is revived, with a new link.
func (w *Workspace) InviteMember(ctx context.Context, f MemberForm) (due []schema.Due, err error) {
	name, err := schema.ParseName("full_name", "Full name", f.FullName)
	if err != nil {
		return nil, err
	}
	a, err := schema.ParseAddress(f.Email)
	if err != nil {
		return nil, err
	}
	role, err := schema.ParseRole(f.Role)
	if err != nil {
		return nil, err
	}
	err = w.staff(ctx, func(tx *store.Tx, by schema.Role) error {
		if err := by.MayInviteAs(role); err != nil {
			return err
		}
		if err := w.mayInviteMember(tx, a); err != nil {
			return err
		}
		due, err = w.inviteMember(tx, name, a, role)
		return err
	})
	return due, err
}

// mayInviteMember checks what is not the invitation's own: inviting colleagues
// needs no plan, but an address that is shown to be the inviter's.
func (w *Workspace) mayInviteMember(tx *store.Tx, a schema.Address) error {
	if err := w.confirmed(tx); err != nil {
		return err
	}
	var name string
	err := tx.Get(&name, `SELECT u.full_name FROM users u JOIN members m ON m.user_id = u.id AND m.agency_id = ?
		WHERE u.email_key = ?`, w.Agency.ID, a.Key)
	switch {
	case schema.KindOf(err) == schema.NotFound:
		return nil
	case err != nil:
		return err
	}
	return &schema.Error{Kind: schema.Invalid, Field: "email", Code: "already_member",
		Message: name + " works here already, with this address. Change their role in the list instead."}
}

// confirmed makes sure that the member's own address is.
func (w *Workspace) confirmed(tx *store.Tx) error {
	var ok bool
	err := tx.Get(&ok, `SELECT email_confirmed_at IS NOT NULL FROM users WHERE id = ?`, w.User.ID)
	if err == nil && !ok {
		return errUnconfirmed
	}
	return err
}

// inviteMember makes the row or revives a dead one. The agency is locked, so
// nobody else makes it meanwhile.
func (w *Workspace) inviteMember(tx *store.Tx, name string, a schema.Address, role schema.Role) ([]schema.Due, error) {
	i, err := lock.MemberInvitationByAddress(tx, w.Agency.ID, a.Key)
	write := lock.SaveMemberInvitation
	if schema.KindOf(err) == schema.NotFound {
		write, err = lock.InsertMemberInvitation, nil
		i = schema.MemberInvitation{ID: schema.New[schema.MemberInvitationID](), AgencyID: w.Agency.ID, EmailKey: a.Key, CreatedAt: tx.Now}
	}
	if err != nil {
		return nil, err
	}
	if err := i.Invite(tx.Now, name, role, w.User.ID); err != nil {
		return nil, err
	}
	i.Email = a.Typed
	return sendMemberInvitation(tx, &i, write)
}

// sendMemberInvitation writes a renewed invitation and its mail.
func sendMemberInvitation(tx *store.Tx, i *schema.MemberInvitation, write func(*store.Tx, *schema.MemberInvitation) error) ([]schema.Due, error) {
	mail := schema.NewMemberInvitationEmail(tx.Now, i)
	if err := write(tx, i); err != nil {
		return nil, err
	}
	return []schema.Due{mail.Due()}, outbox.MemberInvitation(tx, &mail)
}
