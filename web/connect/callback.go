package connect

import (
	"log/slog"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/internal/platform"
	"anteroom/schema"
	"anteroom/web/page"
	"anteroom/web/session"
)

// The errors by which platforms say that the person would not: RFC 6749, section
// 4.1.2.1, and LinkedIn's own.
var denials = map[string]bool{"access_denied": true, "user_cancelled_login": true, "user_cancelled_authorize": true}

// callback is where platforms send people back to. It changes state on a GET, as the
// protocol has it: the state in the URL is good once, for ten minutes, in the browser
// that it was made for.
func (o Options) callback(c *fiber.Ctx) error {
	row, verifier, err := o.Visitor.TakeConnect(c.UserContext(), strings.Clone(c.Query("state")), holders(c)...)
	if err == nil && row.Network != c.Params("network") {
		err = schema.ErrConnect
	}
	if schema.CodeOf(err) == schema.ErrConnect.Code {
		return o.lost(c)
	}
	if err != nil {
		return err
	}
	if refused := c.Query("error"); refused != "" {
		if denials[refused] {
			return o.back(c, &row, failDenied)
		}
		o.Log.LogAttrs(c.UserContext(), slog.LevelWarn, "platform", slog.String("network", row.Network), slog.String("problem", "it came back with an error"))
		return o.back(c, &row, failPlatform)
	}
	if err = o.connect(c, &row, verifier); err == nil {
		return o.back(c, &row, "")
	}
	code, ok := failed(err)
	if !ok {
		return err
	}
	o.Log.LogAttrs(c.UserContext(), slog.LevelWarn, "platform", slog.String("network", row.Network), slog.String("problem", err.Error()))
	return o.back(c, &row, code)
}

// connect exchanges the code and stores what comes of it.
func (o Options) connect(c *fiber.Ctx, row *schema.Connect, verifier string) error {
	p, ok := o.Platforms.Get(row.Network)
	code := strings.Clone(c.Query("code"))
	if !ok || code == "" {
		return platform.ErrExchange
	}
	a, err := p.Exchange(c.UserContext(), code, verifier)
	if err != nil {
		return err
	}
	_, err = o.Visitor.SaveAccount(c.UserContext(), *row, schema.Grant(a))
	if err != nil {
		return err
	}
	o.Bus.Tell(c.UserContext(), live.Change{Agency: row.AgencyID.String(), Row: row.ClientID.String()})
	return nil
}

// back leads to the page that it began at. code is the failure's, empty without one.
func (o Options) back(c *fiber.Ctx, row *schema.Connect, code string) error {
	to, q := PortalPath, url.Values{}
	if row.ByLink() {
		to = "/connect/" + o.Visitor.LinkToken(row)
	}
	switch {
	case code != "":
		q.Set("failed", code)
	case row.ByLink():
		q.Set("connected", row.Network)
	default:
		page.SetFlash(c, Flash)
	}
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// lost is for a state that is good for nothing here. Who it belongs to is not known,
// so it leads to a page of the browser's own person.
func (o Options) lost(c *fiber.Ctx) error {
	s, in := session.Of(c)
	if _, works := s.Membership(); in && !works {
		return c.Redirect(PortalPath+"?failed="+failState, fiber.StatusSeeOther)
	}
	return pages.Render(c, fiber.StatusConflict, "lost", page.Frame{}, lostPage{failures[failState], in})
}

type lostPage struct {
	Text     string
	SignedIn bool
}
