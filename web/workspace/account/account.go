// Package account holds the pages of a member's own account: name, time zone,
// password, and where they are signed in.
package account

import (
	"embed"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var pages = page.Parse(page.Workspace, files, "account.html")

const home = "/settings/account"

// Pages serves the account.
type Pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := &Pages{d}
	r.Get(home, p.Member(p.account)...)
	r.Post(home+"/profile", p.Member(p.saveProfile)...)
	r.Post(home+"/password", p.Member(p.changePassword)...)
	r.Post(home+"/sessions/:session/sign-out", p.Member(p.endSession)...)
	r.Post(home+"/sign-out-everywhere", p.Member(p.signOutEverywhere)...)
}

// accountPage is the account with its three parts.
type accountPage struct {
	Email         string
	Profile       visitor.Profile
	ProfileFault  desk.Fault
	PasswordFault desk.Fault
	Zones         []zone
	Sessions      []place
}

// Wrong is the sentence for a field of the password's form.
func (d accountPage) Wrong(field string) string {
	if e := d.PasswordFault.On(field); e != nil {
		return e.Message
	}
	return ""
}

// zone is a time zone to choose from, with what its clocks show.
type zone struct{ Name, Now string }

// place is where the member is signed in.
type place struct {
	visitor.OpenSession
	request.Device
	This bool
}

var (
	profileFields  = []string{"full_name", "time_zone"}
	passwordFields = []string{"current", "password"}
)

func (p *Pages) account(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.show(c, ws, fiber.StatusOK, nil)
}

// show renders the account; change, if given, adds to it what a form came to.
func (p *Pages) show(c *fiber.Ctx, ws *workspace.Workspace, status int, change func(*accountPage)) error {
	d := accountPage{Email: ws.User.Email, Profile: visitor.Profile{FullName: ws.User.FullName, TimeZone: ws.User.TimeZone},
		Zones: zones(time.Now())}
	open, err := p.Visitor.Sessions(c.UserContext(), ws.User.ID)
	if err != nil {
		return err
	}
	this := session.Token(c).ID()
	for _, s := range open {
		d.Sessions = append(d.Sessions, place{s, request.DeviceOf(s.Device), s.ID == this})
	}
	if change != nil {
		change(&d)
	}
	return p.Render(c, ws, pages, status, "account", "account", d)
}

// locations are the time zones, read once: each is a file. One that this machine
// doesn't know is nil.
var locations = sync.OnceValue(func() []*time.Location {
	out := make([]*time.Location, len(schema.TimeZones))
	for i, name := range schema.TimeZones {
		if l, err := time.LoadLocation(name); err == nil {
			out[i] = l
		}
	}
	return out
})

func zones(now time.Time) []zone {
	out := make([]zone, len(schema.TimeZones))
	for i, l := range locations() {
		out[i].Name = schema.TimeZones[i]
		if l != nil {
			out[i].Now = page.ZoneName(now.In(l)) + ", now " + now.In(l).Format("15:04")
		}
	}
	return out
}
