package ownaccount

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema/visitor"
	"anteroom/web/page"
	"anteroom/web/session"
)

var (
	flashSessionEnded = page.NewFlash("session-ended", "That device is signed out.")
	flashEverywhere   = page.NewFlash("signed-out-everywhere", "You are signed out everywhere.")
)

// EndSession signs one device out.
func (a Account) EndSession(c *fiber.Ctx, p Person) error {
	id := visitor.SessionID(strings.Clone(c.Params("session")))
	if err := a.Visitor.EndSession(c.UserContext(), p.ID, id); err != nil {
		return err
	}
	page.SetFlash(c, flashSessionEnded)
	if id == session.Token(c).ID() {
		session.End(c)
		return page.Redirect(c, "/login")
	}
	return page.Redirect(c, a.Path)
}

// SignOutEverywhere ends all of the person's sessions.
func (a Account) SignOutEverywhere(c *fiber.Ctx, p Person) error {
	if err := a.Visitor.SignOutEverywhere(c.UserContext(), p.ID); err != nil {
		return err
	}
	session.End(c)
	page.SetFlash(c, flashEverywhere)
	return page.Redirect(c, "/login")
}
