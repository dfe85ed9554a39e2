package signin

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/limit"
	"anteroom/web/page"
)

var emailConfirmed = page.NewFlash("email_confirmed", "Your email address is confirmed.")

// confirmForm shows a button: mail scanners open links, and must not confirm
// by it.
func (o Options) confirmForm(c *fiber.Ctx) error {
	token := token(c)
	u, err := o.Visitor.AccountLink(c.UserContext(), schema.PurposeConfirmEmail, token)
	if err != nil {
		return o.dead(c, err, deadConfirmation)
	}
	return pages.Render(c, fiber.StatusOK, "confirm", page.Frame{}, linkPage{Path: "/email-confirmations/" + url.PathEscape(token), Email: u.Email})
}

func (o Options) confirm(c *fiber.Ctx) error {
	if err := o.Limit.Check(c, limit.Client(c, "confirm", acceptsPerClient)); err != nil {
		return err
	}
	if err := o.Visitor.ConfirmEmail(c.UserContext(), token(c)); err != nil {
		return o.dead(c, err, deadConfirmation)
	}
	page.SetFlash(c, emailConfirmed)
	return c.Redirect("/", fiber.StatusSeeOther)
}
