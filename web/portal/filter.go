package portal

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/portal"
)

// filter is the client that a page is to show alone, as its address has it;
// zero for all of them. A client that is not the person's is ErrNotFound.
func (o Options) filter(c *fiber.Ctx, p *portal.Portal) (schema.ClientID, error) {
	text := c.Query("client")
	if text == "" {
		return schema.ClientID{}, nil
	}
	id, err := schema.Parse[schema.ClientID](strings.Clone(text))
	if err != nil || !slices.ContainsFunc(p.Clients, func(c portal.Client) bool { return c.ID == id }) {
		return schema.ClientID{}, schema.ErrNotFound
	}
	return id, nil
}
