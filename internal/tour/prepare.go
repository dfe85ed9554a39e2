package tour

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/workspace"
)

// nameAll gives the demo's clients and people the names that paths use.
func (s *Stage) nameAll(ctx context.Context) error {
	clients := map[string]string{"bakery": "Orchard Lane Bakery", "kiln": "Kiln & Clay Studio", "alder": "Alder Row Architects",
		"books": "Wren Street Books", "brightwater": "Brightwater Dental", "gone": "Mill Road Cycles"}
	for name, full := range clients {
		var id schema.ClientID
		if err := s.db.GetContext(ctx, &id, `SELECT id FROM clients WHERE name = ?`, full); err != nil {
			return err
		}
		s.names[name] = id.String()
	}
	for name, full := range map[string]string{"elena": "Elena Marchetti", "tom": "Tom Okafor", "grace": "Grace Lindqvist",
		"daniel": "Daniel Reyes", "marta": "Marta Kowalska", "joan": "Joan Ferreira"} {
		u, err := s.clientUser(ctx, full)
		if err != nil {
			return err
		}
		s.names[name] = u.ID.String()
	}
	return nil
}

func (s *Stage) clientUser(ctx context.Context, fullName string) (u schema.ClientUser, err error) {
	return u, s.db.Unsafe().GetContext(ctx, &u, `SELECT * FROM client_users WHERE full_name = ?`, fullName)
}

func (s *Stage) user(ctx context.Context, email string) (u schema.User, err error) {
	return u, s.db.Unsafe().GetContext(ctx, &u, `SELECT * FROM users WHERE email_key = ?`, email)
}

// owner is the workspace of the demo agency's owner.
func (s *Stage) owner(ctx context.Context) (*workspace.Workspace, error) {
	u, err := s.user(ctx, demo.Owner)
	if err != nil {
		return nil, err
	}
	var agency schema.AgencyID
	if err := s.db.GetContext(ctx, &agency, `SELECT agency_id FROM members WHERE user_id = ?`, u.ID); err != nil {
		return nil, err
	}
	return workspace.For(ctx, s.db, u.ID, agency)
}

// accountLinks are links to a person's own address.
func (s *Stage) accountLinks(ctx context.Context) error {
	u, err := s.user(ctx, demo.Client)
	if err != nil {
		return err
	}
	for name, purpose := range map[string]schema.Purpose{"password": schema.PurposeSetPassword, "confirmation": schema.PurposeConfirmEmail} {
		link := schema.AccountLink{Purpose: purpose, User: u.ID, CredentialVersion: u.CredentialVersion, ExpiresAt: time.Now().Add(time.Hour)}
		s.names["link."+name] = link.Token(s.keys)
		link.ExpiresAt = link.ExpiresAt.Add(-2 * time.Hour)
		s.names["link."+name+".old"] = link.Token(s.keys)
	}
	return nil
}
