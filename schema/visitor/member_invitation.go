package visitor

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// MemberInvitation is what the page behind a colleague's link shows, as
// Invitation is for a client user's.
type MemberInvitation struct {
	schema.MemberInvitation
	schema.Logo
	State        LinkState
	Known        bool      // the address belongs to a user who has confirmed it
	AgencyName   string    `db:"agency_name"`
	InviterName  string    `db:"inviter_name"`
	InviterEmail string    `db:"inviter_email"`
	Now          time.Time `db:"now"`
}

// MemberInvitation reads what a colleague's link leads to. It changes nothing.
func (v *Visitor) MemberInvitation(ctx context.Context, token string) (i MemberInvitation, err error) {
	link, err := schema.ParseMemberInvitationToken(v.keys, token)
	if err != nil {
		return i, err
	}
	err = v.db.GetContext(ctx, &i, `SELECT i.id, i.agency_id, i.user_id, i.email, i.email_key, i.full_name, i.role, i.status,
		i.generation, i.invited_by, i.invited_at, i.expires_at, i.resend_after, a.name AS agency_name,
		a.logo_hash, a.logo_width, a.logo_height, u.full_name AS inviter_name, u.email AS inviter_email,
		EXISTS (SELECT 1 FROM users k WHERE k.email_key = i.email_key AND k.email_confirmed_at IS NOT NULL) AS known,
		UTC_TIMESTAMP(6) AS now
		FROM member_invitations i JOIN agencies a ON a.id = i.agency_id JOIN users u ON u.id = i.invited_by
		WHERE i.id = ?`, link.Invitation)
	if err = missing(err); err != nil {
		return i, err
	}
	i.State, err = i.Link(link.Generation, i.Now)
	return i, err
}

// FreshMemberLink mails a working link to the invited address, and to no other:
// from an expired link a new one, with a new term; from a superseded one the
// present link once more.
func (v *Visitor) FreshMemberLink(ctx context.Context, token string) (due []schema.Due, err error) {
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		i, state, err := v.linkedMember(tx, token)
		if err != nil {
			return err
		}
		if state != LinkExpired && state != LinkSuperseded {
			return linkErrors[state]
		}
		if i.ResendAfter.After(tx.Now) {
			return errCooldown
		}
		if state == LinkExpired {
			if err := i.Resend(tx.Now); err != nil {
				return err
			}
		}
		i.ResendAfter = tx.Now.Add(schema.ResendCooldown)
		mail := schema.NewMemberInvitationEmail(tx.Now, &i)
		if err := lock.SaveMemberInvitation(tx, &i); err != nil {
			return err
		}
		due = []schema.Due{mail.Due()}
		return outbox.MemberInvitation(tx, &mail)
	})
	return due, err
}

// linkedMember locks what a link leads to: the agency, shared, and the row.
func (v *Visitor) linkedMember(tx *store.Tx, token string) (i schema.MemberInvitation, state LinkState, err error) {
	link, err := schema.ParseMemberInvitationToken(v.keys, token)
	if err != nil {
		return i, "", err
	}
	var agency schema.AgencyID
	if err := tx.Get(&agency, `SELECT agency_id FROM member_invitations WHERE id = ?`, link.Invitation); err != nil {
		return i, "", err
	}
	if _, err := lock.AgencyShared(tx, agency); err != nil {
		return i, "", err
	}
	if i, err = lock.AgencyMemberInvitation(tx, agency, link.Invitation); err != nil {
		return i, "", err
	}
	state, err = i.Link(link.Generation, tx.Now)
	return i, state, err
}
