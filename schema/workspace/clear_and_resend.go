package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// ClearAndResend is Resend for a person whose address the email provider holds
// on a suppression list: the worker takes it off before it sends the new link.
// It is refused where the newest email doesn't say that the address is on one.
func (w *Workspace) ClearAndResend(ctx context.Context, id schema.ClientUserID) (out Invitation, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		s, err := w.seat(tx, id)
		if err != nil {
			return err
		}
		mail, err := newestEmail(tx, s)
		if err != nil {
			return err
		}
		if err := s.User.MayClear(tx.Now, mail.State, mail.Barred()); err != nil {
			return err
		}
		lifetime, err := w.mayInvite(tx, s.Client.ID)
		if err != nil {
			return err
		}
		out, err = w.resend(tx, s, lifetime, true)
		return err
	})
	return out, err
}
