package activity

import (
	"fmt"
	"math"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// detail is what the open event shows.
type detail struct {
	Title   string
	Steps   []step
	Actions []action
	Facts   []fact
}

// fact is a line of what there is to know about the event.
type fact struct {
	Name, Value string
	Code        bool
	URL         string
}

// action leads to the place where something can be done about it.
type action struct{ Label, Name, URL string }

func newDetail(h *workspace.History, at clock, manages bool) *detail {
	d := &detail{Title: "This client", Steps: steps(h, at), Facts: facts(h, at, manages)}
	if h.Event.Data.Endpoint != nil {
		d.Title = "This endpoint"
	}
	if h.Person != nil {
		d.Title = "This invitation’s email"
		if manages {
			d.Actions = actions(h.Person)
		}
	}
	return d
}

func facts(h *workspace.History, at clock, manages bool) []fact {
	e := &h.Event
	if p := e.Data.Endpoint; p != nil {
		there := fact{Name: "Endpoint", Value: p.Name}
		if manages {
			there.URL = "/settings/webhooks/" + p.ID.String()
		}
		return []fact{{Name: "Event", Value: e.ID.String(), Code: true}, {Name: "ID", Value: p.ID.String(), Code: true}, there,
			{Name: "Sequence", Value: fmt.Sprintf("%d of %d for this endpoint", e.Sequence, h.Length())}, {Name: "By", Value: actor(e)}}
	}
	client := fact{Name: "Client", Value: e.Data.Client.Name, URL: row(e.ClientID, e.ClientID.String())}
	out := []fact{{Name: "Event", Value: e.ID.String(), Code: true}}
	whose := "client"
	if h.Person != nil {
		whose = "person"
		client.URL = row(e.ClientID, h.Person.ID.String())
		out = append(out, fact{Name: "Person", Value: h.Person.ID.String(), Code: true})
	} else {
		out = append(out, fact{Name: "ID", Value: e.ClientID.String(), Code: true})
	}
	out = append(out, client, fact{Name: "Sequence", Value: fmt.Sprintf("%d of %d for this %s", e.Sequence, h.Length(), whose)})
	if h.Person != nil {
		out = append(out, fact{Name: "Link", Value: link(h.Person, at)})
	}
	return append(out, fact{Name: "By", Value: actor(e)})
}

// row is the address of a client's people, at one of them.
func row(c schema.ClientID, at string) string {
	return "/settings/clients?users=" + c.String() + "#" + at
}

// link says which of the person's links is the present one, and how it stands.
func link(r *workspace.UserRow, at clock) string {
	which := ordinal(r.Generation) + " link, "
	switch r.Shown() {
	case schema.StatusInvited:
		return which + "expires in " + desk.Amount(r.ExpiresAt.Sub(at.now), math.Round)
	case schema.StatusExpired:
		return which + "expired " + at.ago(r.ExpiresAt)
	case schema.StatusActive:
		return which + "used"
	}
	return which + "no longer works"
}

// ordinal counts in words as far as they are short.
func ordinal(n uint32) string {
	if n >= 1 && n <= 3 {
		return [...]string{"First", "Second", "Third"}[n-1]
	}
	end := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprint(n, end)
}

// actions are what the person's row allows now, the likely one first. They
// lead to the row, where they are done.
func actions(r *workspace.UserRow) (out []action) {
	order := []schema.Verb{schema.VerbResend, schema.VerbFixEmail, schema.VerbRevoke}
	if r.EmailState == schema.EmailBounced || r.EmailState == schema.EmailFailed || r.EmailState == schema.EmailComplained {
		order[0], order[1] = order[1], order[0]
	}
	labels := map[schema.Verb]string{schema.VerbResend: "Resend", schema.VerbFixEmail: "Fix email", schema.VerbRevoke: "Revoke"}
	if r.EmailState.Barred() {
		labels[schema.VerbResend] = "Clear and resend"
	}
	for _, v := range order {
		if r.Allows(v) && (v != schema.VerbResend || r.Cooldown() == 0) {
			out = append(out, action{labels[v], labels[v] + ", at the row of " + r.FullName, row(r.ClientID, r.ID.String())})
		}
	}
	return out
}
