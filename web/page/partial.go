package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// The headers of htmx that say what it wants and what it is to do.
const (
	headerRequest  = "HX-Request"
	headerTarget   = "HX-Target"
	headerRestore  = "HX-History-Restore-Request"
	headerRedirect = "HX-Redirect"
	headerRetarget = "HX-Retarget"
	headerReswap   = "HX-Reswap"
	headerReselect = "HX-Reselect"
)

// dialogTarget is the ID of the element that a dialog is put into.
const dialogTarget = "dialog"

// IsPartial says that the page is open already and wants a part of itself, and
// not the whole of it once more.
func IsPartial(c *fiber.Ctx) bool {
	return c.Get(headerRequest) == "true" && c.Get(headerRestore) != "true"
}

// ForDialog says that what is asked for goes into a dialog.
func ForDialog(c *fiber.Ctx) bool { return IsPartial(c) && c.Get(headerTarget) == dialogTarget }

// Redirect leads the browser to another page after a form. A script's request
// would follow a redirect by itself and get that page as its answer; it is told
// to go there instead.
func Redirect(c *fiber.Ctx, to string) error {
	if IsPartial(c) {
		// To the same address with a fragment the browser would only scroll.
		to, _, _ = strings.Cut(to, "#")
		c.Set(headerRedirect, to)
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// IntoDialog has the answer shown as a dialog, whatever part of the page was
// asked for.
func IntoDialog(c *fiber.Ctx) {
	c.Set(headerRetarget, "#"+dialogTarget)
	c.Set(headerReswap, "innerHTML")
	c.Set(headerReselect, "unset")
}
