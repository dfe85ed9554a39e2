package tour

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/demo"
)

// signUps makes links that finish a sign-up: one of somebody new, one of
// somebody with an account, one that is too old, one that was used.
func (s *Stage) signUps(ctx context.Context) error {
	priya, err := s.user(ctx, demo.Owner)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	for _, u := range []struct {
		link, agency, name, email string
		at                        time.Time
		used                      *time.Time
	}{
		{"new", "Larkfield Media", "Peter Okonkwo", "peter@larkfield.example", now, nil},
		{"known", "Duarte Studio", "Ines Duarte", "ines@alderrow.example", now, nil},
		{"expired", "Larkfield Media", "Peter Okonkwo", "peter@larkfield.example", now.Add(-25 * time.Hour), nil}, // an hour ago, so that no pruning takes it
		{"used", "Larkfield Media", "Peter Okonkwo", "peter@larkfield.example", now, &now},
	} {
		row := schema.SignUp{ID: schema.New[schema.SignUpID](), AgencyName: u.agency, FullName: u.name, Email: u.email, EmailKey: u.email,
			PasswordHash: priya.PasswordHash, ExpiresAt: u.at.Add(schema.SignUpLifetime), UsedAt: u.used, CreatedAt: u.at}
		_, err := s.db.NamedExecContext(ctx, `INSERT INTO sign_ups (id, agency_name, full_name, email, email_key, password_hash, expires_at,
			used_at, created_at) VALUES (:id, :agency_name, :full_name, :email, :email_key, :password_hash, :expires_at, :used_at, :created_at)`, &row)
		if err != nil {
			return err
		}
		s.names["sign-up."+u.link] = schema.SignUpToken(s.keys, row.ID)
		if u.link == "new" {
			mail := schema.NewSignUpEmail(now, &row)
			if err := s.post(ctx, &mail); err != nil {
				return err
			}
		}
	}
	return nil
}
