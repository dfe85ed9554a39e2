package connect

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/platform"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
)

// startsPerClient is how often one network may set out by links in ten minutes.
const startsPerClient = 60

// linkPage is behind a connect link. It says whose it is and nothing of what they
// have.
type linkPage struct {
	visitor.OpenLink
	Path      string
	Platforms []*platform.Platform
	Connected string // the platform that was just connected
	Failure   string
}

// LogoURL is the address of the agency's logo, empty without one.
func (p linkPage) LogoURL() string {
	if !p.HasLogo() {
		return ""
	}
	return "/logos/" + p.AgencyID.String() + "?v=" + p.LogoHash.String()
}

func token(c *fiber.Ctx) string { return strings.Clone(c.Params("token")) }

// link shows what a connect link is for. It changes nothing.
func (o Options) link(c *fiber.Ctx) error {
	return o.show(c, fiber.StatusOK, Failure(c.Query("failed")))
}

func (o Options) show(c *fiber.Ctx, status int, failure string) error {
	l, err := o.Visitor.OpenConnectLink(c.UserContext(), token(c))
	if err != nil {
		return o.dead(c, err)
	}
	d := linkPage{OpenLink: l, Path: "/connect/" + token(c), Platforms: o.Platforms.All(), Failure: failure}
	if p, ok := o.Platforms.Get(c.Query("connected")); ok && failure == "" {
		d.Connected = p.Name
	}
	return pages.Render(c, status, "link", page.Frame{}, d)
}

// start sends the browser to a platform.
func (o Options) start(c *fiber.Ctx) error {
	if err := o.Limit.Check(c, limit.Client(c, "connect", startsPerClient)); err != nil {
		if schema.KindOf(err) != schema.TooSoon {
			return err
		}
		return o.show(c, fiber.StatusTooManyRequests, err.Error())
	}
	p, ok := o.Platforms.Get(request.Field(c, "network"))
	if !ok {
		return o.show(c, fiber.StatusUnprocessableEntity, "That platform is not on offer here. Choose one of these.")
	}
	verifier := platform.NewVerifier()
	state, err := o.Visitor.StartConnect(c.UserContext(), token(c), p.Key, linkHolder(c), verifier)
	if err != nil {
		return o.dead(c, err)
	}
	return c.Redirect(p.AuthURL(state, verifier), fiber.StatusSeeOther)
}

// dead is one page for every link that doesn't work.
func (o Options) dead(c *fiber.Ctx, err error) error {
	if schema.CodeOf(err) != schema.ErrConnectLink.Code {
		return err
	}
	return pages.Render(c, fiber.StatusNotFound, "dead", page.Frame{}, nil)
}
