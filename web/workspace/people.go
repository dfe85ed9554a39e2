package workspace

import (
	"math"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// person is a line of the expanded list.
type person struct {
	workspace.UserRow
	Note    desk.Note
	Actions []action
	Refusal *schema.Error // of what was just tried
	View    view
}

func (r *row) newPerson(u *workspace.UserRow) person {
	p := person{UserRow: *u, Note: desk.Describe(u, &r.Client, r.Zone), View: r.View}
	if r.Manages {
		p.Actions = actions(u, r.View)
	}
	// Its Resend is possible then.
	if wait := u.Cooldown(); wait > 0 && u.Allows(schema.VerbResend) {
		in := int(math.Ceil(wait.Seconds())) + 1
		if r.Again == 0 || in < r.Again {
			r.Again = in
		}
	}
	return p
}
