package tour

import (
	"context"
	"slices"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/demo"
)

// extraMails lets a mail go out that is sent days later otherwise, and one that
// somebody asks for who forgot their password.
func (s *Stage) extraMails(ctx context.Context) error {
	tom, err := s.clientUser(ctx, "Tom Okafor")
	if err != nil {
		return err
	}
	mail := schema.NewInvitationEmail(time.Now().UTC(), &tom, schema.EmailInvitationReminder)
	if err := s.post(ctx, &mail); err != nil {
		return err
	}
	_, err = s.visitor.ForgotPassword(ctx, demo.Client)
	return err
}

// post leaves a mail for the worker.
func (s *Stage) post(ctx context.Context, e *schema.Email) error {
	_, err := s.db.NamedExecContext(ctx, `INSERT INTO emails (id, agency_id, kind, client_user_id, user_id, member_invitation_id, sign_up_id,
		generation, address, state, state_at, due_at, ring_at, created_at) VALUES (:id, :agency_id, :kind, :client_user_id, :user_id,
		:member_invitation_id, :sign_up_id, :generation, :address, :state, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`, e)
	return err
}

// nameMails names the first mail of each kind as the inbox does.
func (s *Stage) nameMails(ctx context.Context) error {
	var rows []struct {
		Kind       string `db:"kind"`
		ProviderID string `db:"provider_id"`
	}
	err := s.db.SelectContext(ctx, &rows, `SELECT kind, provider_id FROM emails WHERE provider_id <> '' ORDER BY created_at, id`)
	for _, r := range slices.Backward(rows) {
		s.names["mail."+r.Kind] = strings.Trim(r.ProviderID, "<>")
	}
	if err != nil {
		return err
	}
	return s.nameEvent(ctx)
}

// nameEvent names the event of an invitation whose mail has a story to tell.
func (s *Stage) nameEvent(ctx context.Context) error {
	var id schema.EventID
	err := s.db.GetContext(ctx, &id, `SELECT e.id FROM events e JOIN client_users u ON u.id = e.subject_id
		WHERE u.full_name = 'Hana Sato' AND e.type = 'invitation.created'`)
	s.names["event"] = id.String()
	return err
}
