package workspace

import (
	"math"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// action is what can be done to a person on the list.
type action struct {
	ID     string // on the page
	Label  string
	Name   string // what it says to somebody who doesn't see the row
	URL    string // of the page that asks, or of the form
	Post   bool
	Danger bool
	Wait   bool // shown, but not yet possible
}

// actions are exactly those that the row allows, the likely one first.
func actions(r *workspace.UserRow, v view) (out []action) {
	if r.ClientDeleted {
		return []action{{ID: "elsewhere-" + r.ID.String(), Label: "Invite to another client", Name: "Invite to another client: " + r.FullName,
			URL: v.User(r.ID, "/elsewhere")}}
	}
	for _, verb := range order(r) {
		if r.Allows(verb) {
			a := offer[verb](r, v)
			a.ID = string(verb) + "-" + r.ID.String()
			out = append(out, a)
		}
	}
	return out
}

// order puts Fix email first where the address is the trouble, and Dismiss
// before it where the link merely ran out. A suppressed address may be right.
func order(r *workspace.UserRow) []schema.Verb {
	fixFirst := []schema.Verb{schema.VerbFixEmail, schema.VerbResend, schema.VerbRevoke}
	switch {
	case r.Shown() == schema.StatusExpired:
		return []schema.Verb{schema.VerbResend, schema.VerbDismiss, schema.VerbFixEmail}
	case r.EmailState == schema.EmailBounced, r.EmailState == schema.EmailFailed, r.EmailState == schema.EmailComplained:
		return fixFirst
	}
	return []schema.Verb{schema.VerbResend, schema.VerbFixEmail, schema.VerbRevoke, schema.VerbRemove, schema.VerbInvite}
}

var offer = map[schema.Verb]func(*workspace.UserRow, view) action{
	schema.VerbResend: resendAction,
	schema.VerbFixEmail: func(r *workspace.UserRow, v view) action {
		return action{Label: "Fix email", Name: "Fix email for " + r.FullName, URL: v.User(r.ID, "/address")}
	},
	schema.VerbRevoke: func(r *workspace.UserRow, v view) action {
		return action{Label: "Revoke", Name: "Revoke the invitation to " + r.FullName, URL: v.User(r.ID, "/revocation"), Post: true}
	},
	schema.VerbDismiss: func(r *workspace.UserRow, v view) action {
		return action{Label: "Dismiss", Name: "Dismiss the expired invitation to " + r.FullName, URL: v.User(r.ID, "/dismissal"), Post: true}
	},
	schema.VerbRemove: func(r *workspace.UserRow, v view) action {
		return action{Label: "Remove", Name: "Remove " + r.FullName, URL: v.User(r.ID, "/removal"), Danger: true}
	},
	schema.VerbInvite: func(r *workspace.UserRow, v view) action {
		return action{Label: "Invite again", Name: "Invite again: " + r.FullName, URL: v.User(r.ID, "/invitations"), Post: true}
	},
}

// resendAction asks first where the email provider holds the address back: it
// would drop a mere resend.
func resendAction(r *workspace.UserRow, v view) action {
	a := action{Label: "Resend", Name: "Resend the invitation to " + r.FullName, URL: v.User(r.ID, "/resends"), Post: true}
	if r.Barred() {
		a = action{Label: "Clear and resend", Name: "Clear the address of " + r.FullName + " and resend the invitation", URL: v.User(r.ID, "/clearing")}
	}
	if wait := r.Cooldown(); wait > 0 {
		in := " in " + desk.Amount(wait, math.Ceil)
		a.Label, a.Name, a.Wait = a.Label+in, a.Label+in+": the invitation to "+r.FullName, true
	}
	return a
}
