// Package fault shows refusals where they happened.
package fault

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
)

// statuses are those of the refusals that a page shows where they happened. The
// other kinds, and all that is no refusal, go to the app's error handler.
var statuses = map[schema.Kind]int{
	schema.Invalid:   fiber.StatusUnprocessableEntity,
	schema.Conflict:  fiber.StatusConflict,
	schema.TooSoon:   fiber.StatusTooManyRequests,
	schema.Forbidden: fiber.StatusForbidden,
}

// Refusal is err as a refusal to show, with its status.
func Refusal(err error) (e *schema.Error, status int, ok bool) {
	e, ok = errors.AsType[*schema.Error](err)
	if !ok {
		return nil, 0, false
	}
	status, ok = statuses[e.Kind]
	return e, status, ok
}

// Fault is a refusal on a form: at the field it belongs to, or on top.
type Fault struct {
	Refusal *schema.Error
	fields  []string // of the form
}

// New is a refusal, which may be nil, on a form with these fields.
func New(e *schema.Error, fields []string) Fault { return Fault{e, fields} }

// On is the refusal if it belongs to that field.
func (f Fault) On(field string) *schema.Error {
	if f.Refusal == nil || f.Refusal.Field != field || !slices.Contains(f.fields, field) {
		return nil
	}
	return f.Refusal
}

// Top is the refusal if it belongs to none of the form's fields.
func (f Fault) Top() *schema.Error {
	if f.Refusal == nil || slices.Contains(f.fields, f.Refusal.Field) {
		return nil
	}
	return f.Refusal
}

// Focus says whether a field is where the page puts the cursor: the one that
// is wrong, else the first.
func (f Fault) Focus(field string) bool {
	if f.Refusal != nil {
		return f.On(field) != nil
	}
	return len(f.fields) > 0 && f.fields[0] == field
}
