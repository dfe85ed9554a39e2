// Package account holds the page of a member's own account.
package account

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/ownaccount"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var pages = page.Parse(page.Workspace, files, "account.html")

const home = "/settings/account"

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	own := ownaccount.Account{Path: home, Visitor: d.Visitor, Limit: d.Limit}
	with := func(do func(*fiber.Ctx, ownaccount.Person) error) []fiber.Handler {
		return d.Member(func(c *fiber.Ctx, ws *workspace.Workspace) error {
			return do(c, ownaccount.Person{User: ws.User, Show: func(status int, a ownaccount.Data) error {
				a.ProfileHelp = "How your colleagues and the people you invite see you."
				return d.Render(c, ws, pages, status, "account", "account", a)
			}})
		})
	}
	r.Get(home, with(own.Open)...)
	r.Post(home+"/profile", with(own.SaveProfile)...)
	r.Post(home+"/password", with(own.ChangePassword)...)
	r.Post(home+"/sessions/:session/sign-out", with(own.EndSession)...)
	r.Post(home+"/sign-out-everywhere", with(own.SignOutEverywhere)...)
}
