package signin

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

var signedOut = page.NewFlash("signed_out", "You are signed out.")

type loginPage struct {
	Email, Next string
	Wrong       bool   // email and password don't belong together
	Refusal     string // right password, but nowhere to go
	Lapsed      bool
	SignedInAs  string
}

func (o Options) loginForm(c *fiber.Ctx) error {
	p := loginPage{Next: session.SafeNext(c.Query("next")), Lapsed: session.Lapsed(c)}
	if s, ok := session.Of(c); ok {
		p.SignedInAs = s.Email
	}
	return pages.Render(c, fiber.StatusOK, "login", page.Frame{}, p)
}

func (o Options) login(c *fiber.Ctx) error {
	email, password := request.Field(c, "email"), request.Field(c, "password")
	next := session.SafeNext(request.Field(c, "next"))
	mailbox := limit.Mailbox(c, "sign_in", email, signInsPerMailbox)
	if err := o.Limit.Check(c, append(mailbox, limit.Client(c, "sign_in", signInsPerClient))...); err != nil {
		return err
	}
	t, err := o.Visitor.SignIn(c.UserContext(), email, password, device(c))
	if err != nil {
		return o.notSignedIn(c, err, loginPage{Email: email, Next: next})
	}
	o.Limit.Forget(c, mailbox[0])
	if err := o.begin(c, t); err != nil {
		return err
	}
	if next == "" {
		next = "/"
	}
	return c.Redirect(next, fiber.StatusSeeOther)
}

func (o Options) notSignedIn(c *fiber.Ctx, err error, p loginPage) error {
	e, ok := errors.AsType[*schema.Error](err)
	if !ok || request.WantsJSON(c) {
		return err
	}
	status := fiber.StatusUnprocessableEntity
	if e.Kind == schema.Forbidden {
		status, p.Refusal = fiber.StatusForbidden, e.Message
	} else {
		p.Wrong = true
	}
	return pages.Render(c, status, "login", page.Frame{}, p)
}

func (o Options) signOut(c *fiber.Ctx) error {
	if t := session.Token(c); t != "" {
		if err := o.Visitor.SignOut(c.UserContext(), t); err != nil {
			return err
		}
	}
	session.End(c)
	page.SetFlash(c, signedOut)
	return c.Redirect("/login", fiber.StatusSeeOther)
}
