package account

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

var flashProfile = page.NewFlash("profile-saved", "Your details are saved.")

func (p *Pages) saveProfile(c *fiber.Ctx, ws *workspace.Workspace) error {
	form := visitor.Profile{FullName: request.Field(c, "full_name"), TimeZone: request.Field(c, "time_zone")}
	err := p.Visitor.SaveProfile(c.UserContext(), ws.User.ID, form)
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, func(d *accountPage) {
			d.Profile, d.ProfileFault = form, desk.NewFault(e, profileFields)
		})
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, flashProfile)
	return page.Redirect(c, home)
}
