package visitor

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"anteroom/schema"
)

// LinkState is schema's, under the name that it has here.
type LinkState = schema.LinkState

// The states of a link. An unknown one is ErrNotFound.
const (
	LinkOpen       = schema.LinkOpen
	LinkExpired    = schema.LinkExpired
	LinkRevoked    = schema.LinkRevoked
	LinkSuperseded = schema.LinkSuperseded
	LinkUsed       = schema.LinkUsed
)

// Invitation is what the page behind a link shows. Reading it changes nothing:
// mail scanners open links.
type Invitation struct {
	schema.ClientUser
	schema.Logo
	State        LinkState
	Known        bool      // the address belongs to a user who has confirmed it
	Added        bool      // and who has access at another client of the agency
	AgencyName   string    `db:"agency_name"`
	ClientName   string    `db:"client_name"`
	InviterName  string    `db:"inviter_name"`
	InviterEmail string    `db:"inviter_email"`
	Days         int       `db:"invitation_days"`
	Deleted      bool      `db:"client_deleted"`
	Now          time.Time `db:"now"`
}

// Invitation reads what a link leads to.
func (v *Visitor) Invitation(ctx context.Context, token string) (i Invitation, err error) {
	link, err := schema.ParseInvitationToken(v.keys, token)
	if err != nil {
		return i, err
	}
	err = v.db.GetContext(ctx, &i, `SELECT u.id, u.client_id, u.agency_id, u.user_id, u.email, u.email_key, u.full_name, u.status,
		u.generation, u.address_generation, u.invited_at, u.expires_at, u.resend_after, a.name AS agency_name, a.invitation_days,
		a.logo_hash, a.logo_width, a.logo_height,
		c.name AS client_name, c.deleted_at IS NOT NULL AS client_deleted, i.full_name AS inviter_name, i.email AS inviter_email,
		EXISTS (SELECT 1 FROM users k WHERE k.email_key = u.email_key AND k.email_confirmed_at IS NOT NULL) AS known,
		EXISTS (SELECT 1 FROM users k WHERE k.email_key = u.email_key AND k.email_confirmed_at IS NOT NULL AND `+hasAccess+`) AS added,
		UTC_TIMESTAMP(6) AS now
		FROM client_users u JOIN clients c ON c.id = u.client_id JOIN agencies a ON a.id = c.agency_id
		JOIN users i ON i.id = u.invited_by WHERE u.id = ?`, link.ClientUser)
	if err = missing(err); err != nil {
		return i, err
	}
	i.State, err = linkState(&i.ClientUser, link, i.Deleted, i.Now)
	return i, err
}

// linkState is the one place that says what a link is good for. A link that
// went to an address which was fixed since is unknown: whoever holds it is a
// stranger to this invitation.
func linkState(u *schema.ClientUser, l schema.InvitationLink, deleted bool, now time.Time) (LinkState, error) {
	if l.Generation < u.AddressGeneration || l.Generation > u.Generation {
		return "", schema.ErrNotFound
	}
	switch status := u.StatusAt(now); {
	case deleted, status == schema.StatusRevoked, status == schema.StatusDeactivated:
		return LinkRevoked, nil
	case status == schema.StatusActive:
		return LinkUsed, nil
	case status == schema.StatusExpired:
		return LinkExpired, nil
	case l.Generation < u.Generation:
		return LinkSuperseded, nil
	}
	return LinkOpen, nil
}

var linkErrors = map[LinkState]*schema.Error{
	LinkExpired:    {Kind: schema.Conflict, Code: "link_expired", Message: "This invitation has expired. Ask for a new link."},
	LinkRevoked:    {Kind: schema.Conflict, Code: "link_revoked", Message: "This invitation is no longer open. Ask the agency for a new one."},
	LinkSuperseded: {Kind: schema.Conflict, Code: "link_superseded", Message: "A newer link was sent. Only the one in the newest email works."},
	LinkUsed:       {Kind: schema.Conflict, Code: "link_used", Message: "This invitation was accepted already. Sign in instead."},
	LinkOpen:       {Kind: schema.Conflict, Code: "link_open", Message: "This link works. Use it to accept the invitation."},
}

func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return schema.ErrNotFound
	}
	return err
}

func missingOK(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
