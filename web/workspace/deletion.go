package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
)

// deletionPage asks before a client is deleted, with what that does in numbers.
type deletionPage struct {
	workspace.Deletion
	View    view
	Losing  string // names, where they are few
	Invited string
}

// fewNames is how many people the page names; of more it gives the number.
const fewNames = 3

func (p *Pages) deletion(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	d := deletionPage{View: around(c)}
	if d.Deletion, err = ws.PreviewDeletion(c.UserContext(), id); err != nil {
		return p.refuse(c, ws, id, err)
	}
	if err := d.name(c, ws); err != nil {
		return err
	}
	return p.render(c, ws, fiber.StatusOK, "deletion", d)
}

func (d *deletionPage) name(c *fiber.Ctx, ws *workspace.Workspace) error {
	if d.People == 0 && d.Open == 0 || d.People > fewNames && d.Open > fewNames {
		return nil
	}
	users, err := ws.ClientUsers(c.UserContext(), d.Client.ID)
	if err != nil {
		return err
	}
	d.Losing = namesOf(users, schema.StatusActive)
	d.Invited = namesOf(users, schema.StatusInvited)
	return nil
}

func namesOf(users []workspace.UserRow, s schema.Status) string {
	var names []string
	for i := range users {
		if users[i].Shown() == s {
			names = append(names, users[i].FullName)
		}
	}
	if len(names) > fewNames {
		return ""
	}
	return page.Enumerate(names)
}

func (p *Pages) deleteClient(c *fiber.Ctx, ws *workspace.Workspace) error {
	id, err := clientID(c)
	if err != nil {
		return err
	}
	due, err := ws.DeleteClient(c.UserContext(), id)
	if err != nil {
		return p.refuse(c, ws, id, err)
	}
	p.Bell.Ring(c.UserContext(), due...)
	page.SetFlash(c, flashClientDeleted)
	return page.Redirect(c, around(c).URL())
}
