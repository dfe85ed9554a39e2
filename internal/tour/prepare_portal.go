package tour

import (
	"context"
	"fmt"
	"strings"

	"anteroom/schema"
)

// Several is somebody with two clients of the agency.
const Several = "ruth@brightwater.example"

// content names what the portal and the agency show of each client, and brings it
// into the states that the demo has not.
func (s *Stage) content(ctx context.Context) error {
	for name, query := range map[string]string{
		"post":         `SELECT id FROM posts WHERE body LIKE 'The country loaf%' ORDER BY publish_at DESC LIMIT 1`,
		"post.live":    `SELECT id FROM posts WHERE body LIKE 'Saffron buns%' ORDER BY publish_at LIMIT 1`,
		"post.failed":  `SELECT id FROM posts WHERE body LIKE 'Starter diary%' ORDER BY publish_at LIMIT 1`,
		"media.used":   `SELECT m.id FROM media m JOIN post_media p ON p.media_id = m.id WHERE m.side = 'client' ORDER BY m.id LIMIT 1`,
		"media.unused": `SELECT id FROM media WHERE name = 'shopfront-morning.jpg'`,
		"account":      `SELECT id FROM social_accounts WHERE handle = 'orchardlane.bakery'`,
	} {
		if err := s.nameRow(ctx, name, query); err != nil {
			return err
		}
	}
	return s.connectLink(ctx)
}

func (s *Stage) nameRow(ctx context.Context, name, query string) error {
	var id [16]byte
	var raw []byte
	if err := s.db.GetContext(ctx, &raw, query); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	copy(id[:], raw)
	switch kind, _, _ := strings.Cut(name, "."); kind {
	case "post":
		s.names[name] = schema.PostID(id).String()
	case "media":
		s.names[name] = schema.MediaID(id).String()
	default:
		s.names[name] = schema.AccountID(id).String()
	}
	return nil
}

// states gives two posts what only a published and a failed one have, and an account
// the platform's wish to be asked again.
func (s *Stage) states(ctx context.Context) error {
	for _, query := range []string{
		`UPDATE posts SET link = 'https://social.example/p/saffron-buns' WHERE state = 'published' AND body LIKE 'Saffron buns%'`,
		`UPDATE posts SET state = 'failed' WHERE state = 'published' AND body LIKE 'Starter diary%'`,
		`UPDATE social_accounts SET token_expires_at = UTC_TIMESTAMP(6) - INTERVAL 2 DAY WHERE handle = 'orchardlanebakes'`,
	} {
		if err := s.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// connectLink switches a client's on.
func (s *Stage) connectLink(ctx context.Context) error {
	ws, err := s.owner(ctx)
	if err != nil {
		return err
	}
	kiln, err := schema.Parse[schema.ClientID](s.names["kiln"])
	if err != nil {
		return err
	}
	if err := ws.TurnOnConnectLink(ctx, kiln); err != nil {
		return err
	}
	link, err := ws.ConnectLink(ctx, s.keys, kiln)
	s.names["connect"] = link.Token
	return err
}

// several lets somebody accept a second client.
func (s *Stage) several(ctx context.Context) error {
	var joinery schema.ClientID
	if err := s.db.GetContext(ctx, &joinery, `SELECT id FROM clients WHERE name = 'Weber & Cole Joinery'`); err != nil {
		return err
	}
	u, err := s.invite(ctx, joinery, "Ruth Okoye", Several)
	if err != nil {
		return err
	}
	return s.visitor.AcceptAdded(ctx, schema.InvitationLink{ClientUser: u.ID, Generation: u.Generation}.Token(s.keys))
}
