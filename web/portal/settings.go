package portal

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/web/ownaccount"
	"anteroom/web/session"
)

const settingsPath = "/portal/settings"

// settings are the person's own account, within the portal.
func (o Options) settings(r fiber.Router) {
	own := ownaccount.Account{Path: settingsPath, Visitor: o.Visitor, Limit: o.Limit}
	r.Get(settingsPath, session.Require, o.own(own.Open))
	r.Post(settingsPath+"/profile", session.Require, o.own(own.SaveProfile))
	r.Post(settingsPath+"/password", session.Require, o.own(own.ChangePassword))
	r.Post(settingsPath+"/sessions/:session/sign-out", session.Require, o.own(own.EndSession))
	r.Post(settingsPath+"/sign-out-everywhere", session.Require, o.own(own.SignOutEverywhere))
}

func (o Options) own(do func(*fiber.Ctx, ownaccount.Person) error) fiber.Handler {
	return o.chosen(func(c *fiber.Ctx) error {
		p, frame, err := o.open(c)
		if err != nil {
			return err
		}
		frame.Current = "settings"
		return do(c, ownaccount.Person{User: p.User, Show: func(status int, d ownaccount.Data) error {
			d.ProfileHelp = "How you appear to " + p.AgencyName + "."
			d.EmailHelp = "To change it, ask " + p.AgencyName + " for a new invitation."
			return pages.Render(c, status, "settings", frame, d)
		}})
	})
}
