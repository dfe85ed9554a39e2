package visitor

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/password"
	"anteroom/schema/internal/store"
)

// ForgotPassword mails a link that sets a new password. The caller learns
// nothing from it: an unknown address and one in its cooldown have no due row
// and no error either.
func (v *Visitor) ForgotPassword(ctx context.Context, email string) (due []schema.Due, err error) {
	a, err := schema.ParseAddress(email)
	if err != nil {
		return nil, err
	}
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		due = nil
		u, err := lock.UserByAddress(tx, a.Key)
		if schema.KindOf(err) == schema.NotFound || (err == nil && !u.MayMail(tx.Now)) {
			return nil
		}
		if err != nil {
			return err
		}
		mail, err := outbox.Account(tx, &u, schema.AgencyID{}, schema.EmailResetPassword)
		due = []schema.Due{mail.Due()}
		return err
	})
	return due, err
}

// AccountLink says whose link a token is, if it still works. Anything else is
// ErrNotFound or a Conflict that says to ask for a new one.
func (v *Visitor) AccountLink(ctx context.Context, p schema.Purpose, token string) (u schema.User, err error) {
	l, err := schema.ParseAccountToken(v.keys, p, token)
	if err != nil {
		return u, err
	}
	var now time.Time
	if err := v.db.GetContext(ctx, &now, `SELECT UTC_TIMESTAMP(6)`); err != nil {
		return u, err
	}
	err = missing(v.db.GetContext(ctx, &u, `SELECT id, email, full_name, credential_version, email_confirmed_at FROM users WHERE id = ?`, l.User))
	if err != nil {
		return u, err
	}
	return u, usable(l, &u, now)
}

func usable(l schema.AccountLink, u *schema.User, now time.Time) error {
	if l.CredentialVersion != u.CredentialVersion || !l.ExpiresAt.After(now) {
		return &schema.Error{Kind: schema.Conflict, Code: "link_used", Message: "This link was used already or is too old. Ask for a new one."}
	}
	return nil
}

// ConfirmEmail confirms the address that the link was mailed to, for whoever is
// signed in as its user: a click of the mailbox's owner must not prove the
// address for somebody else who signed up with it.
func (v *Visitor) ConfirmEmail(ctx context.Context, token string, by SessionToken) error {
	return v.use(ctx, schema.PurposeConfirmEmail, token, func(tx *store.Tx, u *schema.User) error {
		who, err := userOf(tx, by)
		if err != nil {
			return err
		}
		if who != u.ID {
			return errNotTheirs
		}
		_, err = tx.Exec(`UPDATE users SET email_confirmed_at = COALESCE(email_confirmed_at, ?),
			credential_version = credential_version + 1 WHERE id = ?`, tx.Now, u.ID)
		return err
	})
}

var errNotTheirs = &schema.Error{Kind: schema.Forbidden, Code: "wrong_account",
	Message: "This link is for another account than the one you are signed in with. Nothing has been confirmed."}

// SetPassword sets a password from a mailed link, which also proves the
// address, ends every session of the person and opens a new one.
func (v *Visitor) SetPassword(ctx context.Context, token, plain, device string) (t SessionToken, err error) {
	known, err := v.AccountLink(ctx, schema.PurposeSetPassword, token)
	if err != nil {
		return "", err
	}
	if err := password.Check(plain, known.Email, known.FullName); err != nil {
		return "", err
	}
	hash, err := v.hash.Hash(ctx, plain)
	if err != nil {
		return "", err
	}
	err = v.use(ctx, schema.PurposeSetPassword, token, func(tx *store.Tx, u *schema.User) error {
		_, err := tx.Exec(`UPDATE users SET password_hash = ?, email_confirmed_at = COALESCE(email_confirmed_at, ?),
			credential_version = credential_version + 1 WHERE id = ?`, hash, tx.Now, u.ID)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM sessions WHERE user_id = ?`, u.ID); err != nil {
			return err
		}
		t, err = open(tx, u.ID, device)
		return err
	})
	return t, err
}

func (v *Visitor) use(ctx context.Context, p schema.Purpose, token string, do func(*store.Tx, *schema.User) error) error {
	l, err := schema.ParseAccountToken(v.keys, p, token)
	if err != nil {
		return err
	}
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		u, err := lock.User(tx, l.User)
		if err != nil {
			return err
		}
		if err := usable(l, &u, tx.Now); err != nil {
			return err
		}
		return do(tx, &u)
	})
}
