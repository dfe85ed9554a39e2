package system

import (
	"context"
	"errors"

	"anteroom/schema"
	"anteroom/schema/internal/invite"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// LineSent is what SendLine came to.
type LineSent struct {
	Line int          // its number
	Due  []schema.Due // the email, where there is one
	Done bool         // no line was left
}

// SendLine invites the person on the next line of a claimed list and notes on
// the line what came of it, in one transaction: whenever the worker dies, a line
// is either sent and noted or neither. Without a line left it ends the list.
// after is the line before, to look behind it first; zero looks from the start.
func (s *System) SendLine(ctx context.Context, id schema.BatchID, attempt uint32, after int) (out LineSent, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		out = LineSent{}
		c, b, err := lockBatch(tx, id)
		if err != nil {
			return err
		}
		if !b.Continue(tx.Now, attempt) {
			return ErrOvertaken
		}
		l, err := lock.NextLine(tx, id, after)
		if schema.KindOf(err) == schema.NotFound && after > 0 {
			l, err = lock.NextLine(tx, id, 0)
		}
		switch {
		case schema.KindOf(err) == schema.NotFound:
			out.Done = true
			b.End(tx.Now)
		case err != nil:
			return err
		default:
			out.Line = l.Number
			if out.Due, err = sendLine(tx, c, b, &l); err != nil {
				return err
			}
		}
		return lock.SaveBatch(tx, b)
	})
	return out, err
}

// lockBatch locks a list after its client, which it keeps for good.
func lockBatch(tx *store.Tx, id schema.BatchID) (c schema.Client, b *schema.Batch, err error) {
	var client schema.ClientID
	if err := tx.Get(&client, `SELECT client_id FROM invitation_batches WHERE id = ?`, id); err != nil {
		return c, nil, err
	}
	if c, err = lock.ClientShared(tx, client); err != nil {
		return c, nil, err
	}
	row, err := lock.Batch(tx, id)
	return c, &row, err
}

// sendLine writes the line's end: an invitation, or why there is none.
func sendLine(tx *store.Tx, c schema.Client, b *schema.Batch, l *schema.BatchLine) (due []schema.Due, err error) {
	i, err := inviteLine(tx, c, b, l)
	if refusal, ok := errors.AsType[*schema.Error](err); ok {
		l.Refused(refusal)
		return nil, lock.SaveLine(tx, l)
	}
	if err != nil {
		return nil, err
	}
	l.Invited(i.ClientUser.ID, i.Email.ID)
	return []schema.Due{i.Email.Due()}, lock.SaveLine(tx, l)
}

// inviteLine does what Workspace.Invite does, in the name of the member who sent
// the list and if that member still may. A refusal has written nothing but the
// expiry of a stale invitation.
func inviteLine(tx *store.Tx, c schema.Client, b *schema.Batch, l *schema.BatchLine) (i invite.Invitation, err error) {
	if c.Deleted() {
		return i, &schema.Error{Kind: schema.Conflict, Code: "client_deleted", Message: c.Name + " was deleted meanwhile."}
	}
	by := invite.Inviter{Agency: b.AgencyID, User: b.CreatedBy}
	if err := manages(tx, by); err != nil {
		return i, err
	}
	checked := schema.CheckLine(l.FullName, l.Email)
	switch {
	case checked.EmailFault != nil:
		return i, checked.EmailFault
	case checked.NameFault != nil:
		return i, checked.NameFault
	}
	lifetime, err := by.May(tx, c.ID)
	if err != nil {
		return i, err
	}
	return by.Invite(tx, c, invite.Person{Name: checked.Name, Address: checked.Address, Lifetime: lifetime, Kind: schema.EmailInvitationMany})
}

func manages(tx *store.Tx, by invite.Inviter) error {
	var role schema.Role
	err := tx.Get(&role, `SELECT role FROM members WHERE agency_id = ? AND user_id = ?`, by.Agency, by.User)
	if err != nil && schema.KindOf(err) != schema.NotFound {
		return err
	}
	if !role.Manages() {
		return &schema.Error{Kind: schema.Forbidden, Code: "sender",
			Message: "Whoever sent the list no longer manages clients here. Send it again in your own name."}
	}
	return nil
}
