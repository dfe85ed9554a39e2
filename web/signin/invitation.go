package signin

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

// The pages behind an invitation’s link. Those that accept say in their
// form which they are: if the case is another by the time of the click, the
// person sees the page of that case, and nothing is accepted.
const (
	pageNew   = "accept-new"
	pageKnown = "accept-known"
	pageMe    = "accept-me"
	pageAdded = "accept-added"
	pageOther = "wrong-account"
)

var deadPages = map[visitor.LinkState]string{
	visitor.LinkExpired: "expired", visitor.LinkRevoked: "revoked",
	visitor.LinkSuperseded: "superseded", visitor.LinkUsed: "used",
}

type invitationPage struct {
	invited
	Path   string // of the link, for the forms
	Masked string
	Self   visitor.Session
	// SignedIn says that Self is somebody.
	SignedIn bool
	// The name as entered, and what is wrong with the fields or the whole.
	Name, Errors, Notice string
	Field                string
}

// Error is the sentence for a field, if that is the field it belongs to.
func (p invitationPage) Error(field string) string {
	if p.Field == field {
		return p.Errors
	}
	return ""
}

// invitation shows what a link is good for. It changes nothing.
func (d door) invitation(c *fiber.Ctx) error {
	return d.show(c, fiber.StatusOK, nil)
}

// show reads the link afresh and renders its page; change, if given, adds to
// it what a form came to.
func (d door) show(c *fiber.Ctx, status int, change func(*invitationPage)) error {
	token := token(c)
	i, err := d.read(c.UserContext(), token)
	if schema.KindOf(err) == schema.NotFound && !request.WantsJSON(c) {
		return pages.Render(c, fiber.StatusNotFound, "unknown", page.Frame{}, nil)
	}
	if err != nil {
		return err
	}
	if i.Unswept {
		d.Bell.Stale(c.UserContext())
	}
	p := invitationPage{invited: i, Path: d.link(token), Masked: schema.Mask(i.Email), Name: i.FullName}
	p.Self, p.SignedIn = session.Of(c)
	if change != nil {
		change(&p)
	}
	name := caseOf(i, p.Self, p.SignedIn)
	if status == fiber.StatusOK && i.State != visitor.LinkOpen {
		status = fiber.StatusGone
	}
	return pages.Render(c, status, name, page.Frame{}, p)
}

func (d door) link(token string) string { return d.path + "/" + url.PathEscape(token) }

// caseOf picks the page. A user whose address was never confirmed counts as
// new, signed in or not: the mailbox decides who it is.
func caseOf(i invited, s visitor.Session, signedIn bool) string {
	if i.State != visitor.LinkOpen {
		return deadPages[i.State]
	}
	if signedIn && !sameAddress(s.Email, i.EmailKey) {
		return pageOther
	}
	switch {
	case !i.Known:
		return pageNew
	case signedIn:
		return pageMe
	case i.Added:
		return pageAdded
	}
	return pageKnown
}

func sameAddress(email, key string) bool {
	a, err := schema.ParseAddress(email)
	return err == nil && a.Key == key
}
