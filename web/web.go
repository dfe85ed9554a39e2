// Package web is the front door for people: routes, the one error map and what
// happens around every request. The pages stand in its sub-packages.
package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/blobs"
	"anteroom/internal/egress"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/internal/platform"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/connect"
	"anteroom/web/hooks"
	"anteroom/web/limit"
	"anteroom/web/ops"
	"anteroom/web/page"
	"anteroom/web/portal"
	"anteroom/web/session"
	"anteroom/web/signin"
	"anteroom/web/workspace"
	"anteroom/web/workspace/account"
	"anteroom/web/workspace/activity"
	"anteroom/web/workspace/agency"
	"anteroom/web/workspace/batch"
	"anteroom/web/workspace/calendar"
	"anteroom/web/workspace/connectlink"
	"anteroom/web/workspace/deliveries"
	"anteroom/web/workspace/desk"
	library "anteroom/web/workspace/media"
	"anteroom/web/workspace/members"
	"anteroom/web/workspace/updates"
	"anteroom/web/workspace/webhooks"
)

// Options are what the front door needs.
type Options struct {
	DB   *schema.DB
	Keys *keyring.Ring
	Bell *jobs.Bell
	Bus  *live.Bus
	// Redis must obey its contexts (ContextTimeoutEnabled).
	Redis   redis.UniversalClient
	BaseURL *url.URL
	Egress  *egress.Guard // checks where webhooks are to go; nil lets through what is public
	// Webhooks is how the workers try deliveries; zero: schema.DefaultDeliveryPlan.
	Webhooks schema.DeliveryPlan
	Blobs    *blobs.Store       // where files are kept
	Media    schema.MediaLimits // zero: schema.DefaultMediaLimits
	Log      *slog.Logger

	Platforms *platform.Registry // where accounts can be connected; nil: nowhere

	// TrustedProxies may say in X-Forwarded-For who the client is.
	TrustedProxies []netip.Prefix

	// What Mailgun signs its webhooks with, and the domain that it sends from;
	// without a key there is no /hooks/mailgun.
	MailgunSigningKey, MailgunDomain string

	// The operators' sign-in; without both there is no /ops.
	OpsUser, OpsPassword string
	OpsWrite             bool

	// Dev is mounted at /dev/ when set.
	Dev http.Handler
	// Visitor may be set to have cheaper password hashes; nil makes one.
	Visitor *visitor.Visitor
}

// Limits of one request.
const (
	bodyLimit    = 2 << 20 // above the 1 MB of a logo, so that its form says what is wrong with one a little larger
	headerLimit  = 16 << 10
	readTimeout  = 15 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 75 * time.Second // above the 60 s that proxies keep a connection for
	workTimeout  = 15 * time.Second
)

// New makes the app.
func New(o Options) *fiber.App {
	if o.Visitor == nil {
		o.Visitor = visitor.New(o.DB, o.Keys)
	}
	if o.Webhooks.Timeout == 0 {
		o.Webhooks = schema.DefaultDeliveryPlan
	}
	if o.Media.File == 0 {
		o.Media = schema.DefaultMediaLimits
	}
	if o.Egress == nil {
		o.Egress = egress.New()
	}
	app := fiber.New(fiber.Config{
		AppName: "anteroom", DisableStartupMessage: true, CaseSensitive: true,
		BodyLimit: bodyLimit, StreamRequestBody: true, DisablePreParseMultipartForm: true, ReadBufferSize: headerLimit,
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorHandler: o.problem,
	})
	app.Server().HeaderReceived = announced
	app.Use(compress, o.record, recovered, o.headers, body, crossOrigin(o.BaseURL))
	o.machines(app)
	o.people(app)
	return app
}

// machines mounts what needs no session.
func (o Options) machines(app *fiber.App) {
	app.Get(page.AssetPrefix+"*", page.ServeAsset)
	app.Get("/logos/:agency", o.logo)
	app.Get("/healthz", o.healthz)
	app.Get("/readyz", o.readyz)
	ops.Mount(app, ops.Options{Redis: o.Redis, User: o.OpsUser, Password: o.OpsPassword, Write: o.OpsWrite,
		Limit: limit.New(o.Redis, o.Keys, o.Log)})
	hooks.Mount(app, hooks.Options{DB: o.DB, Bus: o.Bus, Log: o.Log, SigningKey: o.MailgunSigningKey, Domain: o.MailgunDomain})
	if o.Dev != nil {
		app.All("/dev", o.dev)
		app.All("/dev/*", o.dev)
	}
}

// dev serves pages that bring policies of their own: with ours beside it a
// browser would hold them to both, and show no mail in its frame.
func (o Options) dev(c *fiber.Ctx) error {
	c.Response().Header.Del(fiber.HeaderContentSecurityPolicy)
	return adaptor.HTTPHandler(o.Dev)(c)
}

// people mounts the pages of the product.
func (o Options) people(app *fiber.App) {
	app.Use(session.Middleware(o.Visitor, o.secure()))
	signin.Mount(app, signin.Options{Visitor: o.Visitor, Bell: o.Bell, Bus: o.Bus, Limit: limit.New(o.Redis, o.Keys, o.Log)})
	portal.Mount(app, portal.Options{DB: o.DB, Visitor: o.Visitor, Bell: o.Bell, Bus: o.Bus, Keys: o.Keys, Blobs: o.Blobs, Media: o.Media,
		Limit: limit.New(o.Redis, o.Keys, o.Log), Log: o.Log, Platforms: o.Platforms})
	connect.Mount(app, connect.Options{Visitor: o.Visitor, Bus: o.Bus, Limit: limit.New(o.Redis, o.Keys, o.Log), Platforms: o.Platforms, Log: o.Log})
	d := &desk.Desk{DB: o.DB, Bell: o.Bell, Bus: o.Bus, Log: o.Log, Visitor: o.Visitor, Limit: limit.New(o.Redis, o.Keys, o.Log),
		Keys: o.Keys, Egress: o.Egress, Webhooks: o.Webhooks, Blobs: o.Blobs, Media: o.Media}
	workspace.Mount(app, d)
	batch.Mount(app, d)
	connectlink.Mount(app, d, o.BaseURL)
	members.Mount(app, d)
	agency.Mount(app, d)
	account.Mount(app, d)
	activity.Mount(app, d)
	webhooks.Mount(app, d)
	deliveries.Mount(app, d)
	calendar.Mount(app, d)
	library.Mount(app, d)
	updates.Mount(app, d)
}

func (o Options) secure() bool { return o.BaseURL.Scheme == "https" }
