package portal

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/web/session"
	"anteroom/web/stream"
)

// live tells an open page which of the person's clients have changed, and sends
// it away when one of them is closed to them.
func (o Options) live(every time.Duration) fiber.Handler {
	streams := stream.New(o.Bus, every)
	return func(c *fiber.Ctx) error {
		s, ok := session.Of(c)
		if !ok {
			return stream.Refuse(c)
		}
		p, err := portal.For(c.UserContext(), o.DB, s.UserID, s.PortalID)
		if schema.KindOf(err) == schema.NotFound || schema.CodeOf(err) == portal.ErrSeveral.Code {
			return stream.Refuse(c)
		}
		if err != nil {
			return err
		}
		token, clients, rows := session.Token(c), make([]schema.ClientID, 0, len(p.Clients)), map[string]bool{}
		for _, client := range p.Clients {
			clients = append(clients, client.ID)
			rows[client.ID.String()] = true
		}
		return streams.Serve(c, stream.Page{User: s.UserID, Agency: p.AgencyID, Rows: rows, May: func(ctx context.Context) (bool, error) {
			return o.Visitor.StillOpen(ctx, token, clients)
		}})
	}
}
