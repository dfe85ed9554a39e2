package session

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// ToSignIn redirects to the sign-in page, which leads back here.
func ToSignIn(c *fiber.Ctx) error {
	to := "/login"
	if next := SafeNext(c.OriginalURL()); next != "" && next != "/" {
		to += "?next=" + url.QueryEscape(next)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// SafeNext returns a copy of a path on this host, and "" for anything else that
// somebody may have put into a link: another host, another scheme, or a page
// that signs in or out.
func SafeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") {
		return ""
	}
	// Browsers take a backslash for a slash and skip control characters; both
	// may also come percent-encoded.
	if strings.ContainsFunc(next+u.Path, rewritten) || strings.Contains(u.Path, "//") {
		return ""
	}
	if u.Path == "/login" || u.Path == "/sign-out" {
		return ""
	}
	return strings.Clone(next)
}

func rewritten(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }
