// Package page renders the pages: layouts, template functions, the one-time
// confirmation after a redirect, and the assets they use.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

//go:embed templates/*.html
var layouts embed.FS

// Layout is the frame around a page's content.
type Layout string

// The layouts.
const (
	Workspace Layout = "workspace" // an agency's app, with a sidebar
	Portal    Layout = "portal"    // the client portal, with top navigation only
	Card      Layout = "card"      // one centred card, for somebody signed out
)

// Frame is what the layouts show around the content. Templates have it as
// .Frame, and the page's own data as .Data.
type Frame struct {
	AgencyID   string // of the workspace, for forms that name no row
	AgencyName string
	UserName   string
	UserRole   string
	Manages    bool   // the person may change settings
	Live       bool   // the page hears of changes
	Current    string // key of the navigation item that is current
	PortalName string
	PortalWith string // the agencies behind the portal
	Several    bool   // the person has other places to change over to
	Zone       *time.Location

	Flash  string // set by Render
	Dialog bool   // the page is shown as a dialog; set by Render
}

// Set is a group of pages that share a layout and partials.
type Set struct{ pages map[string]*template.Template }

// Parse reads the pages of a set from the folder templates of fsys. Each file is
// one page and defines "title" and "content"; those named _*.html are partials
// that all of them share. A template that can't be parsed panics, at the start of the program.
func Parse(l Layout, fsys fs.FS, files ...string) *Set {
	base := template.New("page").Funcs(functions)
	template.Must(base.ParseFS(layouts, "templates/_*.html", "templates/"+string(l)+".html"))
	if shared, err := fs.Glob(fsys, "templates/_*.html"); err == nil && len(shared) > 0 {
		template.Must(base.ParseFS(fsys, "templates/_*.html"))
	}
	s := &Set{pages: map[string]*template.Template{}}
	for _, f := range files {
		t := template.Must(template.Must(base.Clone()).ParseFS(fsys, "templates/"+f))
		for _, part := range []string{"title", "content"} {
			if t.Lookup(part) == nil {
				panic(fmt.Sprintf("page: %s defines no %q", f, part))
			}
		}
		s.pages[strings.TrimSuffix(path.Base(f), ".html")] = t
	}
	return s
}

// Render sends a page; as a dialog, where the page defines "dialog" and the
// request comes from a link that opens one.
func (s *Set) Render(c *fiber.Ctx, status int, name string, frame Frame, data any) error {
	block := "layout"
	if t := s.pages[name]; t != nil && t.Lookup("dialog") != nil && ForDialog(c) {
		block, frame.Dialog = "dialog-box", true
	}
	if !frame.Dialog {
		frame.Flash = takeFlash(c)
	}
	return s.Part(c, status, name, block, frame, data)
}

// Part sends one template of a page, for a page that is open already. It is
// rendered whole before anything is sent, so a template that fails ends as an
// error and not as half a page.
func (s *Set) Part(c *fiber.Ctx, status int, name, block string, frame Frame, data any) error {
	t, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("page: there is no page %q", name)
	}
	var b bytes.Buffer
	err := t.ExecuteTemplate(&b, block, struct {
		Frame Frame
		Data  any
	}{frame, data})
	if err != nil {
		return fmt.Errorf("page: %s: %w", name, err)
	}
	c.Vary("HX-Request")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(b.Bytes())
}
