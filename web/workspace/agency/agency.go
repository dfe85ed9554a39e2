// Package agency is Settings > Agency: the agency's name and logo, where answers
// go, how its invitations work, and its plan.
package agency

import (
	"embed"
	"errors"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "agency.html")

var (
	flashSaved   = page.NewFlash("agency-saved", "The changes are saved.")
	flashLogo    = page.NewFlash("logo-set", "The logo is changed.")
	flashNoLogo  = page.NewFlash("logo-removed", "The logo is removed.")
	agencyFields = []string{"name", "reply_to", "days"}
	logoFields   = []string{"logo"}
)

const path = "/settings/agency"

type pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	r.Get(path, d.Manager(p.settings)...)
	r.Post(path, d.Manager(p.save)...)
	r.Post(path+"/logo", d.Manager(p.setLogo)...)
	r.Post(path+"/logo/removal", d.Manager(p.removeLogo)...)
}

// settingsPage is the form, and the one for the logo below it.
type settingsPage struct {
	workspace.AgencyForm
	Agency    schema.Agency
	LogoURL   string
	Includes  bool // the plan has the client portal
	Fault     desk.Fault
	LogoFault desk.Fault
}

// LogoSize is the size to show the logo at.
func (d settingsPage) LogoSize() (s struct{ Width, Height int }) {
	s.Width, s.Height = d.Agency.LogoShown()
	return s
}

func (p pages) settings(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.show(c, ws, fiber.StatusOK, nil)
}

// show renders the page as the agency stands now; change, if given, adds what a
// form came to.
func (p pages) show(c *fiber.Ctx, ws *workspace.Workspace, status int, change func(*settingsPage)) error {
	a, err := ws.AgencySettings(c.UserContext())
	if err != nil {
		return err
	}
	d := settingsPage{Agency: a, Includes: a.Plan.CanInvite(), AgencyForm: workspace.AgencyForm{Name: a.Name, ReplyTo: a.ReplyTo,
		Days: strconv.Itoa(a.InvitationDays), Reminders: a.Reminders}}
	if a.HasLogo() {
		d.LogoURL = "/logos/" + a.ID.String() + "?v=" + a.LogoHash.String()
	}
	if change != nil {
		change(&d)
	}
	return p.Render(c, ws, set, status, "agency", "agency", d)
}

func (p pages) save(c *fiber.Ctx, ws *workspace.Workspace) error {
	f := workspace.AgencyForm{Name: request.Field(c, "name"), ReplyTo: request.Field(c, "reply_to"),
		Days: request.Field(c, "days"), Reminders: request.Field(c, "reminders") != ""}
	err := ws.SaveAgency(c.UserContext(), f)
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, func(d *settingsPage) { d.AgencyForm, d.Fault = f, desk.NewFault(e, agencyFields) })
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, flashSaved)
	return page.Redirect(c, path)
}

func (p pages) setLogo(c *fiber.Ctx, ws *workspace.Workspace) error {
	upload, err := uploaded(c, "logo")
	if err == nil {
		err = ws.SetLogo(c.UserContext(), upload)
	}
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, func(d *settingsPage) { d.LogoFault = desk.NewFault(e, logoFields) })
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, flashLogo)
	return page.Redirect(c, path)
}

// uploaded reads the file of a form; none is no bytes. The app's limit of a
// body bounds it.
func uploaded(c *fiber.Ctx, field string) ([]byte, error) {
	h, err := c.FormFile(field)
	if err != nil {
		return nil, nil // no such form, or no file in it
	}
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

func (p pages) removeLogo(c *fiber.Ctx, ws *workspace.Workspace) error {
	err := ws.RemoveLogo(c.UserContext())
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, func(d *settingsPage) { d.LogoFault = desk.NewFault(e, logoFields) })
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, flashNoLogo)
	return page.Redirect(c, path)
}
