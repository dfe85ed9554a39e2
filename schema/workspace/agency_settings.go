package workspace

import (
	"context"
	"strconv"
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// AgencySettings reads the agency as it is now, with all that can be set.
func (w *Workspace) AgencySettings(ctx context.Context) (a schema.Agency, err error) {
	err = w.db.GetContext(ctx, &a, `SELECT `+lock.AgencyColumns+` FROM agencies WHERE id = ?`, w.Agency.ID)
	return a, missing(err)
}

// AgencyForm is what a person enters about their agency. ReplyTo may be empty.
type AgencyForm struct {
	Name, ReplyTo, Days string
	Reminders           bool
}

// The bounds of an invitation's lifetime, in days.
const minDays, maxDays = 1, 30

func (f AgencyForm) apply(a *schema.Agency) (err error) {
	if a.Name, err = schema.ParseName("name", "Agency name", f.Name); err != nil {
		return err
	}
	a.ReplyTo = ""
	if strings.TrimSpace(f.ReplyTo) != "" {
		address, err := schema.ParseAddress(f.ReplyTo)
		if err != nil {
			return onField(err, "reply_to")
		}
		a.ReplyTo = address.Typed
	}
	if a.InvitationDays, err = strconv.Atoi(strings.TrimSpace(f.Days)); err != nil || a.InvitationDays < minDays || a.InvitationDays > maxDays {
		return &schema.Error{Kind: schema.Invalid, Field: "days", Code: "days", Message: "Enter a whole number of days from 1 to 30."}
	}
	a.Reminders = f.Reminders
	return nil
}

// onField moves a refusal of input to the form's own name for it.
func onField(err error, field string) error {
	e, ok := err.(*schema.Error)
	if !ok {
		return err
	}
	moved := *e
	moved.Field = field
	return &moved
}

// SaveAgency changes the agency's name and how it invites. The lifetime counts
// for links that are made from now on.
func (w *Workspace) SaveAgency(ctx context.Context, f AgencyForm) error {
	return w.change(ctx, func(tx *store.Tx) error {
		a, err := lock.Agency(tx, w.Agency.ID)
		if err != nil {
			return err
		}
		if err := f.apply(&a); err != nil {
			return err
		}
		_, err = tx.Named(`UPDATE agencies SET name = :name, reply_to = :reply_to, invitation_days = :invitation_days,
			reminders = :reminders WHERE id = :id`, &a)
		return err
	})
}
