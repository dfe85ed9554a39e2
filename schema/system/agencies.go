package system

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// CreateAgency makes an agency and its owner, who gets a mail to set a
// password unless they have one.
func (s *System) CreateAgency(ctx context.Context, name string, plan schema.Plan, ownerName, ownerEmail string) (a schema.Agency, due []schema.Due, err error) {
	if a.Name, err = schema.ParseName("name", "Agency name", name); err != nil {
		return a, nil, err
	}
	err = s.run(ctx, func(tx *store.Tx) error {
		a.ID, a.Plan, a.InvitationDays, a.CreatedAt = schema.New[schema.AgencyID](), plan, 7, tx.Now
		_, err := tx.Named(`INSERT INTO agencies (id, name, plan, invitation_days, created_at)
			VALUES (:id, :name, :plan, :invitation_days, :created_at)`, &a)
		if err != nil {
			return err
		}
		due, err = addMember(tx, a.ID, ownerName, ownerEmail, schema.RoleOwner)
		return err
	})
	return a, due, err
}

// SetPlan changes an agency's plan.
func (s *System) SetPlan(ctx context.Context, id schema.AgencyID, plan schema.Plan) error {
	return s.run(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE agencies SET plan = ? WHERE id = ?`, plan, id)
		if err == nil && n == 0 {
			return schema.ErrNotFound
		}
		return err
	})
}

// AddMember gives a person a role in an agency, or changes it. Somebody new
// gets a mail to set a password.
func (s *System) AddMember(ctx context.Context, id schema.AgencyID, name, email string, role schema.Role) (due []schema.Due, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		if _, err := lock.Agency(tx, id); err != nil {
			return err
		}
		due, err = addMember(tx, id, name, email, role)
		return err
	})
	return due, err
}

func addMember(tx *store.Tx, id schema.AgencyID, name, email string, role schema.Role) ([]schema.Due, error) {
	name, err := schema.ParseName("full_name", "Full name", name)
	if err != nil {
		return nil, err
	}
	a, err := schema.ParseAddress(email)
	if err != nil {
		return nil, err
	}
	u, err := lock.UserByAddress(tx, a.Key)
	switch {
	case schema.KindOf(err) == schema.NotFound:
		u, err = insertUser(tx, name, a)
	case err == nil && !u.Confirmed() && u.PasswordHash != "":
		err = disown(tx, &u)
	}
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
		ON DUPLICATE KEY UPDATE role = VALUES(role)`, id, u.ID, role, tx.Now)
	if err != nil || u.PasswordHash != "" {
		return nil, err
	}
	mail, err := outbox.Account(tx, &u, id, schema.EmailWelcome)
	return []schema.Due{mail.Due()}, err
}

// disown takes the account of a user who never confirmed the address from
// whoever set its password: what is granted now is for the mailbox's owner, who
// gets the welcome.
func disown(tx *store.Tx, u *schema.User) error {
	u.PasswordHash = ""
	u.CredentialVersion++
	_, err := tx.Exec(`UPDATE users SET password_hash = '', credential_version = ? WHERE id = ?`, u.CredentialVersion, u.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM sessions WHERE user_id = ?`, u.ID)
	return err
}

func insertUser(tx *store.Tx, name string, a schema.Address) (schema.User, error) {
	u := schema.User{ID: schema.New[schema.UserID](), Email: a.Typed, EmailKey: a.Key, FullName: name,
		CredentialVersion: 1, CreatedAt: tx.Now}
	_, err := tx.Named(`INSERT INTO users (id, email, email_key, full_name, credential_version, created_at)
		VALUES (:id, :email, :email_key, :full_name, :credential_version, :created_at)`, &u)
	return u, err
}
