package mail

import "time"

// SignUp asks somebody who signed up to finish it, and so to show that the
// address is theirs.
type SignUp struct {
	EmailID, FullName, Address, Link string
	ExpiresAt                        time.Time
}

// Message writes the mail. It may reach a stranger whose address somebody else
// typed, so the agency's name, which the typist chose too, does not stand in
// it; see Confirmation.
func (s SignUp) Message() Message {
	l := letter{
		Subject:   "Finish creating your agency",
		Preheader: "One last step on " + product + ".",
		Brand:     product,
		Badge:     initials(product),
		Heading:   "Finish creating your agency",
		Greeting:  greeting(s.FullName),
		Body: []string{"You signed up to " + product + " with " + line(s.Address, maxShownName) + ". Open the link, enter your " +
			"password once more, and your agency is there."},
		Button: "Finish signing up",
		Link:   s.Link,
		Terms:  "This link works once, until",
		Until:  moment(s.ExpiresAt),
		Why:    "You’re receiving this because somebody signed up with your address. If it wasn’t you, ignore this email: no account is made, and nobody can use your address.",
	}
	text, html := l.parts()
	return Message{
		EmailID: s.EmailID, ToName: firstName(s.FullName), ToAddress: s.Address,
		Subject: l.Subject, Text: text, HTML: html, Tag: "sign-up",
	}
}
