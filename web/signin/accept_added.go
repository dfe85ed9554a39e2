package signin

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"anteroom/web/page"
	"anteroom/web/session"
)

var addedPortal = page.NewFlash("portal-added", "The access is added to your account. Sign in to see it.")

// acceptAdded accepts in one click for somebody who has another portal of the
// agency. Nobody is signed in by it.
func (d door) acceptAdded(c *fiber.Ctx, i invited) error {
	if err := d.Visitor.AcceptAdded(c.UserContext(), token(c)); err != nil {
		return d.refused(c, err)
	}
	d.tell(c, i)
	page.SetFlash(c, addedPortal)
	return c.Redirect("/login?next="+url.QueryEscape(session.PortalHome), fiber.StatusSeeOther)
}
