package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
)

// membersForm is where colleagues are invited.
const membersForm = "/settings/members/new"

// sendConfirmation mails the member a link that confirms their own address and
// goes back to where they were about to invite.
func (p *Pages) sendConfirmation(c *fiber.Ctx, ws *workspace.Workspace) error {
	v, back := around(c), around(c).URL()
	if id, err := schema.Parse[schema.ClientID](request.Field(c, "client")); err == nil {
		v, back = v.Show(id), v.Client(id, "/invitations/new")
	}
	if request.Field(c, "from") == "members" {
		back = membersForm
	}
	due, err := ws.SendConfirmation(c.UserContext())
	if err != nil {
		return p.refuse(c, ws, v.Users, err)
	}
	p.Bell.Ring(c.UserContext(), due...)
	if open, ok := onList(c); ok && page.ForDialog(c) {
		return p.answer(c, ws, fiber.StatusOK, open, freshRows{Open: open.Users, Said: flashConfirmation.Text()})
	}
	page.SetFlash(c, flashConfirmation)
	return page.Redirect(c, back)
}
