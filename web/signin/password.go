package signin

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
)

var passwordSet = page.NewFlash("password_set", "Your password is set, and you are signed in.")

type forgotPage struct{ Email, Error string }

func (o Options) forgotForm(c *fiber.Ctx) error {
	return pages.Render(c, fiber.StatusOK, "forgot", page.Frame{}, forgotPage{})
}

// forgotTakes is how long every answer to the form takes: a known address
// writes and rings (250 ms at most), an unknown one only reads, and nobody is to
// tell them apart by the time.
const forgotTakes = 400 * time.Millisecond

// forgot answers alike whether or not there is such a user.
func (o Options) forgot(c *fiber.Ctx) error {
	email := strings.TrimSpace(request.Field(c, "email"))
	rules := append(limit.Mailbox(c, "forgot", email, mailsPerMailbox), limit.Client(c, "forgot", mailsPerClient))
	if err := o.Limit.Check(c, rules...); err != nil {
		return err
	}
	answerAt := time.After(forgotTakes)
	due, err := o.Visitor.ForgotPassword(c.UserContext(), email)
	if e, ok := errors.AsType[*schema.Error](err); ok && e.Kind == schema.Invalid && !request.WantsJSON(c) {
		return pages.Render(c, fiber.StatusUnprocessableEntity, "forgot", page.Frame{}, forgotPage{email, e.Message})
	}
	if err != nil {
		return err
	}
	o.Bell.Ring(c.UserContext(), due...)
	<-answerAt
	return pages.Render(c, fiber.StatusOK, "forgot-sent", page.Frame{}, forgotPage{Email: email})
}

// linkPage is a page behind a link to a person's own address.
type linkPage struct {
	Path  string // of the form
	Email string
	Error string
	Dead  deadLink
}

// deadLink is what is said of one that no longer works, and what to do.
type deadLink struct{ Text, Do, Href string }

var (
	deadPassword     = deadLink{"Links to set a password work once, and only for a while. Ask for a new one.", "Send me a new link", "/forgot"}
	deadConfirmation = deadLink{"The link was used already, or it is too old. Sign in: if your address still has to be confirmed, you can send yourself a new link there.", "Sign in", "/login"}
)

func (o Options) passwordForm(c *fiber.Ctx) error {
	token := token(c)
	u, err := o.Visitor.AccountLink(c.UserContext(), schema.PurposeSetPassword, token)
	if err != nil {
		return o.dead(c, err, deadPassword)
	}
	return pages.Render(c, fiber.StatusOK, "password", page.Frame{}, linkPage{Path: "/passwords/" + url.PathEscape(token), Email: u.Email})
}

func (o Options) setPassword(c *fiber.Ctx) error {
	token, ctx := token(c), c.UserContext()
	if err := o.Limit.Check(c, limit.Client(c, "set_password", acceptsPerClient)); err != nil {
		return err
	}
	t, err := o.Visitor.SetPassword(ctx, token, request.Field(c, "password"), device(c))
	if e, ok := errors.AsType[*schema.Error](err); ok && e.Kind == schema.Invalid && !request.WantsJSON(c) {
		u, err := o.Visitor.AccountLink(ctx, schema.PurposeSetPassword, token)
		if err != nil {
			return o.dead(c, err, deadPassword)
		}
		return pages.Render(c, fiber.StatusUnprocessableEntity, "password", page.Frame{},
			linkPage{Path: "/passwords/" + url.PathEscape(token), Email: u.Email, Error: e.Message})
	}
	if err != nil {
		return o.dead(c, err, deadPassword)
	}
	if err := o.begin(c, t); err != nil {
		return err
	}
	page.SetFlash(c, passwordSet)
	return c.Redirect("/", fiber.StatusSeeOther)
}

// dead shows why a link to one's own address does nothing, and the way on.
func (o Options) dead(c *fiber.Ctx, err error, d deadLink) error {
	status, known := map[schema.Kind]int{schema.NotFound: fiber.StatusNotFound, schema.Conflict: fiber.StatusGone}[schema.KindOf(err)]
	if !known || request.WantsJSON(c) {
		return err
	}
	if !request.Reads(c) && status == fiber.StatusGone {
		status = fiber.StatusConflict
	}
	return pages.Render(c, status, "link-dead", page.Frame{}, linkPage{Dead: d})
}

// token copies the secret out of the path.
func token(c *fiber.Ctx) string { return strings.Clone(c.Params("token")) }
