package batch

import (
	"fmt"
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// progressPage is a list that was sent: how far it is, and its lines.
type progressPage struct {
	Client   schema.Client
	Progress workspace.BatchProgress
	Sent     sentPage
}

// Running says that something is still to be sent.
func (d progressPage) Running() bool {
	p := &d.Progress
	return p.State != schema.BatchDone || p.Settled() < p.Total()
}

// Path is the page's address.
func (d progressPage) Path() string { return path(d.Progress.ID) }

// Back is where the client stands on the list of clients.
func (d progressPage) Back() string { return clientPath(d.Client.ID) }

// Left says how long the rest takes, or what it waits for.
func (d progressPage) Left() string {
	p := &d.Progress
	switch left := p.Left(); {
	case !d.Running():
		return ""
	case left > 0:
		return "about " + roughly(left) + " left"
	case p.Waiting > 0 && p.Pending == 0:
		return page.Plural(p.Waiting, "email waits", "emails wait") + " for another try"
	}
	return "starting"
}

// roughly says a duration as well as a guess is known.
func roughly(d time.Duration) string {
	if d < time.Minute {
		return page.Plural(max(1, int(math.Ceil(d.Seconds()))), "second", "seconds")
	}
	return desk.Amount(d, math.Ceil)
}

// sentPage is a page of the lines.
type sentPage struct {
	workspace.SentLines
	ID      schema.BatchID
	Client  schema.Client
	Left    bool // those that were left out
	Running bool
	Rows    []sentLine
	Foot    []string // who was left out, and why
	Hidden  int      // lines left out that are not named there
}

// Path is the view's address on the page, Part that of the lines alone.
func (d sentPage) Path() string { return d.at(path(d.ID), d.Page) }

// Part is explained at Path.
func (d sentPage) Part() string { return d.at(path(d.ID)+"/lines", d.Page) }

// Earlier and Later are the pages beside this one.
func (d sentPage) Earlier() string { return d.at(path(d.ID), d.Page-1) }

// Later is explained at Earlier.
func (d sentPage) Later() string { return d.at(path(d.ID), d.Page+1) }

// First and Last count the page's lines among all.
func (d sentPage) First() int { return (d.Page-1)*workspace.LinePageSize + 1 }

// Last is explained at First.
func (d sentPage) Last() int { return min(d.Page*workspace.LinePageSize, d.Total) }

func (d sentPage) at(path string, n int) string {
	path = fmt.Sprintf("%s?page=%d", path, max(1, n))
	if d.Left {
		path += "&show=left"
	}
	return path
}

func (p pages) showProgress(c *fiber.Ctx, ws *workspace.Workspace, b schema.Batch, client schema.Client) error {
	d := progressPage{Client: client}
	var err error
	if d.Progress, err = ws.BatchProgress(c.UserContext(), b.ID); err != nil {
		return err
	}
	if d.Sent, err = sentLines(c, ws, b, client); err != nil {
		return err
	}
	d.Sent.Running = d.Running()
	return p.render(c, ws, fiber.StatusOK, "progress", d)
}

// progress is how far the list is, for a page that is open.
func (p pages) progress(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.part(c, ws, "progress-now", func(b schema.Batch, client schema.Client) (any, error) {
		progress, err := ws.BatchProgress(c.UserContext(), b.ID)
		return progressPage{Client: client, Progress: progress}, err
	})
}

// lines is a page of the lines, for a page that is open.
func (p pages) lines(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.part(c, ws, "sent-lines", func(b schema.Batch, client schema.Client) (any, error) {
		d, err := sentLines(c, ws, b, client)
		d.Running = b.State != schema.BatchDone
		return d, err
	})
}

// part answers with a part of the page; who isn't on it is led there.
func (p pages) part(c *fiber.Ctx, ws *workspace.Workspace, block string, data func(schema.Batch, schema.Client) (any, error)) error {
	b, client, err := theBatch(c, ws)
	if err != nil {
		return err
	}
	if b.Draft() || !page.IsPartial(c) {
		return page.Redirect(c, path(b.ID))
	}
	d, err := data(b, client)
	if err != nil {
		return err
	}
	frame, err := p.Frame(c, ws, "clients")
	if err != nil {
		return err
	}
	return set.Part(c, fiber.StatusOK, "progress", block, frame, d)
}
