package account

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
	"anteroom/web/workspace/desk"
)

var flashPassword = page.NewFlash("password-changed", "Your password is changed. You are signed out everywhere else.")

func (p *Pages) changePassword(c *fiber.Ctx, ws *workspace.Workspace) error {
	tries := limit.OwnPassword(ws.User.ID)
	err := p.Limit.Check(c, tries)
	if err == nil {
		err = p.Visitor.ChangePassword(c.UserContext(), session.Token(c), request.Field(c, "current"), request.Field(c, "password"))
	}
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, func(d *accountPage) { d.PasswordFault = desk.NewFault(e, passwordFields) })
	}
	if err != nil {
		return err
	}
	p.Limit.Forget(c, tries)
	page.SetFlash(c, flashPassword)
	return page.Redirect(c, home)
}
