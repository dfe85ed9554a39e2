package workspace

import (
	"cmp"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// note is what stands beside a person's status: what happened last, in words.
type note struct {
	Tone  string // ok, bad, or neither
	Icon  string
	Busy  bool // something is under way
	Parts []part
}

// describe says what there is to know about a person of a client.
func describe(r *workspace.UserRow, c *schema.Client, zone *time.Location) note {
	t := teller{r.Now, zone}
	switch r.Shown() {
	case schema.StatusInvited:
		return describeEmail(r, t)
	case schema.StatusActive:
		return describeActive(r, t)
	case schema.StatusExpired:
		return note{Parts: say("Link expired ", t.ago(r.ExpiresAt))}
	}
	return describeEnded(r, c, t)
}

// describeActive leaves out a sign-in from before the person accepted: that
// was somewhere else.
func describeActive(r *workspace.UserRow, t teller) note {
	switch {
	case r.AcceptedAt == nil:
		return note{}
	case r.LastSignedInAt != nil && r.LastSignedInAt.After(*r.AcceptedAt):
		return note{Parts: say("Last signed in ", t.ago(*r.LastSignedInAt))}
	}
	return note{Parts: say("Accepted ", t.ago(*r.AcceptedAt))}
}

// describeEnded tells those who were removed before from those who went with
// their client. The cascade gives the latter the client's own moment; before it
// came by they have none.
func describeEnded(r *workspace.UserRow, c *schema.Client, t teller) note {
	withClient := r.ClientDeleted && (r.EndedAt == nil || c.DeletedAt == nil || !r.EndedAt.Before(*c.DeletedAt))
	switch {
	case withClient && r.AcceptedAt != nil:
		return note{Parts: say("Client deleted, access ended")}
	case withClient:
		return note{Parts: say("Client deleted, invitation cancelled")}
	case r.EndedAt == nil:
		return note{}
	case r.EndedByName == "":
		return note{Parts: say("Removed on ", t.on(*r.EndedAt))}
	}
	return note{Parts: say("Removed by "+firstName(r.EndedByName)+" on ", t.on(*r.EndedAt))}
}

// describeEmail says what became of the newest email to an invited person.
func describeEmail(r *workspace.UserRow, t teller) note {
	reason, expires := clause(r.EmailReason), []any{", expires in ", t.in(r.ExpiresAt)}
	switch r.EmailState {
	case schema.EmailQueued:
		return describeQueued(r, t, reason)
	case schema.EmailSending:
		return note{Busy: true, Parts: say("Sending email…")}
	case schema.EmailHeld:
		return describeHeld(r, t)
	case schema.EmailSent:
		return note{Icon: "mail", Parts: say(append([]any{"Sent ", since(r, t)}, expires...)...)}
	case schema.EmailDelivered:
		return note{Tone: "ok", Icon: "mail-check", Parts: say(append([]any{"Delivered ", since(r, t)}, expires...)...)}
	case schema.EmailDelayed:
		return note{Icon: "clock", Parts: say(append(because("Delayed on the way", reason), expires...)...)}
	case schema.EmailBounced:
		return bad(because("Bounced", reason))
	case schema.EmailSuppressed:
		return bad(because("Not delivered", cmp.Or(reason, "the email provider no longer sends to this address")))
	case schema.EmailComplained:
		return bad(because("Marked as spam", reason))
	case schema.EmailFailed:
		return bad(because("Not sent", reason))
	case schema.EmailCancelled:
		return note{Parts: say("The email was cancelled")}
	}
	return note{Parts: say("Invited ", t.ago(r.InvitedAt))}
}

func describeQueued(r *workspace.UserRow, t teller, reason string) note {
	switch {
	case reason == "":
		return note{Busy: true, Parts: say("Waiting to be sent")}
	case r.EmailDueAt == nil || !r.EmailDueAt.After(r.Now):
		return note{Icon: "clock", Parts: say("Trying again now: " + reason)}
	}
	return note{Icon: "clock", Parts: say("Trying again in ", t.in(*r.EmailDueAt), ": "+reason)}
}

func describeHeld(r *workspace.UserRow, t teller) note {
	again := []any{" It is sent again soon."}
	if r.EmailDueAt != nil && r.EmailDueAt.After(r.Now) {
		again = []any{" It is sent again in ", t.in(*r.EmailDueAt), "."}
	}
	if r.EmailReason != "" {
		again = append(again, " "+r.EmailReason)
	}
	return note{Icon: "clock", Parts: say(append([]any{"We don’t know yet whether the email arrived."}, again...)...)}
}

func since(r *workspace.UserRow, t teller) part {
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

func bad(pieces []any) note { return note{Tone: "bad", Icon: "mail-x", Parts: say(pieces...)} }
