// Package request is what handlers want to know about a request and Fiber does
// not tell safely: its ID, where it came from, its form's fields.
package request

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/gofiber/fiber/v2"
)

type idKey struct{}

// Identify gives the request an ID, which the log and the problem pages show.
// One sent by the client is not taken: it could be anybody's.
func Identify(c *fiber.Ctx) string {
	b := make([]byte, 8)
	rand.Read(b) // never fails (crypto/rand, Go 1.24)
	id := hex.EncodeToString(b)
	c.Locals(idKey{}, id)
	c.Set(fiber.HeaderXRequestID, id)
	return id
}

// ID is the request's ID.
func ID(c *fiber.Ctx) string {
	id, _ := c.Locals(idKey{}).(string)
	return id
}

// Field copies a field of an URL-encoded form. The query is not looked at, so
// a password never belongs into a URL.
func Field(c *fiber.Ctx, name string) string {
	return string(c.Context().PostArgs().Peek(name))
}

// WantsJSON says whether the client prefers JSON to a page. One that takes
// anything gets the page, and one that speaks the tus protocol no page.
func WantsJSON(c *fiber.Ctx) bool {
	if c.Get("Tus-Resumable") != "" {
		return true
	}
	switch c.Accepts(fiber.MIMETextHTML, "application/problem+json", fiber.MIMEApplicationJSON) {
	case "application/problem+json", fiber.MIMEApplicationJSON:
		return true
	}
	return false
}

// Reads says whether the method only reads.
func Reads(c *fiber.Ctx) bool {
	return c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead
}
