package schema

import "time"

// The moments of the reminders: one some days after the invitation, one shortly
// before it ends. Where they would fall within a day of each other, or of the
// invitation, only the later is kept.
const (
	remindAfter  = 3 * 24 * time.Hour
	remindBefore = 24 * time.Hour
	remindApart  = 24 * time.Hour
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

// Reminded moves on to the next reminder; of those that were missed meanwhile
// none is made up for.
func (u *ClientUser) Reminded(now time.Time) { u.RemindAt = u.nextReminder(now) }

// StopReminding drops those that are left: the address takes no mail.
func (u *ClientUser) StopReminding() { u.RemindAt = nil }
