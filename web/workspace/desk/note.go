package desk

import (
	"cmp"
	"slices"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
)

// Note is what stands beside a person's status: what happened last, in words.
type Note struct {
	Tone  string // ok, bad, or neither
	Icon  string
	Busy  bool // something is under way
	Parts []Part
}

// Describe says what there is to know about a person of a client.
func Describe(r *workspace.UserRow, c *schema.Client, zone *time.Location) Note {
	t := teller{r.Now, zone}
	switch r.Shown() {
	case schema.StatusInvited:
		return describeEmail(r, t)
	case schema.StatusActive:
		return describeActive(r, t)
	case schema.StatusExpired:
		return Note{Parts: say("Link expired ", t.ago(r.ExpiresAt))}
	}
	return describeEnded(r, c, t)
}

// describeActive leaves out a sign-in from before the person accepted: that
// was somewhere else.
func describeActive(r *workspace.UserRow, t teller) Note {
	switch {
	case r.AcceptedAt == nil:
		return Note{}
	case r.LastSignedInAt != nil && r.LastSignedInAt.After(*r.AcceptedAt):
		return Note{Parts: say("Last signed in ", t.ago(*r.LastSignedInAt))}
	}
	return Note{Parts: say("Accepted ", t.ago(*r.AcceptedAt))}
}

// describeEnded tells those who were removed before from those who went with
// their client. The cascade gives the latter the client's own moment; before it
// came by they have none.
func describeEnded(r *workspace.UserRow, c *schema.Client, t teller) Note {
	withClient := r.ClientDeleted && (r.EndedAt == nil || c.DeletedAt == nil || !r.EndedAt.Before(*c.DeletedAt))
	switch {
	case len(r.StillAt) > 0:
		return Note{Parts: say("Still active at " + some(r.StillAt))}
	case withClient && r.AcceptedAt != nil:
		return Note{Parts: say("Lost access with this client")}
	case withClient:
		return Note{Parts: say("Invitation cancelled with this client")}
	case r.EndedAt == nil:
		return Note{}
	case r.EndedByName == "":
		return Note{Parts: say("Removed on ", t.on(*r.EndedAt))}
	}
	return Note{Parts: say("Removed by "+firstName(r.EndedByName)+" on ", t.on(*r.EndedAt))}
}

// some names the first of many.
func some(names []string) string {
	if more := len(names) - 2; more > 0 {
		return names[0] + ", " + names[1] + " and " + page.Plural(more, "other", "others")
	}
	return page.Enumerate(names)
}

// describeEmail says what became of the newest email to an invited person.
func describeEmail(r *workspace.UserRow, t teller) Note {
	reason, expires := Clause(r.EmailReason), []any{", expires in ", t.in(r.ExpiresAt)}
	switch r.EmailState {
	case schema.EmailQueued:
		return describeQueued(r, t, reason)
	case schema.EmailSending:
		return Note{Busy: true, Parts: say(told(r, "Sending email…", "Sending reminder…"))}
	case schema.EmailHeld:
		return describeHeld(r, t)
	case schema.EmailSent:
		return Note{Icon: "mail", Parts: say(append([]any{told(r, "Sent ", "Reminder sent "), since(r, t)}, expires...)...)}
	case schema.EmailDelivered:
		return Note{Tone: "ok", Icon: "mail-check", Parts: say(append([]any{told(r, "Delivered ", "Reminder delivered "), since(r, t)}, expires...)...)}
	case schema.EmailDelayed:
		return Note{Icon: "clock", Parts: say(slices.Concat(because("Delayed on the way", reason), nextTry(r, t), expires)...)}
	case schema.EmailBounced:
		return bad(because("Bounced", reason))
	case schema.EmailSuppressed:
		if r.EmailCode == schema.CodeUnsubscribed {
			return bad([]any{"Unsubscribed, so the email provider no longer sends to this address"})
		}
		return bad(because("Not delivered", cmp.Or(reason, "the email provider no longer sends to this address")))
	case schema.EmailComplained:
		return bad(because("Marked as spam", reason))
	case schema.EmailFailed:
		return bad(because("Not sent", reason))
	case schema.EmailCancelled:
		return Note{Parts: say("The email was cancelled")}
	}
	return Note{Parts: say("Invited ", t.ago(r.InvitedAt))}
}

// told is what is said of the newest email: other words if it is a reminder.
func told(r *workspace.UserRow, email, reminder string) string {
	if r.EmailKind == schema.EmailInvitationReminder {
		return reminder
	}
	return email
}

// atOnce is how long an email that waits for its worker counts as being sent:
// it mostly takes less than a second.
const atOnce = 15 * time.Second

func describeQueued(r *workspace.UserRow, t teller, reason string) Note {
	switch {
	case reason == "" && r.EmailStateAt != nil && r.Now.Sub(*r.EmailStateAt) < atOnce:
		return Note{Busy: true, Parts: say(told(r, "Sending email…", "Sending reminder…"))}
	case reason == "":
		return Note{Busy: true, Parts: say(told(r, "Waiting to be sent", "Reminder waiting to be sent"))}
	case r.EmailDueAt == nil || !r.EmailDueAt.After(r.Now):
		return Note{Icon: "clock", Parts: say("Trying again now: " + reason)}
	}
	return Note{Icon: "clock", Parts: say("Trying again in ", t.in(*r.EmailDueAt), ": "+reason)}
}

func describeHeld(r *workspace.UserRow, t teller) Note {
	again := []any{" It is sent again soon."}
	if r.EmailDueAt != nil && r.EmailDueAt.After(r.Now) {
		again = []any{" It is sent again in ", t.in(*r.EmailDueAt), "."}
	}
	if r.EmailReason != "" {
		again = append(again, " "+r.EmailReason)
	}
	return Note{Icon: "clock", Parts: say(append([]any{"We don’t know yet whether the email arrived."}, again...)...)}
}

// nextTry says when the provider tries a delayed email again, where it said so and
// it is not over.
func nextTry(r *workspace.UserRow, t teller) []any {
	if r.EmailRetryAt == nil || !r.EmailRetryAt.After(r.Now) {
		return nil
	}
	return []any{", next try in ", t.in(*r.EmailRetryAt)}
}

func since(r *workspace.UserRow, t teller) Part {
	if r.EmailStateAt == nil {
		return t.ago(r.InvitedAt)
	}
	return t.ago(*r.EmailStateAt)
}

func because(what, reason string) []any {
	if reason == "" {
		return []any{what}
	}
	return []any{what + ": " + reason}
}

func bad(pieces []any) Note { return Note{Tone: "bad", Icon: "mail-x", Parts: say(pieces...)} }
