package tour

import "anteroom/schema/demo"

// nobody is a token that looks right and is nobody's.
const nobody = "dev.bm9ib2R5IGhhcyB0aGlzIGxpbms"

// common is a password that is long enough and everybody's.
const common = "password1234"

// front are the pages of somebody who is not signed in, or chooses where to go.
func front() []Stop {
	return []Stop{
		{Name: "login", Path: "/login", Shows: "Sign in"},
		{Name: "login-error", Path: "/login", Steps: []Step{fill("Email", demo.Owner), fill("Password", "not the password"), press("Sign in")},
			Status: 422, Shows: "don’t"},
		{Name: "login-no-access", Path: "/login", Steps: []Step{fill("Email", "joan@millroad.example"), fill("Password", demo.Password), press("Sign in")},
			Status: 403, Shows: "portal"},
		{Name: "forgot", Path: "/forgot", Shows: "Email"},
		{Name: "forgot-sent", Path: "/forgot", Steps: []Step{fill("Email", demo.Client), press("Send me a link")}, Shows: demo.Client},
		{Name: "password", Path: "/passwords/{link.password}", Shows: "password"},
		{Name: "password-error", Path: "/passwords/{link.password}", Steps: []Step{fill("Choose a password", common), press("Set password and sign in")},
			Status: 422, Shows: "guesser"},
		{Name: "password-expired", Path: "/passwords/{link.password.old}", Status: 410, Shows: "new link"},
		{Name: "confirmation", As: demo.Client, Path: "/email-confirmations/{link.confirmation}", Shows: demo.Client},
		{Name: "confirmation-sign-in", Path: "/email-confirmations/{link.confirmation}", Shows: "Sign in to confirm"},
		{Name: "confirmation-other", As: demo.Owner, Path: "/email-confirmations/{link.confirmation}", Shows: "another account"},
		{Name: "confirmation-expired", Path: "/email-confirmations/{link.confirmation.old}", Status: 410, Shows: "Sign in"},
		{Name: "choose", As: demo.Both, Path: "/choose", Shows: "Weber & Cole Joinery"},
		{Name: "not-found", Path: "/nowhere", Status: 404, Shows: "There is nothing here"},
		{Name: "forbidden", As: "amara@haldenstreet.example", Path: "/settings/clients/new", Status: 403, Shows: "Only owners and admins"},
		{Name: "portal-wall", As: demo.Client, Path: "/settings/clients", Status: 404, Shows: "There is nothing here"},
	}
}

// links are the pages behind an invitation's link.
func links() []Stop {
	return []Stop{
		{Name: "accept", Path: "/invitations/{link.new}", Shows: "Join Orchard Lane Bakery", Main: true},
		{Name: "accept-error", Path: "/invitations/{link.new}", Steps: []Step{fill("Choose a password", common), press("Accept and sign in")},
			Status: 422, Shows: "guesser"},
		{Name: "accept-known", Path: "/invitations/{link.known}", Shows: "Your password"},
		{Name: "accept-known-error", Path: "/invitations/{link.known}", Steps: []Step{fill("Your password", "not the password"), press("Sign in and accept")},
			Status: 422, Shows: "password"},
		{Name: "accept-me", As: Beginner, Path: "/invitations/{link.known}", Shows: Beginner},
		{Name: "accept-added", Path: "/invitations/{link.added}", Shows: "one more client portal"},
		{Name: "accept-added-me", As: Added, Path: "/invitations/{link.added}", Shows: "Kiln & Clay Studio"},
		{Name: "wrong-account", As: demo.Owner, Path: "/invitations/{link.new}", Shows: "somebody else"},
		{Name: "link-expired", Path: "/invitations/{link.expired}", Status: 410, Shows: "expired"},
		{Name: "link-superseded", Path: "/invitations/{link.superseded}", Status: 410, Shows: "newer"},
		{Name: "link-revoked", Path: "/invitations/{link.revoked}", Status: 410, Shows: "no longer"},
		{Name: "link-used", Path: "/invitations/{link.used}", Status: 410, Shows: "was accepted"},
		{Name: "link-unknown", Path: "/invitations/" + nobody, Status: 404, Shows: "link"},
	}
}

// mails are the mails as mail programs show them, and the inbox of a developer.
func mails() []Stop {
	return []Stop{
		{Name: "mail-invitation", Path: "/dev/mail/{mail.invitation}/body", Shows: "Accept invitation", Mail: true, Main: true},
		{Name: "mail-resend", Path: "/dev/mail/{mail.invitation_resend}/body", Shows: "Accept invitation", Mail: true},
		{Name: "mail-reminder", Path: "/dev/mail/{mail.invitation_reminder}/body", Shows: "Accept invitation", Mail: true},
		{Name: "mail-member", Path: "/dev/mail/{mail.member_invitation}/body", Shows: "Halden Street Social", Mail: true},
		{Name: "mail-sign-up", Path: "/dev/mail/{mail.sign_up}/body", Shows: "Anteroom", Mail: true},
		{Name: "mail-reset", Path: "/dev/mail/{mail.reset_password}/body", Shows: "password", Mail: true},
		{Name: "mail-welcome", Path: "/dev/mail/{mail.welcome}/body", Shows: "password", Mail: true},
		{Name: "inbox", Path: "/dev/mail", Shows: "nothing leaves this machine"},
		{Name: "inbox-mail", Path: "/dev/mail/{mail.invitation}", Shows: "Orchard Lane Bakery"},
	}
}
