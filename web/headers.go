package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/connect"
)

const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; script-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// tokenPaths are those whose URL is a secret.
var tokenPaths = []string{"/invitations/", "/member-invitations/", "/passwords/", "/email-confirmations/", "/sign-ups/", "/connect/"}

func (o Options) headers(c *fiber.Ctx) error {
	o.secureHeaders(c)
	return c.Next()
}

func (o Options) secureHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, o.policy(c.Path()))
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, referrerPolicy(c.Path()))
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	if o.secure() {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// policy lets the forms that lead to a platform go there: browsers hold the redirect
// after a form to form-action too (Content Security Policy Level 3, section 6.4.2;
// Chromium does so).
func (o Options) policy(path string) string {
	if !strings.HasPrefix(path, connect.PortalPath) && !strings.HasPrefix(path, "/connect/") {
		return policy
	}
	to := strings.Join(append([]string{"form-action 'self'"}, o.Platforms.Origins()...), " ")
	return strings.Replace(policy, "form-action 'self'", to, 1)
}

// referrerPolicy keeps tokens out of every Referer. It is not no-referrer: that
// makes browsers send their forms with `Origin: null`, which the check against
// cross-site posts must refuse where there is no Sec-Fetch-Site to go by (plain
// http on another host than localhost).
func referrerPolicy(path string) string {
	if secretPath(path) {
		return "strict-origin"
	}
	return "same-origin"
}

func secretPath(path string) bool {
	return slices.ContainsFunc(tokenPaths, func(p string) bool { return strings.HasPrefix(path, p) })
}

var errCrossSite = &schema.Error{Kind: schema.Forbidden, Code: "cross_site",
	Message: "This came from another site, so it was not done. Go to the start page and do it there."}

// crossOrigin refuses what another site's page sends. Clients that are no
// browsers send none of the headers and pass.
func crossOrigin(base *url.URL) fiber.Handler {
	guard := http.NewCrossOriginProtection()
	// A proxy may have rewritten the Host that origins are compared with.
	if err := guard.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		panic(err) // the configuration was checked before
	}
	return func(c *fiber.Ctx) error {
		r := &http.Request{Method: c.Method(), Host: string(c.Context().Host()), URL: &url.URL{Path: c.Path()}, Header: http.Header{}}
		for _, h := range []string{"Origin", "Sec-Fetch-Site"} {
			if v := c.Get(h); v != "" {
				r.Header.Set(h, v)
			}
		}
		if err := guard.Check(r); err != nil {
			return errCrossSite
		}
		return c.Next()
	}
}
