package signin

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

var accepted = page.NewFlash("accepted", "You’re in. This is what goes out for you this week.")

// accept takes the form of one of the three pages that accept.
func (o Options) accept(c *fiber.Ctx) error {
	if err := o.Limit.Check(c, limit.Client(c, "accept", acceptsPerClient)); err != nil {
		return err
	}
	i, err := o.Visitor.Invitation(c.UserContext(), token(c))
	if err != nil {
		return o.refused(c, err)
	}
	self, signedIn := session.Of(c)
	is := caseOf(i, self, signedIn)
	if is != request.Field(c, "as") {
		return o.otherCase(c, is)
	}
	t, err := o.acceptAs(c, is, i, self)
	if err != nil {
		return o.refused(c, err)
	}
	if err := o.begin(c, t); err != nil {
		return err
	}
	page.SetFlash(c, accepted)
	return c.Redirect(session.PortalHome, fiber.StatusSeeOther)
}

func (o Options) acceptAs(c *fiber.Ctx, is string, i visitor.Invitation, self visitor.Session) (visitor.SessionToken, error) {
	ctx, token, password := c.UserContext(), token(c), request.Field(c, "password")
	switch is {
	case pageNew:
		return o.Visitor.Accept(ctx, token, request.Field(c, "full_name"), password, device(c))
	case pageKnown:
		// It is a sign-in, so guesses here and there count together.
		if err := o.Limit.Check(c, limit.Mailbox(c, "sign_in", i.Email, signInsPerMailbox)...); err != nil {
			return "", err
		}
		return o.Visitor.AcceptKnown(ctx, token, password, device(c))
	}
	return o.Visitor.AcceptAs(ctx, token, self.UserID, device(c))
}

// changedNotices tell why the page is another one than a moment ago.
var changedNotices = map[string]string{
	pageNew:   "Nothing has been accepted yet. Set a password to accept.",
	pageKnown: "You already have an account with this address. Sign in with its password to accept.",
	pageMe:    "You are signed in with this address now. One click accepts.",
}

func (o Options) otherCase(c *fiber.Ctx, is string) error {
	status := fiber.StatusConflict
	if is == pageOther {
		status = fiber.StatusForbidden
	}
	return o.show(c, status, func(p *invitationPage) { p.Notice = changedNotices[is] })
}

// refused shows the page that fits a refusal: the form again with the sentence
// under its field, or what the link has become in the meantime.
func (o Options) refused(c *fiber.Ctx, err error) error {
	e, ok := errors.AsType[*schema.Error](err)
	if !ok || request.WantsJSON(c) || e.Code == "rate_limited" {
		return err
	}
	switch e.Kind {
	case schema.Invalid:
		return o.show(c, fiber.StatusUnprocessableEntity, func(p *invitationPage) {
			p.Field, p.Errors = e.Field, e.Message
			p.Name = request.Field(c, "full_name")
		})
	case schema.TooSoon:
		return o.show(c, fiber.StatusTooManyRequests, func(p *invitationPage) { p.Notice = e.Message })
	case schema.Forbidden:
		return o.show(c, fiber.StatusForbidden, func(p *invitationPage) { p.Notice = e.Message })
	}
	return o.show(c, fiber.StatusConflict, func(p *invitationPage) { p.Notice = changedNotices[caseOf(p.Invitation, p.Self, p.SignedIn)] })
}

// switchAccount signs out and comes back to the link. Nothing is consumed.
func (o Options) switchAccount(c *fiber.Ctx) error {
	if t := session.Token(c); t != "" {
		if err := o.Visitor.SignOut(c.UserContext(), t); err != nil {
			return err
		}
	}
	session.End(c)
	return c.Redirect(linkPath(token(c)), fiber.StatusSeeOther)
}

// freshLink mails a working link to the invited address.
func (o Options) freshLink(c *fiber.Ctx) error {
	if err := o.Limit.Check(c, limit.Client(c, "fresh_link", mailsPerClient)); err != nil {
		return err
	}
	i, err := o.Visitor.Invitation(c.UserContext(), token(c))
	if err != nil {
		return o.refused(c, err)
	}
	due, err := o.Visitor.FreshLink(c.UserContext(), token(c))
	if err != nil {
		return o.refused(c, err)
	}
	o.Bell.Ring(c.UserContext(), due...)
	p := invitationPage{Invitation: i, Masked: schema.Mask(i.Email)}
	return pages.Render(c, fiber.StatusOK, "fresh-sent", page.Frame{}, p)
}
