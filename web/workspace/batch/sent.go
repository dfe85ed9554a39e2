package batch

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// sentLine is a line of a list that was sent, as the page shows it.
type sentLine struct {
	workspace.SentLine
	Tone, Status string // of the pill
	Note         desk.Note
	Fix, Row     string // where the address is mended, and where the person stands
}

func sentLines(c *fiber.Ctx, ws *workspace.Workspace, b schema.Batch, client schema.Client) (d sentPage, err error) {
	d = sentPage{ID: b.ID, Client: client, Left: c.Query("show") == "left"}
	d.SentLines, err = ws.SentLines(c.UserContext(), b.ID, workspace.LineFilter{Left: d.Left, Page: number(c)})
	if err != nil {
		return d, err
	}
	zone := desk.Zone(ws)
	for _, l := range d.Lines {
		d.Rows = append(d.Rows, newSent(l, &client, zone))
	}
	return d, d.foot(c.UserContext(), ws)
}

func newSent(l workspace.SentLine, client *schema.Client, zone *time.Location) sentLine {
	out := sentLine{SentLine: l, Tone: "deactivated"}
	switch {
	case l.State == schema.LinePending:
		out.Status, out.Note = "Waiting", desk.Note{Icon: "clock", Parts: []desk.Part{{Text: "Its turn comes"}}}
	case l.State == schema.LineRefused:
		out.Tone, out.Status, out.Note = "failed", "Not invited", desk.Note{Parts: []desk.Part{{Text: l.Reason}}}
	case l.State != schema.LineInvited:
		out.Status, out.Note = "Left out", desk.Note{Parts: []desk.Part{{Text: leftAlone[codeOf(l.State, l.Code)]}}}
	case l.Person == nil:
		out.Status = "Invited"
	default:
		out.stands(client, zone)
	}
	return out
}

// stands says how an invited person stands now, under the address they have now.
func (l *sentLine) stands(client *schema.Client, zone *time.Location) {
	status := l.Person.Shown()
	l.FullName, l.Email = l.Person.FullName, l.Person.Email
	l.Note, l.Tone, l.Status = desk.Describe(l.Person, client, zone), string(status), statuses[status]
	if status == schema.StatusRevoked {
		l.Tone, l.Note = "deactivated", desk.Note{}
	}
	switch {
	case l.Note.Tone == "bad" && l.Person.Allows(schema.VerbFixEmail):
		l.Fix = "/client-users/" + l.Person.ID.String() + "/address"
	case status == schema.StatusExpired && l.Person.Allows(schema.VerbResend):
		l.Row = row(client.ID, l.Person)
	}
}

var statuses = map[schema.Status]string{schema.StatusInvited: "Invited", schema.StatusActive: "Active",
	schema.StatusExpired: "Expired", schema.StatusRevoked: "Revoked", schema.StatusDeactivated: "Deactivated"}
