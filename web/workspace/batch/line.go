package batch

import (
	"slices"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// line is a line of a draft as the page shows it.
type line struct {
	workspace.DraftLine
	NameFault, EmailFault *schema.Error // of a line to mend
	Focus                 bool
	Note                  desk.Note // of a person who is known here
	Row                   string    // where that person stands
}

func newLines(from []workspace.DraftLine, d *previewPage, zone *time.Location) []line {
	out := make([]line, len(from))
	focused := false
	for i, l := range from {
		out[i] = newLine(l, d, zone)
		if !focused && slices.Contains(d.Bad, l.Number) {
			out[i].Focus, focused = true, true
		}
	}
	return out
}

func newLine(l workspace.DraftLine, d *previewPage, zone *time.Location) line {
	out := line{DraftLine: l}
	if l.Fate == workspace.FateMend {
		c := schema.CheckLine(l.FullName, l.Email)
		out.NameFault, out.EmailFault = c.NameFault, c.EmailFault
	}
	if l.Person != nil {
		out.Note, out.Row = desk.Describe(l.Person, &d.Client, zone), row(d.Client.ID, l.Person)
	}
	return out
}

// Who names the person to somebody who doesn't see the row.
func (l line) Who() string {
	switch {
	case l.FullName != "":
		return l.FullName
	case l.Email != "":
		return l.Email
	}
	return "this line"
}

// Pill is the line's fate in a word or two, with its tone.
func (l line) Pill() [2]string {
	switch l.Fate {
	case workspace.FateInvite:
		return [2]string{"invited", "Will be invited"}
	case workspace.FateInvited:
		return [2]string{"deactivated", "Already invited"}
	case workspace.FateActive:
		return [2]string{"active", "Has access"}
	case workspace.FateExpired:
		return [2]string{"expired", "Expired"}
	case workspace.FateDuplicate:
		return [2]string{"deactivated", "Twice here"}
	case workspace.FateOmitted:
		return [2]string{"deactivated", "Left out"}
	}
	if l.EmailFault == nil {
		return [2]string{"failed", "Bad name"}
	}
	return [2]string{"failed", "Bad address"}
}

// Fault says what is wrong on a line to mend.
func (l line) Fault() string {
	var out []string
	for _, e := range []*schema.Error{l.EmailFault, l.NameFault} {
		if e != nil {
			out = append(out, e.Message)
		}
	}
	return strings.TrimSuffix(strings.Join(out, " "), ".")
}

// Skipped says that nobody is invited from the line, and nothing is to be done
// about it here.
func (l line) Skipped() bool {
	return l.Fate != workspace.FateInvite && l.Fate != workspace.FateMend
}

// Was is the status of a person who is invited again.
func (l line) Was() schema.Status {
	if l.Fate != workspace.FateInvite || l.Person == nil {
		return schema.StatusNone
	}
	return l.Person.Status
}
