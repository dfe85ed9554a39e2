// Package activity is Settings > Activity: the log of all that happened to an
// agency's clients and their people.
package activity

import (
	"context"
	"embed"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var pages = page.Parse(page.Workspace, files, "activity.html")

// Pages serves the log.
type Pages struct{ *desk.Desk }

// Mount puts the log on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := &Pages{d}
	r.Get(path, p.Member(p.log)...)
}

// logPage is what the page shows.
type logPage struct {
	workspace.ActivityPage
	View view
	Days []day
}

// Narrowed says that something but the group of events narrows the log.
func (d logPage) Narrowed() bool {
	return d.View.Query != "" || !d.View.Client.IsZero() || !d.View.Person.IsZero()
}

func (p *Pages) log(c *fiber.Ctx, ws *workspace.Workspace) error {
	v, err := viewOf(c)
	if err != nil {
		return err
	}
	d := logPage{View: v}
	ctx := c.UserContext()
	d.ActivityPage, err = ws.Activity(ctx, workspace.ActivityFilter{Kind: v.Kind, Client: v.Client, Person: v.Person, Query: v.Query,
		Before: v.Before, Open: v.Open})
	if err != nil {
		return err
	}
	open, err := opened(ctx, ws, v)
	if err != nil {
		return err
	}
	d.Days = days(d.Events, clock{d.Now, desk.Zone(ws)}, v, open)
	return p.Render(c, ws, pages, fiber.StatusOK, "activity", "activity", d)
}

// opened reads the open event, if one is.
func opened(ctx context.Context, ws *workspace.Workspace, v view) (*detail, error) {
	if v.Open.IsZero() {
		return nil, nil
	}
	h, err := ws.History(ctx, v.Open)
	if err != nil {
		return nil, err
	}
	return newDetail(&h, clock{h.Now, desk.Zone(ws)}, ws.Role.Manages()), nil
}

// day is the events of one day, newest first.
type day struct {
	Label string
	Lines []line
	start time.Time
}

// days groups events by the reader's day. Machines' clocks differ a little, so
// an event may stand on the wrong side of a midnight: it stays with those
// around it.
func days(events []workspace.ActivityEvent, at clock, v view, open *detail) (out []day) {
	for i := range events {
		e := &events[i]
		start := at.day(e.OccurredAt)
		if len(out) == 0 || start.Before(out[len(out)-1].start) {
			out = append(out, day{Label: at.label(start), start: start})
		}
		l := newLine(e, at, v)
		if open != nil && e.ID == v.Open {
			l.Detail = open
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, l)
	}
	return out
}
