// Package ownaccount is a person's own account, the same for a member of an
// agency and for a client user: name, time zone, password, and where they are
// signed in. Each of the two has a page around it.
package ownaccount

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/fault"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

// Person is whose account it is, after a guard has let them in, and how the page
// around it is shown to them.
type Person struct {
	schema.User
	Show func(status int, d Data) error
}

// Account serves the account under its path.
type Account struct {
	Path    string
	Visitor *visitor.Visitor
	Limit   *limit.Limiter
}

// Data is what the page shows: the partial "own-account" takes it.
type Data struct {
	Path          string
	Email         string
	EmailHelp     string // what to do to change it; may be empty
	ProfileHelp   string
	Profile       visitor.Profile
	ProfileFault  fault.Fault
	PasswordFault fault.Fault
	Zones         []Zone
	Sessions      []Place
}

// Wrong is the sentence for a field of the password's form.
func (d Data) Wrong(field string) string {
	if e := d.PasswordFault.On(field); e != nil {
		return e.Message
	}
	return ""
}

// Place is where the person is signed in.
type Place struct {
	visitor.OpenSession
	request.Device
	This bool
}

var (
	profileFields  = []string{"full_name", "time_zone"}
	passwordFields = []string{"current", "password"}

	flashProfile  = page.NewFlash("profile-saved", "Your details are saved.")
	flashPassword = page.NewFlash("password-changed", "Your password is changed. You are signed out everywhere else.")
)

// Open shows the account.
func (a Account) Open(c *fiber.Ctx, p Person) error { return a.show(c, p, fiber.StatusOK, nil) }

// show renders the account; change, if given, adds to it what a form came to.
func (a Account) show(c *fiber.Ctx, p Person, status int, change func(*Data)) error {
	d := Data{Path: a.Path, Email: p.Email, Profile: visitor.Profile{FullName: p.FullName, TimeZone: p.TimeZone}, Zones: Zones()}
	open, err := a.Visitor.Sessions(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	this := session.Token(c).ID()
	for _, s := range open {
		d.Sessions = append(d.Sessions, Place{s, request.DeviceOf(s.Device), s.ID == this})
	}
	if change != nil {
		change(&d)
	}
	return p.Show(status, d)
}

// SaveProfile takes the form of the name and time zone.
func (a Account) SaveProfile(c *fiber.Ctx, p Person) error {
	form := visitor.Profile{FullName: request.Field(c, "full_name"), TimeZone: request.Field(c, "time_zone")}
	err := a.Visitor.SaveProfile(c.UserContext(), p.ID, form)
	if e, status, ok := fault.Refusal(err); ok {
		return a.show(c, p, status, func(d *Data) { d.Profile, d.ProfileFault = form, fault.New(e, profileFields) })
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, flashProfile)
	return page.Redirect(c, a.Path)
}

// ChangePassword takes the form of a new password.
func (a Account) ChangePassword(c *fiber.Ctx, p Person) error {
	tries := limit.OwnPassword(p.ID)
	err := a.Limit.Check(c, tries)
	if err == nil {
		err = a.Visitor.ChangePassword(c.UserContext(), session.Token(c), request.Field(c, "current"), request.Field(c, "password"))
	}
	if e, status, ok := fault.Refusal(err); ok {
		return a.show(c, p, status, func(d *Data) { d.PasswordFault = fault.New(e, passwordFields) })
	}
	if err != nil {
		return err
	}
	a.Limit.Forget(c, tries)
	page.SetFlash(c, flashPassword)
	return page.Redirect(c, a.Path)
}
