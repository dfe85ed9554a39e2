package account

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/session"
)

var (
	flashSessionEnded = page.NewFlash("session-ended", "That device is signed out.")
	flashEverywhere   = page.NewFlash("signed-out-everywhere", "You are signed out everywhere.")
)

func (p *Pages) endSession(c *fiber.Ctx, ws *workspace.Workspace) error {
	id := visitor.SessionID(strings.Clone(c.Params("session")))
	if err := p.Visitor.EndSession(c.UserContext(), ws.User.ID, id); err != nil {
		return err
	}
	page.SetFlash(c, flashSessionEnded)
	if id == session.Token(c).ID() {
		session.End(c)
		return page.Redirect(c, "/login")
	}
	return page.Redirect(c, home)
}

func (p *Pages) signOutEverywhere(c *fiber.Ctx, ws *workspace.Workspace) error {
	if err := p.Visitor.SignOutEverywhere(c.UserContext(), ws.User.ID); err != nil {
		return err
	}
	session.End(c)
	page.SetFlash(c, flashEverywhere)
	return page.Redirect(c, "/login")
}
