package workspace

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// statuses are those of the refusals that a page shows where they happened. The
// other kinds, and all that is no refusal, go to the app's error handler.
var statuses = map[schema.Kind]int{
	schema.Invalid:   fiber.StatusUnprocessableEntity,
	schema.Conflict:  fiber.StatusConflict,
	schema.TooSoon:   fiber.StatusTooManyRequests,
	schema.Forbidden: fiber.StatusForbidden,
}

// refusal is err as a refusal to show, with its status.
func refusal(err error) (e *schema.Error, status int, ok bool) {
	e, ok = errors.AsType[*schema.Error](err)
	if !ok {
		return nil, 0, false
	}
	status, ok = statuses[e.Kind]
	return e, status, ok
}

// fault is a refusal on a form: at the field it belongs to, or on top.
type fault struct {
	Refusal *schema.Error
	fields  []string // of the form
}

// On is the refusal if it belongs to that field.
func (f fault) On(field string) *schema.Error {
	if f.Refusal == nil || f.Refusal.Field != field || !slices.Contains(f.fields, field) {
		return nil
	}
	return f.Refusal
}

// Top is the refusal if it belongs to none of the form's fields.
func (f fault) Top() *schema.Error {
	if f.Refusal == nil || slices.Contains(f.fields, f.Refusal.Field) {
		return nil
	}
	return f.Refusal
}

// Focus says whether a field is where the page puts the cursor: the one that
// is wrong, else the first.
func (f fault) Focus(field string) bool {
	if f.Refusal != nil {
		return f.On(field) != nil
	}
	return f.fields[0] == field
}

// refuse shows the list with the client expanded and the refusal on top: for
// actions that have no form of their own.
func (p *Pages) refuse(c *fiber.Ctx, ws *workspace.Workspace, client schema.ClientID, err error) error {
	e, status, ok := refusal(err)
	if !ok {
		return err
	}
	return p.show(c, ws, around(c).Show(client), status, e)
}
