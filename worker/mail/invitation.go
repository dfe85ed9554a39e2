package mail

import (
	"cmp"
	"time"
)

// Invitation asks a person at a client into that client's portal.
type Invitation struct {
	EmailID           string
	FullName, Address string // of the invited person
	Agency, Client    string
	Inviter           string // full name; empty if that member is gone
	InviterEmail      string // may be empty
	ReplyTo           string // of the agency; empty: replies go to the inviter
	Logo              Logo
	Link              string
	ExpiresAt         time.Time
	Resent            bool // sent once more; links older than this one are dead
}

// Message writes the invitation.
func (v Invitation) Message() Message { return v.message(v.letter(), v.tag()) }

// letter is what a first invitation says; a reminder changes some of it.
func (v Invitation) letter() letter {
	agency, client := shown(v.Agency), shown(v.Client)
	return letter{
		Subject:   v.subject(),
		Preheader: "Accept by " + day(v.ExpiresAt) + " to see what’s going out and share photos and videos.",
		Brand:     agency,
		Badge:     initials(agency),
		Logo:      v.Logo,
		Heading:   "Your " + client + " portal is ready",
		Greeting:  greeting(v.FullName),
		Body:      v.body(agency, client),
		Button:    "Accept invitation",
		Link:      v.Link,
		Terms:     "This link works once, for " + line(v.Address, maxShownName) + ", until",
		Until:     moment(v.ExpiresAt),
		Help:      v.answers().help,
		Why: "You’re receiving this because " + cmp.Or(shown(v.Inviter), "somebody") + " entered your address in " +
			agency + "’s workspace. If that’s a mistake, ignore it and the invitation will expire by itself.",
	}
}

func (v Invitation) message(l letter, tag string) Message {
	text, html := l.parts()
	to := v.answers()
	return Message{
		EmailID: v.EmailID, ToName: v.FullName, ToAddress: v.Address,
		FromName: line(v.Agency, maxSubjectName) + " via " + product, ReplyToName: to.name, ReplyToAddress: to.address,
		Subject: l.Subject, Text: text, HTML: html, Tag: tag,
	}
}

func (v Invitation) answers() answers {
	return answersTo(v.Agency, v.ReplyTo, v.Inviter, v.InviterEmail)
}

func (v Invitation) subject() string {
	who, client := v.Inviter, line(v.Client, maxSubjectName)
	if who == "" {
		who = v.Agency
	}
	return line(who, maxSubjectName) + " invited you to the " + client + " portal"
}

func (v Invitation) body(agency, client string) []string {
	who := agency
	if v.Inviter != "" {
		who = shown(v.Inviter) + " at " + agency
	}
	what := []string{who + " invited you to the client portal for " + client + ". Choose a password, or sign in with the " +
		"one you have, and you’ll be able to see what’s going out each week, share photos and videos, and connect your social accounts."}
	if v.Resent {
		what = append(what, "This is the newest link. Older ones no longer work.")
	}
	return what
}

func (v Invitation) tag() string {
	if v.Resent {
		return "invitation-resend"
	}
	return "invitation"
}
