package portal

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/web/page"
	"anteroom/web/session"
	"anteroom/web/week"
)

// posts mounts the calendar and what it opens. Nothing of it changes a post.
func (o Options) posts(app fiber.Router) {
	app.Get(session.PortalHome, session.Require, o.chosen(o.calendar))
	app.Get("/portal/week", session.Require, o.week)
	app.Get("/portal/posts/:post", session.Require, o.chosen(o.post))
	app.Get("/portal/posts/:post/media/:position", session.Require, o.postFile)
	app.Get("/portal/posts/:post/media/:position/thumbnail", session.Require, o.postThumb)
}

// calendarPage is a week of posts, narrowed down by client and account.
type calendarPage struct {
	week.Week
	Days     []week.Day[portal.Post]
	Total    int
	Clients  []portal.Client
	Chosen   schema.ClientID
	Accounts []portal.Account
	Account  schema.AccountID
	On       string // what the week listens for
}

// Several says that the posts may be those of several clients.
func (d calendarPage) Several() bool { return len(d.Clients) > 1 }

// at is the address of a path with the week of a date, empty for the present one.
func (d calendarPage) at(path, date string, account schema.AccountID) string {
	v := url.Values{}
	if date != "" {
		v.Set("week", date)
	}
	if !d.Chosen.IsZero() {
		v.Set("client", d.Chosen.String())
	}
	if !account.IsZero() {
		v.Set("account", account.String())
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// name is the shown week's in an address.
func (d calendarPage) name() string {
	if d.Current() {
		return ""
	}
	return d.Name()
}

// In is the page with another week.
func (d calendarPage) In(date string) string { return d.at(session.PortalHome, date, d.Account) }

// Of is the page with another account.
func (d calendarPage) Of(a schema.AccountID) string { return d.at(session.PortalHome, d.name(), a) }

// All is the page with all accounts.
func (d calendarPage) All() string { return d.Of(schema.AccountID{}) }

// Part is where the week is read again.
func (d calendarPage) Part() string { return d.at("/portal/week", d.Name(), d.Account) }

// Rest is what the address says beside the client.
func (d calendarPage) Rest() url.Values {
	if n := d.name(); n != "" {
		return url.Values{"week": {n}}
	}
	return nil
}

// calendar is the read-only week.
func (o Options) calendar(c *fiber.Ctx) error {
	frame, d, err := o.calendarOf(c)
	if err != nil {
		return err
	}
	return pages.Render(c, fiber.StatusOK, "calendar", frame, d)
}

// week is the week alone, for a page that is open.
func (o Options) week(c *fiber.Ctx) error {
	frame, d, err := o.calendarOf(c)
	if err != nil {
		return err
	}
	return pages.Part(c, fiber.StatusOK, "calendar", "week-part", frame, d)
}

func (o Options) calendarOf(c *fiber.Ctx) (frame page.Frame, d calendarPage, err error) {
	p, frame, err := o.open(c)
	if err != nil {
		return frame, d, err
	}
	frame.Current = "calendar"
	d.Week = week.Of(c.Query("week"), time.Now().In(frame.Zone), week.First(c.Get(fiber.HeaderAcceptLanguage)))
	d.Clients = p.Clients
	if d.Chosen, err = o.filter(c, p); err != nil {
		return frame, d, err
	}
	if d.Accounts, err = p.Accounts(c.UserContext(), d.Chosen); err != nil {
		return frame, d, err
	}
	if d.Account, err = accountFilter(c, d.Accounts); err != nil {
		return frame, d, err
	}
	posts, err := p.Posts(c.UserContext(), portal.PostQuery{From: d.Start, To: d.End(), Client: d.Chosen, Account: d.Account})
	if err != nil {
		return frame, d, err
	}
	d.Total, d.On = len(posts), hears(p)
	d.Days = week.Fill(d.Week, posts, func(p portal.Post) time.Time { return p.PublishAt })
	return frame, d, nil
}

// accountFilter is the account that a page is to show alone, as its address has it;
// zero for all of them. One that is not among the person's is ErrNotFound.
func accountFilter(c *fiber.Ctx, accounts []portal.Account) (schema.AccountID, error) {
	text := c.Query("account")
	if text == "" {
		return schema.AccountID{}, nil
	}
	id, err := schema.Parse[schema.AccountID](strings.Clone(text))
	if err != nil || !slices.ContainsFunc(accounts, func(a portal.Account) bool { return a.ID == id }) {
		return schema.AccountID{}, schema.ErrNotFound
	}
	return id, nil
}

// hears is the trigger by which a part of a page is read again when one of the
// person's clients changes.
func hears(p *portal.Portal) string {
	on := make([]string, len(p.Clients))
	for i, client := range p.Clients {
		on[i] = "sse:" + client.ID.String()
	}
	return strings.Join(on, ", ")
}
