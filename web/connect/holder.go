package connect

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/web/page"
	"anteroom/web/session"
)

// cookieLife is above the time that somebody may take at a platform, in seconds.
const cookieLife = 60 * 60

// cookie names the cookie of a browser that came by a connect link. It is sent to
// these pages only, so it can't have the prefix __Host-.
func cookie(c *fiber.Ctx) string {
	if page.Secure(c) {
		return "__Secure-connect"
	}
	return "connect"
}

// SessionHolder is what a connection by the person signed in is bound to, nil
// without one.
func SessionHolder(c *fiber.Ctx) []byte { return digest(string(session.Token(c))) }

// linkHolder is the same for a browser that came by a connect link; it gets its
// secret where it has none.
func linkHolder(c *fiber.Ctx) []byte {
	secret := strings.Clone(c.Cookies(cookie(c)))
	if secret == "" {
		secret = rand.Text()
	}
	c.Cookie(&fiber.Cookie{Name: cookie(c), Value: secret, Path: "/connect", MaxAge: cookieLife, HTTPOnly: true,
		Secure: page.Secure(c), SameSite: fiber.CookieSameSiteLaxMode})
	return digest(secret)
}

// holders are all that this browser can come back with.
func holders(c *fiber.Ctx) (out [][]byte) {
	for _, h := range [][]byte{SessionHolder(c), digest(c.Cookies(cookie(c)))} {
		if h != nil {
			out = append(out, h)
		}
	}
	return out
}

func digest(secret string) []byte {
	if secret == "" {
		return nil
	}
	h := sha256.Sum256([]byte(secret))
	return h[:]
}
