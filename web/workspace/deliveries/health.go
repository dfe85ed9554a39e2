package deliveries

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
	"anteroom/web/workspace/spark"
)

// healthPart is how the endpoint is doing, its secret, and the filters of its log.
type healthPart struct {
	workspace.EndpointHealth
	View     view
	Chart    spark.Chart
	Share    string // of the attempts that were answered well; empty without any
	Of       string // how many that are
	P50, P95 string
	Types    string // that it takes
	TypesOf  string
	Secret   string // in clear, while it may be shown
	OldUntil *stamp // while the secret before the last rotation signs too
	Failing  *failing
	Why      string // it is disabled
	Since    stamp  // when that was
	Running  string // what the replay under way does
	Filters  []filter
	Choices  []schema.EventType
}

// failing is an endpoint that takes nothing any more.
type failing struct {
	Since, Until stamp
	Failures     string
}

// filter is a part of the log to choose.
type filter struct {
	ID, Name, Count, URL string
	Here                 bool
}

func (p pages) healthOf(c *fiber.Ctx, ws *workspace.Workspace, v view) (d healthPart, err error) {
	h, err := ws.EndpointHealth(c.UserContext(), v.Endpoint, v.Type)
	if err != nil {
		return d, err
	}
	at := clock{h.Now, desk.Zone(ws), p.Webhooks}
	d = healthPart{EndpointHealth: h, View: v, Chart: spark.New(h.Stats, h.Now.In(at.zone)), Choices: choices(&h, v)}
	d.stats()
	d.trouble(at)
	d.filters()
	return d, p.secretOf(c, &d, at)
}

// stats words the figures. The share is rounded down: 100% means all of them.
func (d *healthPart) stats() {
	if n := d.Stats.Total(); n > 0 {
		tenths := d.Stats.Delivered * 1000 / n
		d.Share = strings.TrimSuffix(fmt.Sprintf("%d.%d", tenths/10, tenths%10), ".0") + "%"
		d.Of = fmt.Sprintf("%s of %s tries", number(d.Stats.Delivered), number(n))
	}
	if d.Stats.P50 > 0 {
		d.P50, d.P95 = roughly(d.Stats.P50), roughly(d.Stats.P95)
	}
	d.Types, d.TypesOf = "All", "types"
	if !d.Endpoint.Types.All() {
		d.Types = fmt.Sprint(len(d.Endpoint.Types.List()))
		d.TypesOf = fmt.Sprintf("of %d types", len(schema.Catalogue()))
	}
}

// trouble words what is wrong.
func (d *healthPart) trouble(at clock) {
	if d.Status == schema.EndpointEnabled && d.FailingSince != nil {
		d.Failing = &failing{Since: at.full(*d.FailingSince), Until: at.full(d.FailingSince.Add(schema.DisableAfter)),
			Failures: page.Plural(d.Failures, "attempt has", "attempts have")}
	}
	if d.DisabledAt != nil {
		d.Since = at.full(*d.DisabledAt)
		d.Why = why(d)
	}
	if r := d.Replay; r != nil {
		d.Running = map[schema.ReplayKind]string{schema.ReplayFailed: "Replaying what failed", schema.ReplayHeld: "Replaying what was missed",
			schema.ReplaySkip: "Skipping what was missed"}[r.Kind]
	}
}

func why(d *healthPart) string {
	switch d.DisabledReason {
	case schema.DisabledGone:
		return "Disabled because it answered 410 Gone: it wants nothing more."
	case schema.DisabledFailing:
		return "Disabled after three days in which nothing got through." + lastAnswer(d.Last)
	}
	return "Disabled by hand."
}

func lastAnswer(l workspace.LastAnswer) string {
	switch {
	case l.StatusCode != 0:
		return fmt.Sprintf(" Last answer: %d %s.", l.StatusCode, cmp.Or(http.StatusText(l.StatusCode), "without a name"))
	case l.Text != "":
		return " Last attempt: " + l.Text
	}
	return ""
}

func (d *healthPart) filters() {
	for _, f := range []struct {
		status workspace.DeliveryStatus
		name   string
	}{{workspace.DeliveriesAll, "All"}, {workspace.DeliveriesRetrying, "Retrying"}, {workspace.DeliveriesFailed, "Failed"}, {workspace.DeliveriesHeld, "Held"}} {
		n, here := d.Counts.Of(f.status), d.View.Status == f.status
		if f.status == workspace.DeliveriesHeld && n == 0 && !here {
			continue
		}
		one := filter{ID: "filter-" + cmp.Or(string(f.status), "all"), Name: f.name, URL: d.View.Of(f.status).URL(), Here: here}
		if f.status != workspace.DeliveriesAll {
			one.Count = number(n)
		}
		d.Filters = append(d.Filters, one)
	}
}

// choices are the types that the log can be narrowed to: those that the endpoint
// takes, and the one that it is narrowed to.
func choices(h *workspace.EndpointHealth, v view) (out []schema.EventType) {
	for _, k := range schema.Catalogue() {
		if h.Types.Takes(k.Type) || k.Type == v.Type {
			out = append(out, k.Type)
		}
	}
	if v.Type != "" && !slices.Contains(out, v.Type) {
		out = append(out, v.Type)
	}
	return out
}

// secretOf shows the secret to whoever was asked for the password lately.
func (p pages) secretOf(c *fiber.Ctx, d *healthPart, at clock) (err error) {
	if old := d.OldSecretAt(d.Now); old != nil {
		until := at.full(*d.OldSecretUntil)
		d.OldUntil = &until
	}
	if reveal.MayReveal(c, p.Keys, d.ID) {
		d.Secret, err = schema.OpenSecret(p.Keys, d.ID, d.EndpointHealth.Secret)
	}
	return err
}
