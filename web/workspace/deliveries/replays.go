package deliveries

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
	"anteroom/web/workspace/desk"
)

// replaysPage asks which of the failed deliveries are to be made once more, and
// says how many that are before it begins.
type replaysPage struct {
	schema.Endpoint
	Path        string
	Ranges      []rangeOf
	Chosen      string
	From, Until string // as the fields have them, in the member's zone
	Zone        string
	Count       int
	Counted     bool
	Fault       desk.Fault
}

// Disabled says that nothing can be replayed now.
func (d replaysPage) Disabled() bool { return d.Status == schema.EndpointDisabled }

// rangeOf is a time to choose.
type rangeOf struct {
	Value, Name string
	back        time.Duration
}

// exactly is the range that the fields say.
const exactly = "exactly"

var ranges = []rangeOf{
	{"1h", "The last hour", time.Hour},
	{"24h", "The last 24 hours", 24 * time.Hour},
	{"3d", "The last 3 days", 3 * 24 * time.Hour},
	{"30d", "The last 30 days, all that is kept", 30 * 24 * time.Hour},
	{exactly, "From one time to another", 0},
}

// localTime is how a browser writes a field for a date and a time.
const localTime = "2006-01-02T15:04"

var replayFields = []string{"range", "from", "until"}

// newReplays reads what the form says, or what it begins with.
func newReplays(c *fiber.Ctx, ws *workspace.Workspace, field func(*fiber.Ctx, string) string) (d replaysPage, err error) {
	v, err := viewOf(c)
	if err != nil {
		return d, err
	}
	e, err := ws.Endpoint(c.UserContext(), v.Endpoint)
	if err != nil {
		return d, err
	}
	now := now(c).In(desk.Zone(ws))
	d = replaysPage{Endpoint: e, Path: v.Path(), Ranges: ranges, Chosen: field(c, "range"), From: field(c, "from"), Until: field(c, "until"),
		Zone: page.ZoneName(now)}
	if d.Chosen == "" {
		d.Chosen = "30d"
	}
	if d.From == "" {
		d.From = now.Add(-24 * time.Hour).Format(localTime)
	}
	if d.Until == "" {
		d.Until = now.Format(localTime)
	}
	return d, nil
}

// now is the database's time when the session was looked up.
func now(c *fiber.Ctx) time.Time {
	who, _ := session.Of(c)
	return who.Now
}

// between is the range that was chosen.
func (d *replaysPage) between(now time.Time, zone *time.Location) (from, until time.Time, err error) {
	for _, r := range ranges {
		if r.Value == d.Chosen && r.Value != exactly {
			return now.Add(-r.back), now, nil
		}
	}
	if d.Chosen != exactly {
		return from, until, unreadable("range", "Choose one of the times.")
	}
	if from, err = time.ParseInLocation(localTime, d.From, zone); err != nil {
		return from, until, unreadable("from", "Write the beginning as a date and a time, like 2026-11-23T09:00.")
	}
	if until, err = time.ParseInLocation(localTime, d.Until, zone); err != nil {
		return from, until, unreadable("until", "Write the end as a date and a time, like 2026-11-23T17:00.")
	}
	if until.Before(from) {
		return from, until, unreadable("until", "The end has to come after the beginning.")
	}
	until = until.Add(time.Minute - time.Microsecond) // the minute is part of it
	if oldest := now.Add(-schema.DeliveriesKept); from.Before(oldest) {
		from = oldest // nothing is older, and a year that no database knows is no answer
	}
	if until.After(now) {
		until = now
	}
	return from, until, nil
}

func unreadable(field, message string) error {
	return &schema.Error{Kind: schema.Invalid, Field: field, Code: "range", Message: message}
}

func query(c *fiber.Ctx, name string) string { return string([]byte(c.Query(name))) }

func (p pages) replays(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := newReplays(c, ws, query)
	if err != nil {
		return err
	}
	return p.ask(c, ws, fiber.StatusOK, d, nil)
}

// ask shows the form with the count of what it would take.
func (p pages) ask(c *fiber.Ctx, ws *workspace.Workspace, status int, d replaysPage, refused error) error {
	from, until, err := d.between(now(c), desk.Zone(ws))
	if err == nil {
		d.Count, err = ws.CountFailed(c.UserContext(), d.ID, from, until)
		d.Counted = err == nil
	}
	if refused != nil {
		err = refused
	}
	if err != nil {
		e, s, ok := desk.Refusal(err)
		if !ok {
			return err
		}
		status, d.Fault = s, desk.NewFault(e, replayFields)
	}
	return p.Render(c, ws, set, status, "replays", "webhooks", d)
}

// replayMany starts it.
func (p pages) replayMany(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := newReplays(c, ws, request.Field)
	if err != nil {
		return err
	}
	from, until, err := d.between(now(c), desk.Zone(ws))
	var due []schema.Due
	if err == nil {
		due, err = ws.ReplayMany(c.UserContext(), d.ID, from, until)
	}
	if _, _, ok := desk.Refusal(err); ok {
		return p.ask(c, ws, fiber.StatusOK, d, err)
	}
	if err != nil {
		return err
	}
	p.Bell.Ring(c.UserContext(), due...)
	p.changed(c, ws, d.ID)
	page.SetFlash(c, flashStarted)
	return page.Redirect(c, d.Path)
}
