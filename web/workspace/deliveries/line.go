package deliveries

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// listPart is a page of the log.
type listPart struct {
	View  view
	Lines []line
	Shown string // how many of how many
	Older string // the address of the page before; empty on the last
}

// line is a delivery on it.
type line struct {
	Badge badge
	Type  schema.EventType
	Test  bool
	When  stamp
	Small string
	URL   string
	Here  bool
}

func listOf(c *fiber.Ctx, ws *workspace.Workspace, plan schema.DeliveryPlan, v view) (d listPart, err error) {
	p, err := ws.Deliveries(c.UserContext(), v.Endpoint, workspace.DeliveryFilter{Status: v.Status, Type: v.Type, Before: v.Before})
	if err != nil {
		return d, err
	}
	d.View = v
	at := clock{p.Now, desk.Zone(ws), plan}
	for i := range p.Rows {
		d.Lines = append(d.Lines, newLine(&p.Rows[i], at, v))
	}
	total := p.Counts.Of(v.Status)
	d.Shown = fmt.Sprintf("Showing %d of %s", len(d.Lines), number(total))
	if total > workspace.CountMost {
		d.Shown = fmt.Sprintf("Showing %d of more than %s", len(d.Lines), number(workspace.CountMost))
	}
	if !p.Older.IsZero() {
		d.Older = v.Past(p.Older).at(v.Path(), "")
	}
	return d, nil
}

func newLine(r *workspace.DeliveryRow, at clock, v view) line {
	return line{Badge: standing(&r.Delivery), Type: r.Type, Test: r.Test, When: at.ago(r.CreatedAt),
		Small: progress(&r.Delivery, micros(r.TookMicros), at), URL: v.Show(r.ID).URL(), Here: r.ID == v.Delivery}
}

// standing is what the newest attempt came to, or what there is before the first.
func standing(d *schema.Delivery) badge {
	switch {
	case d.State == schema.DeliverySucceeded || d.StatusCode != 0 || d.ErrorClass != "":
		return badgeOf(d.StatusCode, d.ErrorClass)
	case d.State == schema.DeliveryHeld:
		return badge{Tone: "none", Icon: "pause", Name: "Held"}
	case d.State == schema.DeliverySkipped || d.State == schema.DeliveryCancelled:
		return badge{Tone: "none", Icon: "ban", Name: "Not sent"}
	case d.State == schema.DeliverySending:
		return badge{Tone: "none", Icon: "send", Name: "Under way"}
	}
	return badge{Tone: "none", Icon: "hourglass", Name: "Waiting"}
}

// progress says in words where a delivery stands. took is of its newest attempt,
// 0 if that is not known.
func progress(d *schema.Delivery, t time.Duration, at clock) string {
	switch d.State {
	case schema.DeliverySucceeded:
		return delivered(d, t)
	case schema.DeliveryFailed:
		if d.Test {
			return failed(d, t) + ", tests are tried once"
		}
		return failed(d, t) + fmt.Sprintf(", given up after %s", page.Plural(d.Tries, "attempt", "attempts"))
	case schema.DeliveryHeld:
		return "Held while the endpoint is disabled"
	case schema.DeliverySkipped:
		return "Skipped"
	case schema.DeliveryCancelled:
		return "Cancelled"
	case schema.DeliverySending:
		return fmt.Sprintf("Attempt %d of %d is under way", d.Tries+1, of(d, at))
	case schema.DeliveryWaiting:
		return "Waiting for room"
	}
	return next(d, t, at)
}

// of is how often the delivery is tried at most.
func of(d *schema.Delivery, at clock) int {
	if d.Test {
		return 1
	}
	return max(at.plan.Tries(), d.Tries+1)
}

func delivered(d *schema.Delivery, t time.Duration) string {
	text := "Delivered"
	if t > 0 {
		text += ", " + took(t)
	}
	if d.Tries > 1 {
		text += fmt.Sprintf(", attempt %d", d.Tries)
	}
	return text
}

// failed names how the newest attempt failed; the badge has the code of an answer.
func failed(d *schema.Delivery, t time.Duration) string {
	if d.StatusCode != 0 || d.ErrorClass == "" {
		return "Failed"
	}
	if d.ErrorClass == schema.ErrorTimeout && t > 0 {
		return fmt.Sprintf("Timed out after %.0f s", t.Seconds())
	}
	return failures[d.ErrorClass]
}

// next is of one that is queued.
func next(d *schema.Delivery, t time.Duration, at clock) string {
	when := at.in(*d.DueAt)
	switch {
	case d.Tries == 0 && when == "now":
		return "Sent in a moment"
	case d.Tries == 0:
		return "Sent " + when
	case d.StatusCode == 0 && d.ErrorClass != "":
		return fmt.Sprintf("%s, attempt %d of %d", failed(d, t), d.Tries, of(d, at))
	}
	return fmt.Sprintf("Attempt %d of %d, next %s", d.Tries, of(d, at), when)
}
