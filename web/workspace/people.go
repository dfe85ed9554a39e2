package workspace

import (
	"math"
	"time"

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
	switch wait := u.Cooldown(); {
	case p.Note.Busy:
		r.again(busyAgain)
	case wait > 0 && u.Allows(schema.VerbResend):
		r.again(wait + time.Second) // its Resend is possible then
	}
	return p
}

// busyAgain is how soon a row with an email on its way is asked for again. The
// server tells of the end, but an answer that was made before and comes after
// would stand there for good.
const busyAgain = 3 * time.Second

// again asks for the row again by then.
func (r *row) again(in time.Duration) {
	s := int(math.Ceil(in.Seconds()))
	if r.Again == 0 || s < r.Again {
		r.Again = s
	}
}
