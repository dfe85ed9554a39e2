package signin

import (
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
)

type signUpPage struct {
	Form   visitor.SignUpForm // without the password
	Field  string             // that is wrong
	Errors string
}

// Error is the sentence for a field, if that is the field it belongs to.
func (p signUpPage) Error(field string) string {
	if p.Field == field {
		return p.Errors
	}
	return ""
}

func (o Options) signUpForm(c *fiber.Ctx) error {
	return pages.Render(c, fiber.StatusOK, "sign-up", page.Frame{}, signUpPage{})
}

// signUpTakes is how long every answer to a form that is filled in well takes:
// enough to hash the password, to write and to ring (250 ms at most). In the
// cooldown there is nothing to ring for, and nobody is to see that either.
const signUpTakes = 600 * time.Millisecond

// signUp answers alike whether or not the address is known.
func (o Options) signUp(c *fiber.Ctx) error {
	f := visitor.SignUpForm{AgencyName: request.Field(c, "agency"), FullName: request.Field(c, "full_name"),
		Email: strings.TrimSpace(request.Field(c, "email")), Password: request.Field(c, "password")}
	rules := append(limit.Mailbox(c, "sign_up", f.Email, mailsPerMailbox), limit.Client(c, "sign_up", mailsPerClient))
	if err := o.Limit.Check(c, rules...); err != nil {
		return err
	}
	answerAt := time.After(signUpTakes)
	due, err := o.Visitor.SignUp(c.UserContext(), f)
	f.Password = ""
	if e, ok := errors.AsType[*schema.Error](err); ok && e.Kind == schema.Invalid && !request.WantsJSON(c) {
		return pages.Render(c, fiber.StatusUnprocessableEntity, "sign-up", page.Frame{}, signUpPage{f, e.Field, e.Message})
	}
	if err != nil {
		return err
	}
	o.Bell.Ring(c.UserContext(), due...)
	<-answerAt
	return pages.Render(c, fiber.StatusOK, "sign-up-sent", page.Frame{}, signUpPage{Form: f})
}
