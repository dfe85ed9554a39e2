// Package calendar is the agency's calendar: the posts of all its clients, and the
// form that writes them.
package calendar

import (
	"embed"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/week"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "calendar.html", "post.html", "post-deletion.html")

const (
	path  = "/calendar"
	chips = 8 // clients to choose from by one click; of more there is a list
)

type pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	r.Get(path, d.Member(p.calendar)...)
	r.Get(path+"/week", d.Member(p.week)...)
	r.Get("/posts/new", d.Member(p.blank)...)
	r.Post("/posts", d.Member(p.create)...)
	r.Post("/posts/files", d.Member(p.choose)...)
	r.Get("/posts/:post", d.Member(p.open)...)
	r.Post("/posts/:post", d.Member(p.edit)...)
	r.Get("/posts/:post/deletion", d.Member(p.askDeletion)...)
	r.Post("/posts/:post/deletion", d.Member(p.remove)...)
}

// client is one that has accounts.
type client struct {
	ID   schema.ClientID
	Name string
}

// clientsOf are the clients of accounts, which come by client.
func clientsOf(accounts []workspace.Account) (out []client) {
	for _, a := range accounts {
		out = append(out, client{a.ClientID, a.ClientName})
	}
	return slices.Compact(out)
}

// weekPage is a week of posts, narrowed down by client.
type weekPage struct {
	week.Week
	Days    []week.Day[workspace.PostRow]
	Total   int
	For     int // clients that the posts are for
	Clients []client
	Chosen  schema.ClientID
}

// Many says that there are too many clients for a row of chips.
func (d weekPage) Many() bool { return len(d.Clients) > chips }

func (d weekPage) at(path, date string, client schema.ClientID) string {
	v := url.Values{}
	if date != "" {
		v.Set("week", date)
	}
	if !client.IsZero() {
		v.Set("client", client.String())
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Shown is how the address names the week; empty for the present one.
func (d weekPage) Shown() string {
	if d.Current() {
		return ""
	}
	return d.Name()
}

// In is the page with another week.
func (d weekPage) In(date string) string { return d.at(path, date, d.Chosen) }

// Of is the page with another client.
func (d weekPage) Of(c schema.ClientID) string { return d.at(path, d.Shown(), c) }

// All is the page with all clients.
func (d weekPage) All() string { return d.Of(schema.ClientID{}) }

// Part is where the week is read again.
func (d weekPage) Part() string { return d.at(path+"/week", d.Name(), d.Chosen) }

// New is where a post is begun: on the first day shown that is not over.
func (d weekPage) New() string {
	for _, day := range d.Days {
		if day.Today && d.Current() {
			return d.at("/posts/new", day.Date.Format(week.Layout), d.Chosen)
		}
	}
	return d.at("/posts/new", d.Name(), d.Chosen)
}

func (p pages) calendar(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.read(c, ws)
	if err != nil {
		return err
	}
	return p.Render(c, ws, set, fiber.StatusOK, "calendar", "calendar", d)
}

// week is the week alone, for a page that is open.
func (p pages) week(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.read(c, ws)
	if err != nil {
		return err
	}
	frame, err := p.Frame(c, ws, "calendar")
	if err != nil {
		return err
	}
	return set.Part(c, fiber.StatusOK, "calendar", "week-part", frame, d)
}

func (p pages) read(c *fiber.Ctx, ws *workspace.Workspace) (d weekPage, err error) {
	d.Week = week.Of(c.Query("week"), time.Now().In(desk.Zone(ws)), week.First(c.Get(fiber.HeaderAcceptLanguage)))
	if text := c.Query("client"); text != "" {
		if d.Chosen, err = schema.Parse[schema.ClientID](strings.Clone(text)); err != nil {
			return d, err
		}
	}
	accounts, err := ws.PostAccounts(c.UserContext())
	if err != nil {
		return d, err
	}
	d.Clients = clientsOf(accounts)
	posts, err := ws.Posts(c.UserContext(), workspace.PostQuery{From: d.Start, To: d.End(), Client: d.Chosen})
	if err != nil {
		return d, err
	}
	seen := map[schema.ClientID]bool{}
	for _, post := range posts {
		if !post.ClientID.IsZero() {
			seen[post.ClientID] = true
		}
	}
	d.Total, d.For = len(posts), len(seen)
	d.Days = week.Fill(d.Week, posts, func(p workspace.PostRow) time.Time { return p.PublishAt })
	return d, nil
}

// tell tells the portals of clients, and the agency's calendars.
func (p pages) tell(c *fiber.Ctx, ws *workspace.Workspace, clients ...schema.ClientID) {
	agency := ws.Agency.ID.String()
	changes := []live.Change{{Agency: agency, Row: live.Posts}}
	for _, id := range clients {
		if !id.IsZero() {
			changes = append(changes, live.Change{Agency: agency, Row: id.String()})
		}
	}
	p.Bus.Tell(c.UserContext(), changes...)
}
