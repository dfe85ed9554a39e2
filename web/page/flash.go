package page

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// Flash is a confirmation shown once, on the page after a redirect.
type Flash string

const (
	flashCookie = "flash"
	flashLife   = time.Minute
)

var flashes = map[string]string{}

// NewFlash registers a confirmation, in a package's variables. The browser only
// carries its code, so nobody can put words of their own on a page.
func NewFlash(code, text string) Flash {
	if _, taken := flashes[code]; taken {
		panic("page: flash " + code + " is registered twice")
	}
	flashes[code] = text
	return Flash(code)
}

// SetFlash has the next page show the confirmation.
func SetFlash(c *fiber.Ctx, f Flash) {
	c.Cookie(&fiber.Cookie{Name: flashCookie, Value: string(f), Path: "/", MaxAge: int(flashLife.Seconds()),
		HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}

// takeFlash returns the text of the cookie's code and drops the cookie.
func takeFlash(c *fiber.Ctx) string {
	code := c.Cookies(flashCookie)
	if code == "" {
		return ""
	}
	c.Cookie(&fiber.Cookie{Name: flashCookie, Path: "/", Expires: time.Unix(0, 0), HTTPOnly: true,
		SameSite: fiber.CookieSameSiteLaxMode})
	return flashes[code]
}
