package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/invite"
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
		unmet, _, err = w.inviter().Unmet(tx, id)
		return err
	})
	return unmet, err
}

// mayInvite refuses with the first unmet precondition; otherwise it says how
// long a link works.
func (w *Workspace) mayInvite(tx *store.Tx, id schema.ClientID) (lifetime time.Duration, err error) {
	return w.inviter().May(tx, id)
}

var errUnconfirmed = invite.ErrUnconfirmed
