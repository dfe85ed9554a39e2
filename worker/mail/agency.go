package mail

import "cmp"

// Logo is an agency's logo in its mails; zero without one. Many programs show
// it only when asked to, and the agency's name until then.
type Logo struct {
	URL           string
	Width, Height int // CSS pixels
}

// answers is where replies to an invitation go, and what the mail says of it.
type answers struct{ name, address, help string }

func answersTo(agency, replyTo, inviter, inviterEmail string) answers {
	switch {
	case replyTo != "":
		return answers{agency, replyTo, "Questions? Reply to this email and it goes to " + shown(agency) + "."}
	case inviterEmail != "":
		return answers{inviter, inviterEmail, "Questions? Reply to this email and it goes straight to " +
			cmp.Or(firstName(inviter), "the person who invited you") + "."}
	}
	return answers{}
}
