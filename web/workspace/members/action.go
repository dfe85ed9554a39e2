package members

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
)

func (p pages) resend(c *fiber.Ctx, ws *workspace.Workspace) error {
	if err := p.mayMail(c, ws); err != nil {
		return p.refuse(c, ws, err)
	}
	return p.act(c, ws, flashResent, ws.ResendMember)
}

func (p pages) revoke(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashRevoked, func(ctx context.Context, id schema.MemberInvitationID) ([]schema.Due, error) {
		return nil, ws.RevokeMember(ctx, id)
	})
}

// act does one thing to an invitation and goes back to the list. Where it is
// refused, the list says why.
func (p pages) act(c *fiber.Ctx, ws *workspace.Workspace, done page.Flash, verb func(context.Context, schema.MemberInvitationID) ([]schema.Due, error)) error {
	id, err := schema.Parse[schema.MemberInvitationID](c.Params("invitation"))
	if err != nil {
		return err
	}
	due, err := verb(c.UserContext(), id)
	if err != nil {
		return p.refuse(c, ws, err)
	}
	p.Bell.Ring(c.UserContext(), due...)
	page.SetFlash(c, done)
	return page.Redirect(c, path)
}
