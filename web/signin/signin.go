// Package signin holds the pages of somebody who is not signed in, or is just
// proving who they are: signing up, in and out, invitations, passwords, addresses.
package signin

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/session"
)

//go:embed templates/*.html
var templates embed.FS

var pages = page.Parse(page.Card, templates, "login.html", "choose.html", "no-access.html", "forgot.html", "forgot-sent.html",
	"sign-up.html", "sign-up-sent.html", "sign-up-finish.html", "password.html", "confirm.html", "confirm-sign-in.html", "confirm-other.html", "link-dead.html", "accept-new.html", "accept-known.html", "accept-me.html", "accept-added.html",
	"wrong-account.html", "expired.html", "superseded.html", "revoked.html", "used.html", "unknown.html", "fresh-sent.html")

// Options are what these pages need.
type Options struct {
	Visitor *visitor.Visitor
	Bell    *jobs.Bell
	Bus     *live.Bus
	Limit   *limit.Limiter
}

// Requests in ten minutes. Many may sit behind one address; one mailbox has
// one person.
const (
	signInsPerClient  = 60
	signInsPerMailbox = 10
	acceptsPerClient  = 60
	mailsPerClient    = 20
	mailsPerMailbox   = 5
)

// Mount adds the routes.
func Mount(app fiber.Router, o Options) {
	app.Get("/", session.Require, o.start)
	app.Get("/login", o.loginForm)
	app.Post("/login", o.login)
	app.Post("/sign-out", o.signOut)
	app.Get("/choose", session.Require, o.chooser)
	app.Post("/choose", session.Require, o.choose)

	app.Get("/signup", o.signUpForm)
	app.Post("/signup", o.signUp)
	app.Get("/sign-ups/:token", o.finishSignUpForm)
	app.Post("/sign-ups/:token/agency", o.finishSignUp)

	app.Get("/forgot", o.forgotForm)
	app.Post("/forgot", o.forgot)
	app.Get("/passwords/:token", o.passwordForm)
	app.Post("/passwords/:token", o.setPassword)
	app.Get("/email-confirmations/:token", o.confirmForm)
	app.Post("/email-confirmations/:token", o.confirm)
	app.Post("/email-confirmations/:token/switch", o.switchToConfirm)

	for _, d := range []door{portalDoor(o), workspaceDoor(o)} {
		app.Get(d.path+"/:token", d.invitation)
		app.Post(d.path+"/:token/acceptance", d.accept)
		app.Post(d.path+"/:token/switch", d.switchAccount)
		app.Post(d.path+"/:token/fresh-links", d.freshLink)
	}
}

// begin replaces whatever session the browser had by a new one: a token that
// somebody planted before is worth nothing afterwards.
func (o Options) begin(c *fiber.Ctx, t visitor.SessionToken) error {
	if old := session.Token(c); old != "" {
		if err := o.Visitor.SignOut(c.UserContext(), old); err != nil {
			return err
		}
	}
	session.Start(c, t)
	return nil
}

// device is what the browser calls itself.
func device(c *fiber.Ctx) string { return string(c.Request().Header.UserAgent()) }
