package signin

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

var emailConfirmed = page.NewFlash("email_confirmed", "Your email address is confirmed.")

// confirmPage is the page behind a confirmation's link. The address stands on
// it whole only for its own user.
type confirmPage struct {
	Path, Email, Masked string
	SignIn              string // the URL that leads back here
	Self                visitor.Session
}

// confirmForm shows a button: mail scanners open links, and must not confirm
// by it.
func (o Options) confirmForm(c *fiber.Ctx) error { return o.showConfirm(c, fiber.StatusOK) }

// showConfirm shows the page for whoever is asking: the link's own user, nobody
// yet, or somebody else.
func (o Options) showConfirm(c *fiber.Ctx, status int) error {
	token := token(c)
	u, err := o.Visitor.AccountLink(c.UserContext(), schema.PurposeConfirmEmail, token)
	if err != nil {
		return o.dead(c, err, deadConfirmation)
	}
	p := confirmPage{Path: confirmPath(token), Masked: schema.Mask(u.Email)}
	p.SignIn = "/login?next=" + url.QueryEscape(p.Path)
	name, signedIn := "confirm-sign-in", false
	if p.Self, signedIn = session.Of(c); signedIn {
		name = "confirm-other"
	}
	if signedIn && p.Self.UserID == u.ID {
		name, p.Email = "confirm", u.Email
	}
	return pages.Render(c, status, name, page.Frame{}, p)
}

func confirmPath(token string) string { return "/email-confirmations/" + url.PathEscape(token) }

func (o Options) confirm(c *fiber.Ctx) error {
	if err := o.Limit.Check(c, limit.Client(c, "confirm", acceptsPerClient)); err != nil {
		return err
	}
	err := o.Visitor.ConfirmEmail(c.UserContext(), token(c), session.Token(c))
	status, notTheirs := map[schema.Kind]int{schema.SignIn: fiber.StatusUnauthorized, schema.Forbidden: fiber.StatusForbidden}[schema.KindOf(err)]
	if notTheirs && !request.WantsJSON(c) {
		return o.showConfirm(c, status)
	}
	if err != nil {
		return o.dead(c, err, deadConfirmation)
	}
	page.SetFlash(c, emailConfirmed)
	return c.Redirect("/", fiber.StatusSeeOther)
}

// switchToConfirm signs out and comes back to the link, which is still good.
func (o Options) switchToConfirm(c *fiber.Ctx) error { return o.switchTo(c, confirmPath(token(c))) }

// switchTo signs out on this device and goes to a page that asks who it is.
func (o Options) switchTo(c *fiber.Ctx, path string) error {
	if t := session.Token(c); t != "" {
		if err := o.Visitor.SignOut(c.UserContext(), t); err != nil {
			return err
		}
	}
	session.End(c)
	return c.Redirect(path, fiber.StatusSeeOther)
}
