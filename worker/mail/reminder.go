package mail

// Reminder asks once more, with the link that the person already has.
type Reminder struct {
	Invitation
	Last bool // no other will come
}

// Message writes the reminder.
func (v Reminder) Message() Message {
	l := v.letter()
	l.Subject = "Reminder: " + l.Subject
	l.Preheader = "Your invitation is open until " + day(v.ExpiresAt) + "."
	l.Heading = "Your " + shown(v.Client) + " portal is waiting for you"
	l.Body = append(l.Body, v.stops())
	l.Terms = "This is the same link as in the email before. It works once, for " + line(v.Address, maxShownName) + ", until"
	return v.message(l, "invitation-reminder")
}

// stops says how the reminding ends.
func (v Reminder) stops() string {
	if v.Last {
		return "You haven’t accepted yet. This is the last reminder."
	}
	return "You haven’t accepted yet. Once you do, no other reminder comes; otherwise there is one more, a day before the link ends."
}
