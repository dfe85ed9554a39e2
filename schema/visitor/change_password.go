package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/password"
	"anteroom/schema/internal/store"
)

var errPresent = &schema.Error{Kind: schema.Invalid, Field: "current", Code: "credentials",
	Message: "That is not your present password. Type it again, or sign out and set a new one by email."}

var errSamePassword = &schema.Error{Kind: schema.Invalid, Field: "password", Code: "password_same",
	Message: "That is the password you have. Choose another one."}

// ChangePassword sets a new password for a person who is signed in and knows
// the present one. It ends every other session and every mailed link of theirs.
// The fields of its refusals are "current" and "password".
func (v *Visitor) ChangePassword(ctx context.Context, by SessionToken, current, plain string) error {
	var known schema.User
	err := missing(v.db.GetContext(ctx, &known, `SELECT u.id, u.email, u.full_name, u.password_hash, u.credential_version
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?`, by.hash()))
	if schema.KindOf(err) == schema.NotFound {
		return errSignIn
	}
	if err != nil {
		return err
	}
	hash, err := v.replacement(ctx, known, current, plain)
	if err != nil {
		return err
	}
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		u, err := signedIn(tx, by)
		if err != nil {
			return err
		}
		if u.CredentialVersion != known.CredentialVersion {
			return errPresent // it was changed since it was compared
		}
		_, err = tx.Exec(`UPDATE users SET password_hash = ?, credential_version = credential_version + 1 WHERE id = ?`, hash, u.ID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?`, u.ID, by.hash())
		return err
	})
}

// replacement checks both passwords and hashes the new one.
func (v *Visitor) replacement(ctx context.Context, u schema.User, current, plain string) (string, error) {
	ok, err := v.hash.Matches(ctx, current, u.PasswordHash)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errPresent
	}
	if plain == current {
		return "", errSamePassword
	}
	if err := password.Check(plain, u.Email, u.FullName); err != nil {
		return "", err
	}
	return v.hash.Hash(ctx, plain)
}
