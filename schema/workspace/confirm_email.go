package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// SendConfirmation sends the member a link that confirms their own address, at
// most one every two minutes.
func (w *Workspace) SendConfirmation(ctx context.Context) (due []schema.Due, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		u, err := lock.User(tx, w.User.ID)
		if err != nil {
			return err
		}
		if u.Confirmed() {
			return &schema.Error{Kind: schema.Conflict, Code: "email_confirmed", Message: "Your email address is confirmed already."}
		}
		if !u.MayMail(tx.Now) {
			return &schema.Error{Kind: schema.TooSoon, Code: "cooldown",
				Message: "An email went out a moment ago. Look for it, or try again in two minutes."}
		}
		mail, err := outbox.Account(tx, &u, w.Agency.ID, schema.EmailConfirm)
		due = []schema.Due{mail.Due()}
		return err
	})
	return due, err
}
