package schema

import "time"

// MayRenew says whether Resend or FixEmail is open on a row whose newest email
// is in the given state: while that email is on its way only Revoke is, and
// Resend has its cooldown.
func (u *ClientUser) MayRenew(v Verb, now time.Time, email EmailState) error {
	if err := u.May(v); err != nil {
		return err
	}
	if u.Status == StatusInvited && email.InFlight() {
		e := errInFlight(u.FullName)
		e.ClientUser = u.ID
		return e
	}
	if v == VerbResend && u.ResendAfter.After(now) {
		e := errCooldown(u.FullName, u.ResendAfter.Sub(now))
		e.ClientUser = u.ID
		return e
	}
	return nil
}

// MayClear says whether the address may be taken off the provider's lists for a
// new link to be sent: only where the newest email is barred.
func (u *ClientUser) MayClear(now time.Time, email EmailState, barred bool) error {
	if err := u.MayRenew(VerbResend, now, email); err != nil {
		return err
	}
	if !barred {
		return &Error{Kind: Conflict, Code: "not_suppressed", ClientUser: u.ID,
			Message: "The email provider doesn’t hold back email to " + u.FullName + ". Resend the invitation instead."}
	}
	return nil
}

func errInFlight(name string) *Error {
	return &Error{Kind: Conflict, Code: "email_in_flight",
		Message: "The email to " + name + " is still on its way. Wait until it is sent, or revoke the invitation."}
}

func errCooldown(name string, left time.Duration) *Error {
	return &Error{Kind: TooSoon, Code: "cooldown",
		Message: "An email went to " + name + " a moment ago. You can resend it in " + wait(left) + "."}
}

// wait says a short duration in words, rounded up.
func wait(d time.Duration) string {
	if d <= time.Minute {
		return "a minute"
	}
	return "two minutes"
}

// Allows says whether a page should offer the verb on this row.
func (u *ClientUser) Allows(v Verb, now time.Time, email EmailState) bool {
	status := u.StatusAt(now)
	if v == VerbResend || v == VerbFixEmail {
		c := *u
		c.Status = status
		err := c.MayRenew(v, now, email)
		return err == nil || KindOf(err) == TooSoon
	}
	_, ok := status.Move(v)
	return ok
}
