package visitor

import (
	"context"

	"anteroom/schema"
)

var errProof = &schema.Error{Kind: schema.Invalid, Field: "password", Code: "credentials",
	Message: "That is not your password. Type it again, or sign out and set a new one by email."}

// ProvePassword makes sure that somebody who is signed in still knows the
// password, before they see what a session alone doesn't show.
func (v *Visitor) ProvePassword(ctx context.Context, who schema.UserID, plain string) error {
	var hash string
	err := missing(v.db.GetContext(ctx, &hash, `SELECT password_hash FROM users WHERE id = ?`, who))
	if err != nil {
		return err
	}
	ok, err := v.hash.Matches(ctx, plain, hash)
	if err == nil && !ok {
		err = errProof
	}
	return err
}
