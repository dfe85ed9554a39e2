package mail

import "cmp"

// Reminder asks once more, with the link that the person already has.
type Reminder struct {
	Invitation
	Last bool // no other will come
}

// Message writes the reminder.
func (v Reminder) Message() Message {
	agency, client := shown(v.Agency), shown(v.Client)
	answers := answersTo(v.Agency, v.ReplyTo, v.Inviter, v.InviterEmail)
	l := letter{
		Subject:   "Reminder: " + v.subject(),
		Preheader: "Your invitation is open until " + day(v.ExpiresAt) + ".",
		Brand:     agency,
		Badge:     initials(agency),
		Logo:      v.Logo,
		Heading:   "Your " + client + " portal is waiting for you",
		Greeting:  greeting(v.FullName),
		Body:      append(v.body(agency, client), v.stops()),
		Button:    "Accept invitation",
		Link:      v.Link,
		Terms:     "This is the same link as in the email before. It works once, for " + line(v.Address, maxShownName) + ", until",
		Until:     moment(v.ExpiresAt),
		Help:      answers.help,
		Why: "You’re receiving this because " + cmp.Or(shown(v.Inviter), "somebody") + " entered your address in " +
			agency + "’s workspace. If that’s a mistake, ignore it and the invitation will expire by itself.",
	}
	text, html := l.parts()
	return Message{
		EmailID: v.EmailID, ToName: v.FullName, ToAddress: v.Address,
		FromName: line(v.Agency, maxSubjectName) + " via " + product, ReplyToName: answers.name, ReplyToAddress: answers.address,
		Subject: l.Subject, Text: text, HTML: html, Tag: "invitation-reminder",
	}
}

// stops says how the reminding ends.
func (v Reminder) stops() string {
	if v.Last {
		return "You haven’t accepted yet. This is the last reminder."
	}
	return "You haven’t accepted yet. Once you do, no other reminder comes; otherwise there is one more, a day before the link ends."
}
