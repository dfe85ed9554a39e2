package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/password"
	"anteroom/schema/internal/store"
)

// SignUpForm is what somebody enters who wants an agency.
type SignUpForm struct {
	AgencyName, FullName, Email, Password string
}

// SignUp mails a link that finishes the sign-up; until it is used there is no
// user. It never looks at who has an account, so its answer can't tell. Within
// the cooldown of an address it sends nothing, and there is no error either: the
// link that went out before finishes this sign-up too. The fields of its refusals are "agency", "full_name", "email" and "password".
func (v *Visitor) SignUp(ctx context.Context, f SignUpForm) (due []schema.Due, err error) {
	s, err := f.parse()
	if err != nil {
		return nil, err
	}
	if s.PasswordHash, err = v.hash.Hash(ctx, f.Password); err != nil {
		return nil, err
	}
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		due, err = insertSignUp(tx, s)
		return err
	})
	return due, err
}

func (f SignUpForm) parse() (s schema.SignUp, err error) {
	if s.AgencyName, err = schema.ParseName("agency", "Agency name", f.AgencyName); err != nil {
		return s, err
	}
	if s.FullName, err = schema.ParseName("full_name", "Full name", f.FullName); err != nil {
		return s, err
	}
	a, err := schema.ParseAddress(f.Email)
	if err != nil {
		return s, err
	}
	s.Email, s.EmailKey = a.Typed, a.Key
	return s, password.Check(f.Password, a.Typed, s.FullName)
}

// insertSignUp writes a sign-up, and its mail unless one went out lately. It looks for another one of the
// address only after its own row stands: two at once then wait for each other,
// and the one that comes second sees the first.
func insertSignUp(tx *store.Tx, s schema.SignUp) ([]schema.Due, error) {
	s.ID, s.CreatedAt, s.ExpiresAt = schema.New[schema.SignUpID](), tx.Now, tx.Now.Add(schema.SignUpLifetime)
	_, err := tx.Named(`INSERT INTO sign_ups (id, agency_name, full_name, email, email_key, password_hash, expires_at, created_at)
		VALUES (:id, :agency_name, :full_name, :email, :email_key, :password_hash, :expires_at, :created_at)`, &s)
	if err != nil {
		return nil, err
	}
	var young []schema.SignUpID
	err = tx.Select(&young, `SELECT id FROM sign_ups WHERE email_key = ? AND created_at > ? FOR UPDATE`,
		s.EmailKey, tx.Now.Add(-schema.ResendCooldown))
	if err != nil {
		return nil, err
	}
	var mailed []schema.EmailID
	if err := tx.SelectIn(&mailed, `SELECT id FROM emails WHERE sign_up_id IN (?)`, young); err != nil || len(mailed) > 0 {
		return nil, err
	}
	mail := schema.NewSignUpEmail(tx.Now, &s)
	return []schema.Due{mail.Due()}, outbox.Insert(tx, &mail)
}
