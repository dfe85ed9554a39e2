package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/media"
	"anteroom/web/request"
	"anteroom/web/week"
	"anteroom/web/workspace/desk"
)

var fields = []string{"account", "text", "media", "day", "time", "state", "link"}

// shown is how many files are offered at once; a search finds the others.
const shown = 12

// form is a post as somebody fills it in.
type form struct {
	ID                                                schema.PostID // zero: a new one
	Account, Text, Day, Time, State, Link, Seen, Find string
	Files                                             []string // IDs, in their order
	Zone                                              string   // that Day and Time were shown in; the member's own may change meanwhile
}

// location is the form's time zone.
func (f form) location(ws *workspace.Workspace) *time.Location {
	if name, err := schema.ParseTimeZone(f.Zone); err == nil {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return desk.Zone(ws)
}

// formPage is the form with what there is to choose from.
type formPage struct {
	form
	desk.Fault
	Accounts []workspace.Account
	Client   client // of the chosen account; zero while none is chosen
	Cards    []media.Card
	City     string // of the time zone
	Back     string
	Lost     bool // the post's account is no client's any more
}

// Path is where the form goes.
func (d formPage) Path() string {
	if d.ID.IsZero() {
		return "/posts"
	}
	return "/posts/" + d.ID.String()
}

// Has says that a file is chosen.
func (d formPage) Has(id schema.MediaID) bool { return slices.Contains(d.Files, id.String()) }

// filled is the form as it was sent.
func filled(c *fiber.Ctx) form {
	f := form{Account: request.Field(c, "account"), Text: request.Field(c, "text"), Day: request.Field(c, "day"), Time: request.Field(c, "time"),
		State: request.Field(c, "state"), Link: request.Field(c, "link"), Seen: request.Field(c, "seen"), Find: request.Field(c, "find"), Zone: request.Field(c, "zone")}
	for _, id := range c.Context().PostArgs().PeekMulti("media") {
		if text := string(id); len(f.Files) <= schema.MaxPostMedia && !slices.Contains(f.Files, text) { // one more is refused by the rules
			f.Files = append(f.Files, text)
		}
	}
	if id, err := schema.Parse[schema.PostID](request.Field(c, "post")); err == nil {
		f.ID = id
	}
	return f
}

// draft is what the form asks for, in its time zone.
func (f *form) draft(zone *time.Location) (d schema.PostDraft, err error) {
	d.Body, d.State, d.Link = f.Text, schema.PostState(f.State), f.Link
	d.Account, _ = schema.Parse[schema.AccountID](f.Account) // none is refused by its rules
	for _, text := range f.Files {
		id, err := schema.Parse[schema.MediaID](text)
		if err != nil {
			return d, err
		}
		d.Media = append(d.Media, id)
	}
	if _, err := time.Parse(week.Layout, f.Day); err != nil {
		return d, &schema.Error{Kind: schema.Invalid, Field: "day", Code: "day", Message: "Give the day, such as 2026-11-26."}
	}
	if _, err := time.Parse(week.Clock, f.Time); err != nil {
		return d, &schema.Error{Kind: schema.Invalid, Field: "time", Code: "time", Message: "Give the time, such as 09:00."}
	}
	at, ok := week.Moment(f.Day, f.Time, zone)
	if !ok {
		return d, &schema.Error{Kind: schema.Invalid, Field: "time", Code: "time_gap",
			Message: "The clocks in " + week.City(zone) + " go forward that night and leave this time out. Choose another."}
	}
	d.PublishAt = at
	return d, nil
}

// page is the form with all that there is to choose from.
func (p pages) page(c *fiber.Ctx, ws *workspace.Workspace, f form, e *schema.Error) (d formPage, err error) {
	zone := f.location(ws)
	f.Zone = zone.String()
	d = formPage{form: f, Fault: desk.NewFault(e, fields), City: week.City(zone), Back: path}
	if _, err := time.Parse(week.Layout, f.Day); err == nil {
		d.Back += "?week=" + f.Day
	}
	if d.Accounts, err = ws.PostAccounts(c.UserContext()); err != nil {
		return d, err
	}
	at := slices.IndexFunc(d.Accounts, func(a workspace.Account) bool { return a.ID.String() == f.Account })
	if at < 0 {
		d.Lost = !f.ID.IsZero()
		return d, nil
	}
	d.Client = client{d.Accounts[at].ClientID, d.Accounts[at].ClientName}
	return d, p.offer(c, ws, &d)
}

// offer lists the chosen files of the client, and then the newest, or those that were
// searched for.
func (p pages) offer(c *fiber.Ctx, ws *workspace.Workspace, d *formPage) error {
	for _, text := range d.Files {
		id, err := schema.Parse[schema.MediaID](text)
		if err != nil {
			continue
		}
		m, err := ws.MediaItem(c.UserContext(), id)
		if schema.KindOf(err) == schema.NotFound || err == nil && m.ClientID != d.Client.ID {
			continue // another client's, or deleted
		}
		if err != nil {
			return err
		}
		d.Cards = append(d.Cards, media.Card{Media: m.Media, Path: "/media"})
	}
	found, err := ws.MediaLibrary(c.UserContext(), workspace.MediaQuery{Client: d.Client.ID, Search: strings.TrimSpace(d.Find), Limit: shown})
	if err != nil {
		return err
	}
	for _, m := range found.Files {
		if !d.Has(m.ID) {
			d.Cards = append(d.Cards, media.Card{Media: m.Media, Path: "/media"})
		}
	}
	return nil
}
