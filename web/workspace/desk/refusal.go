package desk

import (
	"anteroom/schema"
	"anteroom/web/fault"
)

// Fault is a refusal on a form: at the field it belongs to, or on top.
type Fault = fault.Fault

// Refusal is err as a refusal to show, with its status.
func Refusal(err error) (e *schema.Error, status int, ok bool) { return fault.Refusal(err) }

// NewFault is a refusal, which may be nil, on a form with these fields.
func NewFault(e *schema.Error, fields []string) Fault { return fault.New(e, fields) }
