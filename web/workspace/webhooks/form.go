package webhooks

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/egress"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
)

var (
	flashAdded = page.NewFlash("endpoint-added", "The endpoint is added. Its secret is shown for five minutes: copy it now.")
	flashSaved = page.NewFlash("endpoint-saved", "The changes are saved.")
)

var formFields = []string{"name", "url", "types", "rate"}

// formPage is the form about an endpoint. Name is empty for a new one, else what
// it is called now.
type formPage struct {
	workspace.EndpointForm
	Called     string
	Action     string
	Back       string
	Groups     []group
	Chosen, Of int // types
	MaxRate    int
	Fault      desk.Fault
}

// group is some of the types, to choose from.
type group struct {
	Name   string
	Types  []choice
	Chosen int
}

type choice struct {
	schema.EventKind
	Chosen bool
}

// groups are the types of the catalogue with those that are chosen.
func groups(chosen []string) (out []group) {
	for _, k := range schema.Catalogue() {
		if len(out) == 0 || out[len(out)-1].Name != k.Group {
			out = append(out, group{Name: k.Group})
		}
		g := &out[len(out)-1]
		one := choice{k, slices.Contains(chosen, string(k.Type))}
		if one.Chosen {
			g.Chosen++
		}
		g.Types = append(g.Types, one)
	}
	return out
}

func (p pages) newEndpoint(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.form(c, ws, fiber.StatusOK, formPage{EndpointForm: workspace.EndpointForm{All: true}, Action: path, Back: path}, nil)
}

func (p pages) add(c *fiber.Ctx, ws *workspace.Workspace) error {
	f := entered(c)
	err := p.check(c, f, "")
	var e schema.Endpoint
	if err == nil {
		e, _, err = ws.AddEndpoint(c.UserContext(), p.Keys, f)
	}
	if refused, status, ok := desk.Refusal(err); ok {
		return p.form(c, ws, status, formPage{EndpointForm: f, Action: path, Back: path}, refused)
	}
	if err != nil {
		return err
	}
	reveal.Grant(c, p.Keys, e.ID)
	return p.done(c, ws, e.ID, flashAdded)
}

func (p pages) edit(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	return p.form(c, ws, fiber.StatusOK, editing(&e, stored(&e)), nil)
}

func (p pages) save(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	f := entered(c)
	if err = p.check(c, f, e.URL); err == nil {
		err = ws.SaveEndpoint(c.UserContext(), e.ID, f)
	}
	if refused, status, ok := desk.Refusal(err); ok {
		return p.form(c, ws, status, editing(&e, f), refused)
	}
	if err != nil {
		return err
	}
	return p.done(c, ws, e.ID, flashSaved)
}

func editing(e *schema.Endpoint, f workspace.EndpointForm) formPage {
	return formPage{EndpointForm: f, Called: e.Name, Action: reveal.Path(e.ID), Back: reveal.Path(e.ID)}
}

// entered is what the form says.
func entered(c *fiber.Ctx) workspace.EndpointForm {
	f := workspace.EndpointForm{Name: request.Field(c, "name"), URL: request.Field(c, "url"), Rate: request.Field(c, "rate"),
		All: request.Field(c, "which") == "all"}
	for _, t := range c.Context().PostArgs().PeekMulti("types") {
		f.Types = append(f.Types, string(t))
	}
	return f
}

// stored is what it would say of an endpoint as it is.
func stored(e *schema.Endpoint) workspace.EndpointForm {
	f := workspace.EndpointForm{Name: e.Name, URL: e.URL, All: e.Types.All()}
	for _, t := range e.Types.List() {
		f.Types = append(f.Types, string(t))
	}
	if e.RatePerMinute > 0 {
		f.Rate = strconv.Itoa(e.RatePerMinute)
	}
	return f
}

// check refuses a form, its URL by the guard of the deliveries themselves: before
// the verb, because names are looked up. A URL that stays is not looked at again,
// so that a name server's bad day stops nobody from changing something else.
func (p pages) check(c *fiber.Ctx, f workspace.EndpointForm, now string) error {
	if err := f.Check(); err != nil || f.URL == now {
		return err
	}
	err := p.Egress.Check(c.UserContext(), f.URL)
	if r, ok := errors.AsType[*egress.Refusal](err); ok {
		return &schema.Error{Kind: schema.Invalid, Field: "url", Code: "url_refused", Message: r.Text}
	}
	return err
}

func (p pages) form(c *fiber.Ctx, ws *workspace.Workspace, status int, d formPage, refused *schema.Error) error {
	d.Groups, d.MaxRate, d.Fault = groups(d.Types), schema.MaxEndpointRate, desk.NewFault(refused, formFields)
	for _, g := range d.Groups {
		d.Chosen, d.Of = d.Chosen+g.Chosen, d.Of+len(g.Types)
	}
	return p.render(c, ws, status, "form", d)
}
