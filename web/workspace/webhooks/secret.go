package webhooks

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
)

var flashRevealed = page.NewFlash("secret-revealed", "The secret is shown for five minutes.")

// secretPage asks for the password before the secret is shown.
type secretPage struct {
	schema.Endpoint
	Email string
	Fault desk.Fault
}

// Wrong is the sentence for the password's field.
func (d secretPage) Wrong() string {
	if e := d.Fault.On("password"); e != nil {
		return e.Message
	}
	return ""
}

func (p pages) secret(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	return p.renderSecret(c, ws, fiber.StatusOK, &e, nil)
}

func (p pages) revealSecret(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	tries := limit.OwnPassword(ws.User.ID)
	if err = p.Limit.Check(c, tries); err == nil {
		err = p.Visitor.ProvePassword(c.UserContext(), ws.User.ID, request.Field(c, "password"))
	}
	if refused, status, ok := desk.Refusal(err); ok {
		return p.renderSecret(c, ws, status, &e, refused)
	}
	if err != nil {
		return err
	}
	p.Limit.Forget(c, tries)
	reveal.Grant(c, p.Keys, e.ID)
	page.SetFlash(c, flashRevealed)
	return page.Redirect(c, reveal.Path(e.ID))
}

func (p pages) renderSecret(c *fiber.Ctx, ws *workspace.Workspace, status int, e *schema.Endpoint, refused *schema.Error) error {
	return p.render(c, ws, status, "secret", secretPage{*e, ws.User.Email, desk.NewFault(refused, []string{"password"})})
}
