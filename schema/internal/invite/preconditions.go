package invite

import (
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Unmet says what keeps the inviter from inviting to the client, and how long a
// link works. It reads the agency as it is now: a session's copy may be older.
func (v Inviter) Unmet(tx *store.Tx, id schema.ClientID) (out []*schema.Error, lifetime time.Duration, err error) {
	var now struct {
		schema.Agency
		Confirmed bool `db:"confirmed"`
		Accounts  bool `db:"accounts"`
	}
	err = tx.Get(&now, `SELECT a.plan, a.invitation_days, u.email_confirmed_at IS NOT NULL AS confirmed,
		EXISTS (SELECT 1 FROM social_accounts s WHERE s.client_id = ?) AS accounts
		FROM agencies a JOIN users u ON u.id = ? WHERE a.id = ?`, id, v.User, v.Agency)
	if err != nil {
		return nil, 0, err
	}
	if !now.Plan.CanInvite() {
		out = append(out, unmet("plan", "Your plan has no client portal. Change to the Agency plan to invite people."))
	}
	if !now.Confirmed {
		out = append(out, ErrUnconfirmed)
	}
	if !now.Accounts {
		out = append(out, unmet("no_accounts", "Assign a social account to this client first. Without one its portal is empty."))
	}
	return out, now.InvitationLifetime(), nil
}

// May refuses with the first unmet precondition; otherwise it says how long a
// link works.
func (v Inviter) May(tx *store.Tx, id schema.ClientID) (lifetime time.Duration, err error) {
	unmet, lifetime, err := v.Unmet(tx, id)
	if err != nil {
		return 0, err
	}
	if len(unmet) > 0 {
		return 0, unmet[0]
	}
	return lifetime, nil
}

// ErrUnconfirmed refuses who has yet to confirm the own address.
var ErrUnconfirmed = unmet("email_unconfirmed", "Confirm your own email address first. Invitations are sent in your name.")

func unmet(code, message string) *schema.Error {
	return &schema.Error{Kind: schema.Forbidden, Code: code, Message: message}
}
