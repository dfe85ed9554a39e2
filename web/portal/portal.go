// Package portal holds the pages of a client user. It sees the schema through
// schema/portal alone, which knows only the clients that are open to them.
package portal

import (
	"embed"
	"log/slog"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/internal/platform"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
	"anteroom/web/stream"
)

//go:embed templates/*.html
var templates embed.FS

var pages = page.Parse(page.Portal, templates, "calendar.html", "post.html", "settings.html", "accounts.html", "account-removal.html",
	"media.html", "media-file.html", "media-deletion.html")

// Options are what the portal needs.
type Options struct {
	DB      *schema.DB
	Visitor *visitor.Visitor
	Bell    *jobs.Bell
	Bus     *live.Bus
	Keys    *keyring.Ring
	Blobs   *blobs.Store
	Media   schema.MediaLimits
	Limit   *limit.Limiter
	Log     *slog.Logger
	// Platforms are where accounts can be connected.
	Platforms *platform.Registry
}

// Mount adds the routes.
func Mount(app fiber.Router, o Options) {
	o.posts(app)
	app.Get("/portal/live", o.live(stream.Heartbeat))
	o.settings(app)
	o.media(app)
	app.Get("/portal/accounts", session.Require, o.chosen(o.accounts))
	app.Post("/portal/accounts/connects", session.Require, o.startConnect)
	app.Get("/portal/accounts/:account/removal", session.Require, o.chosen(o.accountRemoval))
	app.Post("/portal/accounts/:account/removal", session.Require, o.removeAccount)
}

// chosen leads whoever has portals of several agencies, and has chosen none,
// to where they choose.
func (o Options) chosen(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := h(c)
		if schema.CodeOf(err) == portal.ErrSeveral.Code && request.Reads(c) && !request.WantsJSON(c) {
			return page.Redirect(c, "/choose")
		}
		return err
	}
}

// open asks at every request whether the portal is still open to the person.
func (o Options) open(c *fiber.Ctx) (*portal.Portal, page.Frame, error) {
	s, _ := session.Of(c)
	p, err := portal.For(c.UserContext(), o.DB, s.UserID, s.PortalID)
	if err != nil {
		return nil, page.Frame{}, err
	}
	several, err := session.Several(c.UserContext(), o.Visitor, s.UserID)
	if err != nil {
		return nil, page.Frame{}, err
	}
	return p, page.Frame{UserName: p.User.FullName, PortalName: clientNames(p.Clients), PortalWith: p.AgencyName,
		Several: several, Live: true, Zone: zone(p.User.TimeZone)}, nil
}

// named is how many letters of clients' names the header has room for.
const named = 40

// clientNames are the names of the person's clients; of many, the first and how
// many more.
func clientNames(all []portal.Client) string {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	if s := page.Enumerate(names); len(all) < 2 || utf8.RuneCountInString(s) <= named {
		return s
	}
	return names[0] + " and " + strconv.Itoa(len(all)-1) + " more"
}

// zone is the person's time zone; one that this machine does not know is UTC,
// and the page says so.
func zone(name string) *time.Location {
	if l, err := time.LoadLocation(name); err == nil {
		return l
	}
	return time.UTC
}
