package mail

import (
	"cmp"
	"time"
)

// MemberInvitation asks somebody to work at an agency.
type MemberInvitation struct {
	EmailID           string
	FullName, Address string // of the invited person
	Agency, Role      string
	Inviter           string // full name; empty if that member is gone
	InviterEmail      string // may be empty
	ReplyTo           string // of the agency; empty: replies go to the inviter
	Logo              Logo
	Link              string
	ExpiresAt         time.Time
}

// Message writes the invitation.
func (v MemberInvitation) Message() Message {
	agency := shown(v.Agency)
	answers := answersTo(v.Agency, v.ReplyTo, v.Inviter, v.InviterEmail)
	l := letter{
		Subject:   line(cmp.Or(v.Inviter, v.Agency), maxSubjectName) + " invited you to join " + line(v.Agency, maxSubjectName),
		Preheader: "Accept by " + day(v.ExpiresAt) + " to open the workspace.",
		Brand:     agency,
		Badge:     initials(agency),
		Logo:      v.Logo,
		Heading:   "Join " + agency,
		Greeting:  greeting(v.FullName),
		Body: []string{cmp.Or(shown(v.Inviter), agency) + " invited you to " + agency + "’s workspace on " + product + ". You join as " +
			v.role() + ". Choose a password, or sign in with the one you have."},
		Button: "Accept invitation",
		Link:   v.Link,
		Terms:  "This link works once, for " + line(v.Address, maxShownName) + ", until",
		Until:  moment(v.ExpiresAt),
		Help:   answers.help,
		Why: "You’re receiving this because " + cmp.Or(shown(v.Inviter), "somebody") + " at " + agency +
			" entered your address. If that’s a mistake, ignore this email and the invitation will expire by itself.",
	}
	text, html := l.parts()
	return Message{
		EmailID: v.EmailID, ToName: v.FullName, ToAddress: v.Address,
		FromName: line(v.Agency, maxSubjectName) + " via " + product, ReplyToName: answers.name, ReplyToAddress: answers.address,
		Subject: l.Subject, Text: text, HTML: html, Tag: "member-invitation",
	}
}

// role is what the person is to be, with what they may do.
func (v MemberInvitation) role() string {
	switch v.Role {
	case "owner":
		return "an owner: you manage everything and everybody"
	case "admin":
		return "an admin: you manage clients, their people and the settings"
	}
	return "a member: you see its clients and what happens with them"
}
