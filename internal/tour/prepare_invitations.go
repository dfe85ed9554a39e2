package tour

import (
	"context"

	"anteroom/schema"
)

// invitations makes links in all states: the demo has some, a few more people
// are invited to the studio.
func (s *Stage) invitations(ctx context.Context) error {
	for name, full := range map[string]string{"new": "Tom Okafor", "expired": "Daniel Reyes", "used": "Elena Marchetti"} {
		u, err := s.clientUser(ctx, full)
		if err != nil {
			return err
		}
		s.name("link."+name, u, u.Generation)
	}
	for _, f := range []func(context.Context, schema.ClientID) error{s.known, s.superseded, s.revoked} {
		kiln, err := schema.Parse[schema.ClientID](s.names["kiln"])
		if err != nil {
			return err
		}
		if err := f(ctx, kiln); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stage) name(link string, u schema.ClientUser, generation uint32) {
	s.names[link] = schema.InvitationLink{ClientUser: u.ID, Generation: generation}.Token(s.keys)
}

func (s *Stage) invite(ctx context.Context, c schema.ClientID, fullName, email string) (schema.ClientUser, error) {
	ws, err := s.owner(ctx)
	if err != nil {
		return schema.ClientUser{}, err
	}
	i, err := ws.Invite(ctx, c, fullName, email)
	return i.ClientUser, err
}

// Added is somebody with a portal of this agency who is invited to a second one;
// Beginner is known, but not to this agency.
const Added = "paul@alderrow.example"

func (s *Stage) known(ctx context.Context, c schema.ClientID) error {
	for _, p := range []struct{ link, name, email string }{{"added", "Paul Adeyemi", Added}, {"known", "Clara Fontaine", Beginner}} {
		u, err := s.invite(ctx, c, p.name, p.email)
		if err != nil {
			return err
		}
		s.name("link."+p.link, u, u.Generation)
	}
	return nil
}

func (s *Stage) superseded(ctx context.Context, c schema.ClientID) error {
	u, err := s.invite(ctx, c, "Wren Hale", "wren@kilnandclay.example")
	if err != nil {
		return err
	}
	if err := s.quiet(ctx); err != nil {
		return err
	}
	if err := s.exec(ctx, `UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) WHERE id = ?`, u.ID); err != nil {
		return err
	}
	ws, err := s.owner(ctx)
	if err != nil {
		return err
	}
	_, err = ws.Resend(ctx, u.ID)
	s.name("link.superseded", u, u.Generation)
	return err
}

func (s *Stage) revoked(ctx context.Context, c schema.ClientID) error {
	u, err := s.invite(ctx, c, "Nadia Haddad", "nadia@kilnandclay.example")
	if err != nil {
		return err
	}
	ws, err := s.owner(ctx)
	if err != nil {
		return err
	}
	s.name("link.revoked", u, u.Generation)
	return ws.Revoke(ctx, u.ID)
}
