package tour

import (
	"context"
	"time"

	"anteroom/schema"
)

// colleagues makes links to work at the agency in all states.
func (s *Stage) colleagues(ctx context.Context) error {
	for _, c := range []struct {
		link, name, email string
		role              schema.Role
		status            schema.MemberInvitationStatus
		age               time.Duration
		generation        uint32 // that the link is of; the row's is 2
	}{
		{"new", "Oliver Brandt", "oliver@haldenstreet.example", schema.RoleMember, schema.MemberInvited, time.Hour, 2},
		{"known", "Ruth Okoye", "ruth@brightwater.example", schema.RoleAdmin, schema.MemberInvited, time.Hour, 2},
		{"superseded", "Yuki Tanabe", "yuki@haldenstreet.example", schema.RoleMember, schema.MemberInvited, time.Hour, 1},
		{"expired", "Sofia Petrou", "sofia@haldenstreet.example", schema.RoleMember, schema.MemberInvited, 9 * 24 * time.Hour, 2},
		{"revoked", "Kwame Mensah", "kwame@haldenstreet.example", schema.RoleMember, schema.MemberRevoked, time.Hour, 2},
		{"used", "Amara Osei", "amara@haldenstreet.example", schema.RoleMember, schema.MemberAccepted, time.Hour, 2},
	} {
		id, err := s.colleague(ctx, c.name, c.email, c.role, c.status, c.age)
		if err != nil {
			return err
		}
		s.names["member-link."+c.link] = schema.MemberInvitationLink{Invitation: id, Generation: c.generation}.Token(s.keys)
		s.names["colleague."+c.link] = id.String()
	}
	return nil
}

func (s *Stage) colleague(ctx context.Context, name, email string, role schema.Role, status schema.MemberInvitationStatus, age time.Duration) (schema.MemberInvitationID, error) {
	ws, err := s.owner(ctx)
	if err != nil {
		return schema.MemberInvitationID{}, err
	}
	at := time.Now().UTC().Add(-age)
	i := schema.MemberInvitation{ID: schema.New[schema.MemberInvitationID](), AgencyID: ws.Agency.ID, Email: email, EmailKey: email,
		FullName: name, Role: role, Status: status, Generation: 2, InvitedBy: ws.User.ID, InvitedAt: at,
		ExpiresAt: at.Add(schema.MemberInvitationLifetime), ResendAfter: at, CreatedAt: at}
	mail := schema.NewMemberInvitationEmail(at, &i)
	_, err = s.db.NamedExecContext(ctx, `INSERT INTO member_invitations (id, agency_id, user_id, email, email_key, full_name, role, status,
		generation, invited_by, invited_at, expires_at, resend_after, email_id, created_at) VALUES (:id, :agency_id, :user_id, :email, :email_key,
		:full_name, :role, :status, :generation, :invited_by, :invited_at, :expires_at, :resend_after, :email_id, :created_at)`, &i)
	if err != nil {
		return i.ID, err
	}
	return i.ID, s.post(ctx, &mail)
}
