package signin

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

var agencyCreated = page.NewFlash("agency_created", "Your agency is created, and you are signed in.")

var (
	deadSignUp = deadLink{"The link that finishes a sign-up works for 24 hours. This one is too old, or it was cut off on its way. Nothing was created.", "Sign up once more", "/signup"}
	usedSignUp = deadLink{"The link was used already, so the agency is there. Sign in to go to it.", "Sign in", "/login"}
)

type finishPage struct {
	visitor.PendingSignUp
	Path  string // of the link
	Wrong string // what is wrong with the password
}

func (o Options) finishSignUpForm(c *fiber.Ctx) error { return o.showSignUp(c, fiber.StatusOK, "") }

// showSignUp reads the link afresh: the address may have got an account since.
func (o Options) showSignUp(c *fiber.Ctx, status int, wrong string) error {
	token := token(c)
	s, err := o.Visitor.SignUpLink(c.UserContext(), token)
	if err != nil {
		return o.deadSignUp(c, err)
	}
	return pages.Render(c, status, "sign-up-finish", page.Frame{}, finishPage{s, "/sign-ups/" + url.PathEscape(token), wrong})
}

func (o Options) deadSignUp(c *fiber.Ctx, err error) error {
	if schema.CodeOf(err) == "link_used" {
		return o.dead(c, err, usedSignUp)
	}
	return o.dead(c, err, deadSignUp)
}

// finishSignUp takes the password, of the sign-up or of the account. Guesses
// count together with those at the sign-in.
func (o Options) finishSignUp(c *fiber.Ctx) error {
	if err := o.Limit.Check(c, limit.Client(c, "finish_sign_up", acceptsPerClient)); err != nil {
		return err
	}
	s, err := o.Visitor.SignUpLink(c.UserContext(), token(c))
	if err != nil {
		return o.deadSignUp(c, err)
	}
	mailbox := limit.Mailbox(c, "sign_in", s.Email, signInsPerMailbox)
	if err := o.Limit.Check(c, mailbox...); err != nil {
		return err
	}
	t, err := o.Visitor.FinishSignUp(c.UserContext(), token(c), request.Field(c, "password"), device(c))
	if e, ok := errors.AsType[*schema.Error](err); ok && e.Kind == schema.Invalid && !request.WantsJSON(c) {
		return o.showSignUp(c, fiber.StatusUnprocessableEntity, e.Message)
	}
	if err != nil {
		return o.deadSignUp(c, err)
	}
	o.Limit.Forget(c, mailbox[0])
	if err := o.begin(c, t); err != nil {
		return err
	}
	page.SetFlash(c, agencyCreated)
	return c.Redirect(session.WorkspaceHome, fiber.StatusSeeOther)
}
