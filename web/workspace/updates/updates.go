// Package updates tells open pages of an agency which of its clients and
// endpoints have changed.
package updates

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/web/session"
	"anteroom/web/stream"
	"anteroom/web/workspace/desk"
)

// Mount puts the stream on a router.
func Mount(r fiber.Router, d *desk.Desk) {
	mount(r, d, stream.Heartbeat)
}

func mount(r fiber.Router, d *desk.Desk, every time.Duration) {
	s := stream.New(d.Bus, every)
	r.Get("/settings/live", func(c *fiber.Ctx) error {
		who, _ := session.Of(c)
		m, ok := who.Membership()
		if !ok {
			return stream.Refuse(c)
		}
		token := session.Token(c)
		return s.Serve(c, stream.Page{User: m.User.ID, Agency: m.Agency.ID, May: func(ctx context.Context) (bool, error) {
			return d.Visitor.StillMember(ctx, token, m.Agency.ID)
		}})
	})
}
