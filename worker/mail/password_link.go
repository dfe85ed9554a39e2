package mail

import "time"

// PasswordLink lets a person set a password: a new member of an agency the
// first one, anybody else a new one.
type PasswordLink struct {
	EmailID, FullName, Address, Link string
	ExpiresAt                        time.Time
	Welcome                          bool
	Agency                           string // read for Welcome only
}

// Message writes the mail with the link.
func (p PasswordLink) Message() Message {
	l := p.reset()
	tag := "password-reset"
	if p.Welcome {
		l, tag = p.welcome(), "member-welcome"
	}
	l.Greeting = greeting(p.FullName)
	l.Link, l.Until = p.Link, moment(p.ExpiresAt)
	text, html := l.parts()
	return Message{
		EmailID: p.EmailID, ToName: firstName(p.FullName), ToAddress: p.Address,
		Subject: l.Subject, Text: text, HTML: html, Tag: tag,
	}
}

func (p PasswordLink) reset() letter {
	return letter{
		Subject:   "Set a new password",
		Preheader: "The link works once, until " + moment(p.ExpiresAt) + ".",
		Brand:     product,
		Badge:     initials(product),
		Heading:   "Set a new password",
		Body: []string{"Somebody, hopefully you, asked for a new password for " + line(p.Address, maxShownName) + ". Once it is set, " +
			"you are signed out everywhere else."},
		Button: "Set a new password",
		Terms:  "This link works once, until",
		Why:    "If you didn’t ask for this, ignore this email: your password stays as it is.",
	}
}

func (p PasswordLink) welcome() letter {
	agency := shown(p.Agency)
	return letter{
		Subject:   "Join " + line(p.Agency, maxSubjectName) + " on " + product,
		Preheader: "Set a password to open the workspace.",
		Brand:     agency,
		Badge:     initials(agency),
		Heading:   "Welcome to " + agency,
		Body: []string{"You’ve been added to " + agency + "’s workspace on " + product + ", where it plans social posts for its " +
			"clients. Set a password, and you can sign in with " + line(p.Address, maxShownName) + "."},
		Button: "Set a password",
		Terms:  "This link works once, until",
		Why:    "You’re receiving this because somebody at " + agency + " entered your address. If that’s a mistake, ignore this email and the link will expire by itself.",
	}
}
