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

// accept takes the form of one of the pages that accept.
func (d door) accept(c *fiber.Ctx) error {
	if err := d.Limit.Check(c, limit.Client(c, "accept", acceptsPerClient)); err != nil {
		return err
	}
	i, err := d.read(c.UserContext(), token(c))
	if err != nil {
		return d.refused(c, err)
	}
	self, signedIn := session.Of(c)
	is := caseOf(i, self, signedIn)
	if is != request.Field(c, "as") {
		return d.otherCase(c, is)
	}
	if is == pageAdded {
		return d.acceptAdded(c, i)
	}
	t, err := d.acceptAs(c, is, i)
	if err != nil {
		return d.refused(c, err)
	}
	d.tell(c, i)
	if err := d.begin(c, t); err != nil {
		return err
	}
	page.SetFlash(c, d.accepted)
	return c.Redirect(d.home, fiber.StatusSeeOther)
}

func (d door) acceptAs(c *fiber.Ctx, is string, i invited) (visitor.SessionToken, error) {
	ctx, token, password := c.UserContext(), token(c), request.Field(c, "password")
	switch is {
	case pageNew:
		t, err := d.acceptNew(ctx, token, request.Field(c, "full_name"), password, device(c))
		if err != nil {
			return "", err
		}
		_ = d.Visitor.GuessedZone(ctx, t, request.Field(c, "time_zone")) // they are in all the same, and can set it
		return t, nil
	case pageKnown:
		// It is a sign-in, so guesses here and there count together.
		if err := d.Limit.Check(c, limit.Mailbox(c, "sign_in", i.Email, signInsPerMailbox)...); err != nil {
			return "", err
		}
		return d.acceptKnown(ctx, token, password, device(c))
	}
	return d.acceptSignedIn(ctx, token, session.Token(c), device(c))
}

// changedNotices tell why the page is another one than a moment ago.
var changedNotices = map[string]string{
	pageNew:   "Nothing has been accepted yet. Set a password to accept.",
	pageKnown: "You already have an account with this address. Sign in with its password to accept.",
	pageAdded: "Nothing has been accepted yet. One click accepts.",
	pageMe:    "You are signed in with this address now. One click accepts.",
}

func (d door) otherCase(c *fiber.Ctx, is string) error {
	status := fiber.StatusConflict
	if is == pageOther {
		status = fiber.StatusForbidden
	}
	return d.show(c, status, func(p *invitationPage) { p.Notice = changedNotices[is] })
}

// refused shows the page that fits a refusal: the form again with the sentence
// under its field, or what the link has become in the meantime.
func (d door) refused(c *fiber.Ctx, err error) error {
	e, ok := errors.AsType[*schema.Error](err)
	if !ok || request.WantsJSON(c) || e.Code == "rate_limited" {
		return err
	}
	switch e.Kind {
	case schema.Invalid:
		return d.show(c, fiber.StatusUnprocessableEntity, func(p *invitationPage) {
			p.Field, p.Errors = e.Field, e.Message
			p.Name = request.Field(c, "full_name")
		})
	case schema.SignIn:
		if e.Code == "sign_in" { // the session has ended since the click
			return c.Redirect(d.link(token(c)), fiber.StatusSeeOther)
		}
	case schema.TooSoon:
		return d.show(c, fiber.StatusTooManyRequests, func(p *invitationPage) { p.Notice = e.Message })
	case schema.Forbidden:
		return d.show(c, fiber.StatusForbidden, func(p *invitationPage) { p.Notice = e.Message })
	}
	return d.show(c, fiber.StatusConflict, func(p *invitationPage) { p.Notice = changedNotices[caseOf(p.invited, p.Self, p.SignedIn)] })
}

// switchAccount signs out and comes back to the link. Nothing is consumed.
func (d door) switchAccount(c *fiber.Ctx) error { return d.switchTo(c, d.link(token(c))) }

// freshLink mails a working link to the invited address.
func (d door) freshLink(c *fiber.Ctx) error {
	if err := d.Limit.Check(c, limit.Client(c, "fresh_link", mailsPerClient)); err != nil {
		return err
	}
	i, err := d.read(c.UserContext(), token(c))
	if err != nil {
		return d.refused(c, err)
	}
	due, err := d.fresh(c.UserContext(), token(c))
	if err != nil {
		return d.refused(c, err)
	}
	d.Bell.Ring(c.UserContext(), due...)
	d.tell(c, i)
	p := invitationPage{invited: i, Masked: schema.Mask(i.Email)}
	return pages.Render(c, fiber.StatusOK, "fresh-sent", page.Frame{}, p)
}
