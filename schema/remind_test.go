package schema_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/schema"
)

const day = 24 * time.Hour

func invitedFor(days int) *schema.ClientUser {
	u := &schema.ClientUser{FullName: "Ines Duarte"}
	if err := u.Invite(noon, time.Duration(days)*day, priya); err != nil {
		panic(err)
	}
	return u
}

// reminders plays an invitation through: a sweep comes at every moment that is
// due, the first one late by so much, the others by that; the mail before it was
// delivered.
func reminders(u *schema.ClientUser, late, then time.Duration) (at []time.Duration) {
	for range 10 {
		if u.RemindAt == nil {
			return at
		}
		now := u.RemindAt.Add(late)
		late = then
		if u.Remind(now, true, schema.EmailDelivered) {
			at = append(at, now.Sub(noon))
		}
	}
	return append(at, -1) // it never ends
}

func TestAnInvitationIsRemindedOfAfterThreeDaysAndADayBeforeItsEnd(t *testing.T) {
	t.Parallel()
	for days := 1; days <= 30; days++ {
		var want []time.Duration
		last := time.Duration(days-1) * day
		switch {
		case days >= 5:
			want = []time.Duration{3 * day, last}
		case days >= 2:
			want = []time.Duration{last}
		}
		if got := reminders(invitedFor(days), 0, 0); !slices.Equal(got, want) {
			t.Errorf("%d days: reminders after %v, want %v", days, got, want)
		}
	}
}

func TestLateSweepsRemindAtMostTwiceNeverInARowAndNeverAfterTheEnd(t *testing.T) {
	t.Parallel()
	for days := 1; days <= 30; days++ {
		for late := time.Duration(0); late <= 31*day; late += 3 * time.Hour {
			for _, then := range []time.Duration{0, late} {
				got := reminders(invitedFor(days), late, then)
				if len(got) > 2 {
					t.Errorf("%d days, sweeps %s and %s late: %v", days, late, then, got)
				}
				for i, at := range got {
					if at >= time.Duration(days)*day || at < day {
						t.Errorf("%d days, sweeps %s and %s late: one comes after %s", days, late, then, at)
					}
					if i > 0 && at-got[i-1] < 12*time.Hour {
						t.Errorf("%d days, sweeps %s and %s late: two come in a row: %v", days, late, then, got)
					}
				}
			}
		}
	}
}

func TestWhatIsMissedIsNotMadeUpFor(t *testing.T) {
	t.Parallel()
	u := invitedFor(7)
	if !u.Remind(noon.Add(6*day+time.Hour), true, schema.EmailDelivered) || u.RemindAt != nil {
		t.Errorf("after the moments of both, one is due and then none: %v", u.RemindAt)
	}
	u = invitedFor(7)
	if u.Remind(noon.Add(6*day-time.Hour), true, schema.EmailDelivered) || !u.RemindAt.Equal(noon.Add(6*day)) {
		t.Errorf("an hour before the last, that one is waited for: %v", u.RemindAt)
	}
}

func TestTheStateOfTheNewestEmailDecidesAboutAReminder(t *testing.T) {
	t.Parallel()
	three, never := noon.Add(3*day), time.Time{}
	for _, email := range emailStates {
		for name, c := range map[string]struct {
			wanted bool
			now    time.Time
			sends  bool
			next   time.Time
		}{
			"wanted": {true, three, true, noon.Add(6 * day)},
			"off":    {false, three, false, noon.Add(6 * day)},
			"stale":  {true, noon.Add(7 * day), false, never},
		} {
			switch email {
			case schema.EmailBounced, schema.EmailSuppressed, schema.EmailComplained, schema.EmailFailed:
				c.sends, c.next = false, never
			case schema.EmailQueued, schema.EmailSending, schema.EmailHeld:
				if c.sends {
					c.sends, c.next = false, three.Add(10*time.Minute)
				}
			}
			u := invitedFor(7)
			before := *u
			got, next := u.Remind(c.now, c.wanted, email), never
			if u.RemindAt != nil {
				next = *u.RemindAt
			}
			if got != c.sends || !next.Equal(c.next) {
				t.Errorf("%s, email %q: sends %v, then %s; want %v, then %s", name, email, got, next, c.sends, c.next)
			}
			if got == u.ResendAfter.Equal(before.ResendAfter) {
				t.Errorf("%s, email %q: sends %v, the cooldown goes from %s to %s", name, email, got, before.ResendAfter, u.ResendAfter)
			}
			if u.Generation != before.Generation || u.ExpiresAt != before.ExpiresAt || u.EventSeq != before.EventSeq {
				t.Errorf("%s, email %q: the invitation itself has changed: %+v", name, email, u)
			}
		}
	}
}

func TestAReminderDoesNotWaitBeyondTheEnd(t *testing.T) {
	t.Parallel()
	u := invitedFor(7)
	for n := 0; u.RemindAt != nil; n++ {
		if n > 1000 || !u.RemindAt.Before(u.ExpiresAt) {
			t.Fatalf("after %d looks it still waits, for %s", n, u.RemindAt)
		}
		if u.Remind(*u.RemindAt, true, schema.EmailHeld) {
			t.Fatal("it goes out beside a held mail")
		}
	}
}

func TestWhateverEndsAnInvitationEndsItsReminders(t *testing.T) {
	t.Parallel()
	for verb, apply := range do {
		u := invitedFor(7)
		if u.May(verb) != nil {
			continue
		}
		if err := apply(u); err != nil {
			t.Fatal(err)
		}
		if (u.RemindAt != nil) != (u.Status == schema.StatusInvited) {
			t.Errorf("after %s it is %s with a reminder at %v", verb, u.Status, u.RemindAt)
		}
	}
}

// Reminders go out by the hundred: they wait behind what a person waits for.
func TestARemindersMailWaitsWithTheBulk(t *testing.T) {
	if got := schema.EmailInvitationReminder.Work(); got != schema.WorkInvitationSendBulk {
		t.Errorf("it is work %d", got)
	}
}
