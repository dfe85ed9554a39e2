package activity

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// line is an event on the list.
type line struct {
	ID     schema.EventID
	Type   schema.EventType
	Icon   string
	Tone   string
	Says   []part
	Small  string
	When   stamp
	URL    string  // that opens it, or closes it if it is open
	Detail *detail // of the open one
}

func newLine(e *workspace.ActivityEvent, at clock, v view) line {
	s := tell(e)
	l := line{ID: e.ID, Type: e.Type, Icon: s.icon, Tone: s.tone, Says: fill(s.says, e), Small: small(e, v), When: at.short(e.OccurredAt)}
	if e.ID == v.Open {
		v = v.Show(schema.EventID{})
		l.URL = v.URL() + "#" + e.ID.String()
	} else {
		l.URL = v.Show(e.ID).URL()
	}
	return l
}

// small is what the sentence leaves out: the address, and the client unless
// the log is narrowed to it or the sentence names it.
func small(e *workspace.ActivityEvent, v view) string {
	u := e.Data.ClientUser
	if u == nil {
		return ""
	}
	parts := []string{u.Email}
	if u.Email == schema.ErasedAddress {
		parts = nil // it says nothing
	}
	if e.OldAddress != "" && len(parts) > 0 {
		parts[0] = "from " + e.OldAddress + " to " + u.Email
	}
	if v.Client.IsZero() && !strings.Contains(tell(e).says, "{client}") {
		parts = append(parts, e.Data.Client.Name)
	}
	return strings.Join(parts, " · ")
}
