package signin

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

// start leads a person to where they belong.
func (o Options) start(c *fiber.Ctx) error {
	s, _ := session.Of(c)
	all, err := session.Destinations(c.UserContext(), o.Visitor, s.UserID)
	if err != nil {
		return err
	}
	switch len(all) {
	case 0:
		return pages.Render(c, fiber.StatusForbidden, "no-access", page.Frame{}, s.Email)
	case 1:
		if err := o.settle(c, s, all[0]); err != nil {
			return err
		}
		return c.Redirect(all[0].Home(), fiber.StatusSeeOther)
	}
	return c.Redirect("/choose", fiber.StatusSeeOther)
}

// settle notes the only place there is in a session that was opened before the
// person had it.
func (o Options) settle(c *fiber.Ctx, s visitor.Session, d session.Destination) error {
	if d.Chosen(s) {
		return nil
	}
	if d.Portal() {
		return o.Visitor.ChoosePortal(c.UserContext(), session.Token(c), d.Agency)
	}
	return o.Visitor.Choose(c.UserContext(), session.Token(c), d.Agency)
}

type choosePage struct {
	Email        string
	Destinations []session.Destination
}

func (o Options) chooser(c *fiber.Ctx) error {
	s, _ := session.Of(c)
	all, err := session.Destinations(c.UserContext(), o.Visitor, s.UserID)
	if err != nil {
		return err
	}
	if len(all) < 2 {
		return c.Redirect("/", fiber.StatusSeeOther)
	}
	return pages.Render(c, fiber.StatusOK, "choose", page.Frame{}, choosePage{s.Email, all})
}

// choose takes agency, the ID of an agency, for its workspace, or portal for its
// portal.
func (o Options) choose(c *fiber.Ctx) error {
	field, home, note := "agency", session.WorkspaceHome, o.Visitor.Choose
	if request.Field(c, "portal") != "" {
		field, home, note = "portal", session.PortalHome, o.Visitor.ChoosePortal
	}
	agency, err := schema.Parse[schema.AgencyID](request.Field(c, field))
	if err != nil {
		return err
	}
	if err := note(c.UserContext(), session.Token(c), agency); err != nil {
		return err
	}
	return c.Redirect(home, fiber.StatusSeeOther)
}
