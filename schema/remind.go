package schema

import "time"

// The moments of the reminders: one some days after the invitation, one shortly
// before it ends. Where they would fall within a day of each other, or of the
// invitation, only the later is kept.
const (
	remindAfter  = 3 * 24 * time.Hour
	remindBefore = 24 * time.Hour
	remindApart  = 24 * time.Hour
	// remindGap is the least between the two when the first was late.
	remindGap = 12 * time.Hour
	// remindPause is how long a reminder waits for the email before it.
	remindPause = 10 * time.Minute
)

// nextReminder is the first reminder of the present link after a moment; nil
// when none is left. There are two at most.
func (u *ClientUser) nextReminder(after time.Time) *time.Time {
	last := u.ExpiresAt.Add(-remindBefore)
	if last.Sub(u.InvitedAt) < remindApart {
		return nil
	}
	if first := u.InvitedAt.Add(remindAfter); first.After(after) && last.Sub(first) >= remindApart {
		return &first
	}
	if last.After(after) {
		return &last
	}
	return nil
}

// Remind decides about a reminder whose moment has come, and moves the row on
// to the next one; of those that were missed meanwhile none is made up for.
// wanted says whether the agency sends any; email is the state of the newest
// email. It reports whether a reminder is to be written now.
func (u *ClientUser) Remind(now time.Time, wanted bool, email EmailState) bool {
	next := u.nextReminder(now)
	switch {
	case u.Status != StatusInvited, u.Stale(now), email.undeliverable():
		next = nil
	case !wanted, next != nil && next.Sub(now) < remindGap:
	case email.Owes():
		// Nobody gets two mails at once, nor a reminder of one that may never
		// have gone out.
		if at := now.Add(remindPause); at.Before(u.ExpiresAt) {
			next = &at
		} else {
			next = nil
		}
	default:
		u.RemindAt, u.ResendAfter = next, now.Add(ResendCooldown)
		return true
	}
	u.RemindAt = next
	return false
}

// undeliverable says that the address takes no mail, or wants none.
func (s EmailState) undeliverable() bool {
	return s == EmailBounced || s == EmailSuppressed || s == EmailComplained || s == EmailFailed
}
