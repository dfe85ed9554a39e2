package desk

import (
	"strings"
	"testing"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func before(d time.Duration) *time.Time { at := noon.Add(-d); return &at }

func (n Note) words() string {
	var b strings.Builder
	for _, p := range n.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

func mailed(state schema.EmailState, reason string, due *time.Time) workspace.UserRow {
	r := workspace.UserRow{EmailState: state, EmailReason: reason, EmailStateAt: before(3 * time.Minute), EmailDueAt: due, Now: noon}
	r.Status, r.ExpiresAt, r.InvitedAt = schema.StatusInvited, noon.Add(7*24*time.Hour-time.Minute), *before(time.Hour)
	return r
}

func retried(r workspace.UserRow, in time.Duration) workspace.UserRow {
	r.EmailRetryAt = before(-in)
	return r
}

func coded(r workspace.UserRow, code string) workspace.UserRow {
	r.EmailCode = code
	return r
}

func TestEveryEmailStateIsSaidInWords(t *testing.T) {
	unreachable := "The email provider could not be reached, so the message will be tried again."
	for _, one := range []struct {
		row        workspace.UserRow
		tone, want string
	}{
		{mailed(schema.EmailQueued, "", before(0)), "", "Waiting to be sent"},
		{mailed(schema.EmailQueued, unreachable, before(-10*time.Minute)), "", "Trying again in 10 min: the email provider could not be reached, so the message will be tried again"},
		{mailed(schema.EmailQueued, unreachable, before(time.Minute)), "", "Trying again now: the email provider could not be reached, so the message will be tried again"},
		{mailed(schema.EmailSending, "", before(-time.Second)), "", "Sending email…"},
		{mailed(schema.EmailHeld, "It timed out.", before(-8*time.Minute)), "", "We don’t know yet whether the email arrived. It is sent again in 8 min. It timed out."},
		{mailed(schema.EmailHeld, "", before(time.Minute)), "", "We don’t know yet whether the email arrived. It is sent again soon."},
		{mailed(schema.EmailSent, "", nil), "", "Sent 3 min ago, expires in 7 days"},
		{mailed(schema.EmailDelivered, "", nil), "ok", "Delivered 3 min ago, expires in 7 days"},
		{mailed(schema.EmailDelayed, "mailbox busy", nil), "", "Delayed on the way: mailbox busy, expires in 7 days"},
		{retried(mailed(schema.EmailDelayed, "The mailbox is full.", nil), 10*time.Minute), "", "Delayed on the way: the mailbox is full, next try in 10 min, expires in 7 days"},
		{retried(mailed(schema.EmailDelayed, "", nil), -time.Minute), "", "Delayed on the way, expires in 7 days"},
		{mailed(schema.EmailBounced, "No such address.", nil), "bad", "Bounced: no such address"},
		{mailed(schema.EmailBounced, "Their mail server said: “550 go away”.", nil), "bad", "Bounced: their mail server said: “550 go away”"},
		{mailed(schema.EmailSuppressed, "They unsubscribed, so the email provider no longer sends to this address.", nil), "bad", "Not delivered: they unsubscribed, so the email provider no longer sends to this address"},
		{coded(mailed(schema.EmailSuppressed, "They unsubscribed, so the email provider no longer sends to this address.", nil), schema.CodeUnsubscribed), "bad", "Unsubscribed, so the email provider no longer sends to this address"},
		{mailed(schema.EmailSuppressed, "", nil), "bad", "Not delivered: the email provider no longer sends to this address"},
		{mailed(schema.EmailComplained, "", nil), "bad", "Marked as spam"},
		{mailed(schema.EmailFailed, "The email provider refused the message.", nil), "bad", "Not sent: the email provider refused the message"},
		{mailed(schema.EmailCancelled, "", nil), "", "The email was cancelled"},
		{mailed("", "", nil), "", "Invited 1 hour ago"},
	} {
		got := Describe(&one.row, &schema.Client{}, time.UTC)
		if got.words() != one.want || got.Tone != one.tone {
			t.Errorf("%s: %q (%s), want %q (%s)", one.row.EmailState, got.words(), got.Tone, one.want, one.tone)
		}
	}
}

func TestAReminderIsCalledOne(t *testing.T) {
	for state, want := range map[schema.EmailState]string{
		schema.EmailQueued:    "Reminder waiting to be sent",
		schema.EmailSending:   "Sending reminder…",
		schema.EmailSent:      "Reminder sent 2 hours ago, expires in 1 day",
		schema.EmailDelivered: "Reminder delivered 2 hours ago, expires in 1 day",
		schema.EmailBounced:   "Bounced",
	} {
		row := mailed(state, "", nil)
		row.EmailKind, row.EmailStateAt, row.ExpiresAt = schema.EmailInvitationReminder, before(2*time.Hour), noon.Add(24*time.Hour)
		if got := Describe(&row, &schema.Client{}, time.UTC).words(); got != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
	}
}

func TestEveryOtherStatusIsSaidInWords(t *testing.T) {
	day := 24 * time.Hour
	gone := &schema.Client{DeletedAt: before(day)}
	for _, one := range []struct {
		name   string
		row    workspace.UserRow
		client *schema.Client
		want   string
	}{
		{"signed in since", withStatus(schema.StatusActive, before(2*day), before(2*time.Hour), nil), nil, "Last signed in 2 hours ago"},
		{"signed in elsewhere before", withStatus(schema.StatusActive, before(2*day), before(3*day), nil), nil, "Accepted 2 days ago"},
		{"never since", withStatus(schema.StatusActive, before(30*time.Second), nil, nil), nil, "Accepted just now"},
		{"stale", stale(3 * day), nil, "Link expired 3 days ago"},
		{"removed", withStatus(schema.StatusDeactivated, before(30*day), nil, before(20*day)), nil, "Removed by Priya on 3 November"},
		{"removed last year", withStatus(schema.StatusDeactivated, before(500*day), nil, before(400*day)), nil, "Removed by Priya on 19 October 2025"},
		{"lost with the client", withStatus(schema.StatusDeactivated, before(30*day), nil, before(day)), gone, "Lost access with this client"},
		{"cascade still to come", withStatus(schema.StatusActive, before(30*day), nil, nil), gone, "Lost access with this client"},
		{"invited at a deleted client", stale(-day), gone, "Invitation cancelled with this client"},
		{"removed before its client", withStatus(schema.StatusDeactivated, before(30*day), nil, before(20*day)), gone, "Removed by Priya on 3 November"},
	} {
		c := one.client
		if c == nil {
			c = &schema.Client{}
		}
		one.row.ClientDeleted = c.Deleted()
		if got := Describe(&one.row, c, time.UTC).words(); got != one.want {
			t.Errorf("%s: %q, want %q", one.name, got, one.want)
		}
	}
}

func withStatus(s schema.Status, accepted, signedIn, ended *time.Time) workspace.UserRow {
	r := workspace.UserRow{EndedByName: "Priya Nair", LastSignedInAt: signedIn, Now: noon}
	r.Status, r.AcceptedAt, r.EndedAt = s, accepted, ended
	return r
}

func stale(ago time.Duration) workspace.UserRow {
	r := mailed(schema.EmailSent, "", nil)
	r.ExpiresAt = *before(ago)
	return r
}

func TestAMomentNamesItsZone(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	p := teller{noon, paris}.ago(*before(time.Hour))
	if p.At != "2026-11-23T11:00:00Z" || p.Title != "Monday 23 November 2026 at 12:00 CET" {
		t.Errorf("%+v", p)
	}
}

func TestAnAmountIsSaidInItsLargestUnit(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 min", 59*time.Minute + 50*time.Second: "1 hour", 90 * time.Minute: "2 hours",
		23*time.Hour + 50*time.Minute: "1 day", 7*24*time.Hour - time.Second: "7 days", 30 * 24 * time.Hour: "30 days",
	} {
		if got := (teller{noon, time.UTC}).in(noon.Add(d)); got.Text != want {
			t.Errorf("%s: %q, want %q", d, got.Text, want)
		}
	}
}
