package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
)

// How long a logo may be kept, in seconds: for good under an address that names
// what it is, else until somebody may have changed it.
const (
	logoForGood   = "public, max-age=31536000, immutable"
	logoForAWhile = "public, max-age=300"
)

// logo serves an agency's logo to anybody: mail programs ask for it, from other
// origins too.
func (o Options) logo(c *fiber.Ctx) error {
	id, err := schema.Parse[schema.AgencyID](c.Params("agency"))
	if err != nil {
		return err
	}
	l, err := o.Visitor.Logo(c.UserContext(), id)
	if err != nil {
		return err
	}
	hash, keep := l.Hash.String(), logoForAWhile
	if c.Query("v") == hash {
		keep = logoForGood
	}
	c.Set(fiber.HeaderCacheControl, keep)
	c.Set(fiber.HeaderETag, `"`+hash+`"`)
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), hash) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(l.PNG)
}
