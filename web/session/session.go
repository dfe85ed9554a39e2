// Package session knows who is asking: it reads, sets and clears the cookie.
package session

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/page"
)

// The cookie's names. The __Host- prefix makes the browser refuse one that
// another host or an insecure page set; it needs https.
const (
	secureCookie = "__Host-session"
	plainCookie  = "session"
)

// key is the type of the one thing kept in the request's locals.
type key struct{}

type state struct {
	session visitor.Session
	token   visitor.SessionToken
	found   bool
	lapsed  bool
	secure  bool
}

// Middleware looks up the session of the request's cookie, once. A missing one
// is no error; a database that can't be asked is.
func Middleware(v *visitor.Visitor, secure bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		s := &state{secure: secure}
		c.Locals(key{}, s)
		if secure {
			page.SecureCookies(c)
		}
		token := visitor.SessionToken(strings.Clone(c.Cookies(s.cookie())))
		if token == "" {
			return c.Next()
		}
		found, err := v.Session(c.UserContext(), token)
		switch {
		case err == nil:
			s.session, s.token, s.found = found, token, true
		case schema.KindOf(err) == schema.SignIn:
			s.lapsed = true
		default:
			return err
		}
		return c.Next()
	}
}

func (s *state) cookie() string {
	if s.secure {
		return secureCookie
	}
	return plainCookie
}

func of(c *fiber.Ctx) *state {
	if s, ok := c.Locals(key{}).(*state); ok {
		return s
	}
	return &state{}
}

// Of says who is signed in, if anybody.
func Of(c *fiber.Ctx) (visitor.Session, bool) {
	s := of(c)
	return s.session, s.found
}

// Lapsed says that the browser still carries a session that has ended.
func Lapsed(c *fiber.Ctx) bool { return of(c).lapsed }

// Token is the secret of the session that was found, and empty without one.
func Token(c *fiber.Ctx) visitor.SessionToken { return of(c).token }

// Start sets the cookie of a new session.
func Start(c *fiber.Ctx, token visitor.SessionToken) {
	set(c, string(token), int(schema.SessionLife.Seconds()))
}

// End clears the cookie.
func End(c *fiber.Ctx) { set(c, "", -1) }

func set(c *fiber.Ctx, value string, maxAge int) {
	s := of(c)
	k := &fiber.Cookie{Name: s.cookie(), Value: value, Path: "/", MaxAge: maxAge, HTTPOnly: true,
		Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode}
	if maxAge < 0 {
		k.MaxAge, k.Expires = 0, time.Unix(0, 0)
	}
	c.Cookie(k)
}

var errSignIn = &schema.Error{Kind: schema.SignIn, Code: "sign_in", Message: "Sign in to go on."}

// Require is a handler that lets only the signed in pass. Everybody else gets a
// SignIn error, which the error map answers with ToSignIn where it can.
func Require(c *fiber.Ctx) error {
	if _, ok := Of(c); ok {
		return c.Next()
	}
	return errSignIn
}
