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

// Text is what the confirmation says, for a page that stays open.
func (f Flash) Text() string { return flashes[string(f)] }

// secureKey is the type of a request's local: the flash is for https alone.
type secureKey struct{}

// SecureCookies has the cookies of this request travel over https only. Behind
// a proxy the request itself can't tell.
func SecureCookies(c *fiber.Ctx) { c.Locals(secureKey{}, true) }

// Secure says whether SecureCookies was asked for.
func Secure(c *fiber.Ctx) bool { return c.Locals(secureKey{}) != nil }

// SetFlash has the next page show the confirmation.
func SetFlash(c *fiber.Ctx, f Flash) {
	setCookie(c, fiber.Cookie{Value: string(f), MaxAge: int(flashLife.Seconds())})
}

func setCookie(c *fiber.Ctx, k fiber.Cookie) {
	k.Name, k.Path, k.HTTPOnly, k.SameSite = flashCookie, "/", true, fiber.CookieSameSiteLaxMode
	k.Secure = Secure(c)
	c.Cookie(&k)
}

// takeFlash returns the text of the cookie's code and drops the cookie.
func takeFlash(c *fiber.Ctx) string {
	code := c.Cookies(flashCookie)
	if code == "" {
		return ""
	}
	setCookie(c, fiber.Cookie{Expires: time.Unix(0, 0)})
	return flashes[code]
}
