package mail

import "time"

// Confirmation asks somebody who signed up to show that the address is theirs.
type Confirmation struct {
	EmailID, FullName, Address, Link string
	ExpiresAt                        time.Time
}

// Message writes the confirmation. It may reach a stranger whose address
// somebody else typed, so nothing that the typist chose stands in it but a
// first name that is made like one; see greeting.
func (c Confirmation) Message() Message {
	address := line(c.Address, maxShownName)
	l := letter{
		Subject:   "Confirm your email address",
		Preheader: "One click finishes your sign-up.",
		Brand:     product,
		Badge:     initials(product),
		Heading:   "Confirm your email address",
		Greeting:  greeting(c.FullName),
		Body: []string{"You signed up to " + product + " with " + address + ". Confirm that this address is yours: inviting " +
			"clients needs it."},
		Button: "Confirm address",
		Link:   c.Link,
		Terms:  "This link works once, until",
		Until:  moment(c.ExpiresAt),
		Why:    "You’re receiving this because somebody signed up with your address. If it wasn’t you, ignore this email and nothing will happen.",
	}
	text, html := l.parts()
	return Message{
		EmailID: c.EmailID, ToName: firstName(c.FullName), ToAddress: c.Address,
		Subject: l.Subject, Text: text, HTML: html, Tag: "confirm-email",
	}
}
