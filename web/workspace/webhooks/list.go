package webhooks

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
	"anteroom/web/workspace/spark"
)

// listPage is the list of endpoints.
type listPage struct {
	Endpoints []line
	Full      string // why no more can be added; empty while they can
}

// line is an endpoint on it.
type line struct {
	workspace.EndpointRow
	Path, Address string // Address is the URL without its scheme
	Events        string
	Chart         spark.Chart
	Share         string // of the attempts that were answered well; empty without any
	Failed        int
	Why           string // it is disabled
	Since         string
}

func (p pages) list(c *fiber.Ctx, ws *workspace.Workspace) error {
	rows, err := ws.Endpoints(c.UserContext())
	if err != nil {
		return err
	}
	ids := make([]schema.EndpointID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	stats, err := ws.EndpointStats(c.UserContext(), ids...)
	if err != nil {
		return err
	}
	var d listPage
	for i := range rows {
		d.Endpoints = append(d.Endpoints, newLine(&rows[i], stats[rows[i].ID], desk.Zone(ws)))
	}
	if len(rows) >= schema.MaxEndpoints {
		d.Full = fmt.Sprintf("There are %d endpoints, and no more are possible. To add one, remove another first.", len(rows))
	}
	return p.render(c, ws, fiber.StatusOK, "list", d)
}

func newLine(r *workspace.EndpointRow, s workspace.EndpointStats, zone *time.Location) line {
	l := line{EndpointRow: *r, Path: reveal.Path(r.ID), Address: address(r.URL), Events: taken(r.Types),
		Chart: spark.New(s, r.Now.In(zone)), Share: share(s), Failed: s.Failed}
	if r.DisabledAt != nil {
		l.Why, l.Since = why(r), since(*r.DisabledAt, r.Now, zone)
	}
	return l
}

// address is a URL without its scheme.
func address(url string) string {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	return rest
}

// taken says which events an endpoint takes.
func taken(t schema.EventTypes) string {
	if t.All() {
		return "All types"
	}
	return fmt.Sprintf("%d of %d types", len(t.List()), len(schema.Catalogue()))
}

// share is the part of the attempts that were answered well. It is rounded down:
// 100% means all of them.
func share(s workspace.EndpointStats) string {
	if s.Total() == 0 {
		return ""
	}
	tenths := s.Delivered * 1000 / s.Total()
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", tenths/10, tenths%10), ".0") + "%"
}

// why says why an endpoint is disabled.
func why(r *workspace.EndpointRow) string {
	switch r.DisabledReason {
	case schema.DisabledGone:
		return "Disabled because it answered 410 Gone: it wants nothing more."
	case schema.DisabledFailing:
		return "Disabled after three days in which nothing got through." + lastAnswer(r.Last)
	}
	return "Disabled by hand."
}

func lastAnswer(l workspace.LastAnswer) string {
	switch {
	case l.StatusCode != 0:
		return " Last answer: " + fmt.Sprint(l.StatusCode) + " " + cmp.Or(http.StatusText(l.StatusCode), "without a name") + "."
	case l.Text != "":
		return " Last attempt: " + l.Text
	}
	return ""
}

// since is the moment from which on events were missed.
func since(at, now time.Time, zone *time.Location) string {
	local, form := at.In(zone), "2 January, 15:04"
	if local.Year() != now.In(zone).Year() {
		form = "2 January 2006, 15:04"
	}
	return local.Format(form) + " " + page.ZoneName(local)
}
