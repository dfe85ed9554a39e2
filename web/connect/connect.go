// Package connect holds what connecting social accounts needs outside the portal:
// where platforms send people back to, and the pages behind a client's connect link,
// which need no sign-in.
package connect

import (
	"embed"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/internal/platform"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
)

//go:embed templates/*.html
var templates embed.FS

var pages = page.Parse(page.Card, templates, "link.html", "dead.html", "lost.html")

// Options are what these pages need.
type Options struct {
	Visitor   *visitor.Visitor
	Bus       *live.Bus
	Limit     *limit.Limiter
	Platforms *platform.Registry
	Log       *slog.Logger
}

// PortalPath is where a person of a client connects accounts.
const PortalPath = "/portal/accounts"

// Flash confirms a connection, in the portal.
var Flash = page.NewFlash("account-connected", "The account is connected.")

// Mount adds the routes. session.Middleware has to run before it.
func Mount(app fiber.Router, o Options) {
	app.Get("/connect/:network/callback", o.callback)
	app.Get("/connect/:token", o.link)
	app.Post("/connect/:token/connects", o.start)
}
