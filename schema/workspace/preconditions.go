package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Preconditions says what keeps this member from inviting to the client, each
// with its own sentence; none means that nothing does.
func (w *Workspace) Preconditions(ctx context.Context, id schema.ClientID) (unmet []*schema.Error, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		if _, err := w.own(lock.ClientShared(tx, id)); err != nil {
			return err
		}
		unmet, _, err = w.unmet(tx, id)
		return err
	})
	return unmet, err
}

// mayInvite refuses with the first unmet precondition; otherwise it says how
// long a link works.
func (w *Workspace) mayInvite(tx *store.Tx, id schema.ClientID) (lifetime time.Duration, err error) {
	unmet, a, err := w.unmet(tx, id)
	if err != nil {
		return 0, err
	}
	if len(unmet) > 0 {
		return 0, unmet[0]
	}
	return a.InvitationLifetime(), nil
}

// unmet reads the agency as it is now: the session's copy may be older.
func (w *Workspace) unmet(tx *store.Tx, id schema.ClientID) (out []*schema.Error, a schema.Agency, err error) {
	var now struct {
		schema.Agency
		Confirmed bool `db:"confirmed"`
		Accounts  bool `db:"accounts"`
	}
	err = tx.Get(&now, `SELECT a.plan, a.invitation_days, u.email_confirmed_at IS NOT NULL AS confirmed,
		EXISTS (SELECT 1 FROM social_accounts s WHERE s.client_id = ?) AS accounts
		FROM agencies a JOIN users u ON u.id = ? WHERE a.id = ?`, id, w.User.ID, w.Agency.ID)
	if err != nil {
		return nil, a, err
	}
	if !now.Plan.CanInvite() {
		out = append(out, unmet("plan", "Your plan has no client portal. Change to the Agency plan to invite people."))
	}
	if !now.Confirmed {
		out = append(out, unmet("email_unconfirmed", "Confirm your own email address first. Invitations are sent in your name."))
	}
	if !now.Accounts {
		out = append(out, unmet("no_accounts", "Assign a social account to this client first. Without one its portal is empty."))
	}
	return out, now.Agency, nil
}

func unmet(code, message string) *schema.Error {
	return &schema.Error{Kind: schema.Forbidden, Code: code, Message: message}
}
