// Package desk is what all pages of an agency have in common: who may see them,
// the frame around them, and how refusals and results are shown.
package desk

import (
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/internal/egress"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/session"
)

// Desk serves the agency's pages.
type Desk struct {
	DB      *schema.DB
	Bell    *jobs.Bell
	Bus     *live.Bus
	Log     *slog.Logger
	Limit   *limit.Limiter
	Visitor *visitor.Visitor
	Keys    *keyring.Ring // seals the secrets of endpoints
	Egress  *egress.Guard // checks where webhooks are to go
	// Webhooks is how the workers try deliveries.
	Webhooks schema.DeliveryPlan
	Blobs    *blobs.Store // where files are kept
	Media    schema.MediaLimits
}

// Handler answers a request of a member, in that member's workspace.
type Handler func(c *fiber.Ctx, ws *workspace.Workspace) error

// Member lets every member of the agency pass.
func (d *Desk) Member(h Handler) []fiber.Handler {
	return []fiber.Handler{session.Require, func(c *fiber.Ctx) error {
		who, _ := session.Of(c)
		m, ok := who.Membership()
		if !ok {
			return d.astray(c, who.UserID)
		}
		if err := sameAgency(c, m.Agency); err != nil {
			return err
		}
		return h(c, workspace.Open(d.DB, m))
	}}
}

// sameAgency refuses a form of another tab that was opened before the person
// changed over to this agency: the workspace stands in the session, and a form
// that names no row says itself which one it was made for (field "agency").
func sameAgency(c *fiber.Ctx, a schema.Agency) error {
	if meant := c.FormValue("agency"); c.Method() == fiber.MethodPost && meant != "" && meant != a.ID.String() {
		return &schema.Error{Kind: schema.Conflict, Code: "other_agency",
			Message: "You have changed over to " + a.Name + " since this page was opened, so nothing was done. Change back first, or load the page again."}
	}
	return nil
}

// Manager lets owners and admins pass. The verbs refuse the others too; this
// keeps them from filling in a form for nothing.
func (d *Desk) Manager(h Handler) []fiber.Handler {
	return d.Member(func(c *fiber.Ctx, ws *workspace.Workspace) error {
		if err := ws.Role.MayManage(); err != nil {
			return err
		}
		return h(c, ws)
	})
}

// astray is for a session without a workspace: somebody who has one goes and
// chooses it, and for everybody else there is nothing here.
func (d *Desk) astray(c *fiber.Ctx, who schema.UserID) error {
	places, err := d.Visitor.Places(c.UserContext(), who)
	if err != nil {
		return err
	}
	for _, place := range places {
		if place.Role != "" {
			return page.Redirect(c, "/choose")
		}
	}
	return schema.ErrNotFound
}

// Render sends one of a set's pages in the agency's frame. current is the key
// of the navigation's item: clients, activity, members, agency, webhooks, calendar, media or account.
func (d *Desk) Render(c *fiber.Ctx, ws *workspace.Workspace, set *page.Set, status int, name, current string, data any) error {
	frame, err := d.Frame(c, ws, current)
	if err != nil {
		return err
	}
	return set.Render(c, status, name, frame, data)
}

// Frame is what the layout shows around a page. A dialog shows nothing of it,
// so nothing is read for one.
func (d *Desk) Frame(c *fiber.Ctx, ws *workspace.Workspace, current string) (page.Frame, error) {
	f := page.Frame{AgencyID: ws.Agency.ID.String(), AgencyName: ws.Agency.Name, UserName: ws.User.FullName, UserRole: Roles[ws.Role],
		Manages: ws.Role.Manages(), Current: current, Live: current == "clients" || current == "media" || current == "calendar", Zone: Zone(ws)}
	if page.IsPartial(c) {
		return f, nil
	}
	places, err := d.Visitor.Places(c.UserContext(), ws.User.ID)
	f.Several = len(places) > 1
	return f, err
}

// Roles are the roles' names.
var Roles = map[schema.Role]string{schema.RoleOwner: "Owner", schema.RoleAdmin: "Admin", schema.RoleMember: "Member"}

// Zone is the member's time zone; one that this machine doesn't know is UTC.
func Zone(ws *workspace.Workspace) *time.Location {
	zone, err := time.LoadLocation(ws.User.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
