package activity

import (
	"fmt"
	"slices"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// step is one entry of a history.
type step struct {
	What []part
	Here bool   // it is the open event
	Tone string // ok, bad or none
	When stamp
	More string
	at   time.Time
}

// steps tells a subject's events in order, and beside them what became of
// emails without an event of its own.
func steps(h *workspace.History, at clock) (out []step) {
	mails := map[schema.EmailID]*schema.Email{}
	for i := range h.Emails {
		mails[h.Emails[i].ID] = &h.Emails[i]
	}
	for i := range h.Events {
		e := &h.Events[i]
		s := tell(e)
		one := step{What: plain(fill(s.brief, e)), Here: e.ID == h.Event.ID, at: e.OccurredAt}
		if s.tone != "plain" {
			one.Tone = s.tone
		}
		if e.OldAddress != "" && e.Data.ClientUser != nil {
			one.More = "From " + e.OldAddress + " to " + e.Data.ClientUser.Email
		}
		if e.Data.Email != nil {
			if m := mails[e.Data.Email.ID]; m != nil {
				if m.Kind == schema.EmailInvitationReminder {
					one.What = []part{{Text: mailWords(m.Kind, e.Data.Email.State, e.Data.Email.Code)}}
				}
				one.Tone, one.More = mailTone[e.Data.Email.State], about(m, e.Data.Email.State, e.Data.Email.Reason, at)
				if m.State == e.Data.Email.State {
					delete(mails, m.ID)
				}
			}
		}
		out = append(out, one)
	}
	for i := range h.Emails {
		if m := &h.Emails[i]; mails[m.ID] != nil {
			out = append(out, step{What: []part{{Text: mailWords(m.Kind, m.State, m.Code)}}, Tone: mailTone[m.State], More: about(m, m.State, m.Reason, at), at: m.StateAt})
		}
	}
	slices.SortStableFunc(out, func(a, b step) int { return a.at.Compare(b.at) })
	for i := range out {
		out[i].When = at.exact(out[i].at, h.Event.OccurredAt)
	}
	return out
}

// plain takes the emphasis from names: here the step of the event has it.
func plain(parts []part) []part {
	for i := range parts {
		parts[i].Name = false
	}
	return parts
}

var mailTone = map[schema.EmailState]string{
	schema.EmailSent: "ok", schema.EmailDelivered: "ok",
	schema.EmailBounced: "bad", schema.EmailSuppressed: "bad", schema.EmailComplained: "bad", schema.EmailFailed: "bad",
}

// mailWords say where an email stands.
func mailWords(kind schema.EmailKind, state schema.EmailState, code string) string {
	what := map[schema.EmailState]string{
		schema.EmailQueued: "waiting to be sent", schema.EmailSending: "being sent", schema.EmailHeld: "held: nobody knows yet whether it went out",
		schema.EmailSent: "sent", schema.EmailDelivered: "delivered", schema.EmailDelayed: "delayed", schema.EmailBounced: "bounced, for good",
		schema.EmailSuppressed: "not delivered", schema.EmailComplained: "marked as spam", schema.EmailFailed: "not sent", schema.EmailCancelled: "cancelled",
	}[state]
	if unsubscribed(state, code) {
		what = "delivered, and then unsubscribed from"
	}
	if kind == schema.EmailInvitationReminder {
		return "Reminder " + what
	}
	return "Email " + what
}

func unsubscribed(state schema.EmailState, code string) bool {
	return state == schema.EmailSuppressed && code == schema.CodeUnsubscribed
}

// about says where an email went, how often it was tried, and why it stands as
// it does.
func about(m *schema.Email, state schema.EmailState, reason string, at clock) string {
	out := "To " + m.Address + "."
	switch {
	case state == schema.EmailSent && m.Attempt == 1:
		out += " Accepted by the mail provider on the first try."
	case state == schema.EmailSent:
		out += fmt.Sprintf(" Accepted by the mail provider on try %d.", m.Attempt)
	case m.Attempt > 1:
		out += fmt.Sprintf(" Tried %d times.", m.Attempt)
	}
	if reason != "" {
		out += " " + reason
	}
	if m.State == state && (state == schema.EmailQueued || state == schema.EmailHeld) && m.DueAt != nil && m.DueAt.After(at.now) {
		out += " Next try at " + at.exact(*m.DueAt, at.now).Text + "."
	}
	if m.State == state && m.RetryAt != nil && m.RetryAt.After(at.now) {
		out += " The provider tries again at " + at.exact(*m.RetryAt, at.now).Text + "."
	}
	return out
}
