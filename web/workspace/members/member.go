package members

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// memberPage is a page about one member: the form that changes the role, and
// the one that asks before the member is removed.
type memberPage struct {
	member
	Agency string
	Roles  []choice
	Fault  desk.Fault
}

// theMember reads the member that the path names. Rubbish and somebody who does
// not work here are ErrNotFound.
func theMember(c *fiber.Ctx, ws *workspace.Workspace) (d memberPage, change schema.MemberChange, err error) {
	id, err := schema.Parse[schema.UserID](c.Params("user"))
	if err != nil {
		return d, change, err
	}
	r, err := ws.Member(c.UserContext(), id)
	if err != nil {
		return d, change, err
	}
	return memberPage{member: newMember(ws, &r), Agency: ws.Agency.Name}, r.Change(ws.Role, ws.User.ID), nil
}

func (p pages) role(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, change, err := theMember(c, ws)
	if err != nil {
		return err
	}
	if err := change.MayBecome(d.Role); err != nil {
		return p.refuse(c, ws, err)
	}
	d.Roles = choices(rolesFor(change), string(d.Role))
	return p.render(c, ws, fiber.StatusOK, "role", d)
}

func (p pages) changeRole(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, change, err := theMember(c, ws)
	if err != nil {
		return err
	}
	role := request.Field(c, "role")
	err = ws.ChangeRole(c.UserContext(), d.UserID, role)
	if e, status, ok := desk.Refusal(err); ok {
		d.Roles, d.Fault = choices(rolesFor(change), role), desk.NewFault(e, []string{"role"})
		return p.render(c, ws, status, "role", d)
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, flashRole)
	return page.Redirect(c, path)
}

func (p pages) removal(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, change, err := theMember(c, ws)
	if err != nil {
		return err
	}
	if err := change.MayGo(); err != nil {
		return p.refuse(c, ws, err)
	}
	return p.render(c, ws, fiber.StatusOK, "removal", d)
}

func (p pages) remove(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, _, err := theMember(c, ws)
	if err != nil {
		return err
	}
	if err := ws.RemoveMember(c.UserContext(), d.UserID); err != nil {
		return p.refuse(c, ws, err)
	}
	if d.Self {
		page.SetFlash(c, flashLeft)
		return page.Redirect(c, "/")
	}
	page.SetFlash(c, flashRemoved)
	return page.Redirect(c, path)
}
