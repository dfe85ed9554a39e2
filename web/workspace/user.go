package workspace

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
)

// theUser reads the person that the path names. Rubbish and another agency's
// are ErrNotFound.
func theUser(c *fiber.Ctx, ws *workspace.Workspace) (workspace.UserRow, error) {
	id, err := schema.Parse[schema.ClientUserID](c.Params("user"))
	if err != nil {
		return workspace.UserRow{}, err
	}
	return ws.ClientUser(c.UserContext(), id)
}

// act does one thing to a person and goes back to the list, where it also says
// why, if that is refused.
func (p *Pages) act(c *fiber.Ctx, ws *workspace.Workspace, done page.Flash, verb func(context.Context, schema.ClientUserID) ([]schema.Due, error)) error {
	u, err := theUser(c, ws)
	if err != nil {
		return err
	}
	due, err := verb(c.UserContext(), u.ID)
	if err != nil {
		return p.refusePerson(c, ws, &u, err)
	}
	return p.done(c, ws, change{client: u.ClientID, due: due, flash: done, view: around(c)})
}

// due makes a verb that returns an invitation one that returns what is due.
func due(verb func(context.Context, schema.ClientUserID) (workspace.Invitation, error)) func(context.Context, schema.ClientUserID) ([]schema.Due, error) {
	return func(ctx context.Context, id schema.ClientUserID) ([]schema.Due, error) {
		out, err := verb(ctx, id)
		return out.Due, err
	}
}

// quiet makes a verb that leaves nothing due one of the same kind.
func quiet(verb func(context.Context, schema.ClientUserID) error) func(context.Context, schema.ClientUserID) ([]schema.Due, error) {
	return func(ctx context.Context, id schema.ClientUserID) ([]schema.Due, error) { return nil, verb(ctx, id) }
}

func (p *Pages) resend(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashResent, due(ws.Resend))
}

func (p *Pages) inviteAgain(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashInvited, due(ws.InviteAgain))
}

func (p *Pages) revoke(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashRevoked, quiet(ws.Revoke))
}

func (p *Pages) dismiss(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashDismissed, quiet(ws.Dismiss))
}

func (p *Pages) remove(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.act(c, ws, flashRemoved, quiet(ws.Remove))
}

// may says in words why the row doesn't allow a verb, for the pages that ask
// before it.
func may(r *workspace.UserRow, v schema.Verb) error {
	if r.Allows(v) {
		return nil
	}
	u := r.ClientUser
	u.Status = r.Shown()
	if err := u.May(v); err != nil {
		return err
	}
	return u.MayRenew(v, r.Now, r.EmailState)
}
