package tour

import "anteroom/schema/demo"

// settings are the pages about the agency itself and the person's own account.
func settings() []Stop {
	return []Stop{
		{Name: "activity", As: demo.Owner, Path: "/settings/activity", Shows: "Tom Okafor"},
		{Name: "activity-open", As: demo.Owner, Path: "/settings/activity?client={bakery}&e={event}", Shows: "hana@orchardlane.example", Main: true},
		{Name: "activity-client", As: demo.Owner, Path: "/settings/activity?client={kiln}", Shows: "Kiln & Clay Studio"},
		{Name: "activity-search-empty", As: demo.Owner, Path: "/settings/activity?q=zither", Shows: "Nothing found"},
		{Name: "activity-empty", As: Beginner, Path: "/settings/activity", Shows: "Nothing has happened yet"},
		{Name: "members", As: demo.Owner, Path: "/settings/members", Shows: "Oliver Brandt"},
		{Name: "member-new", As: demo.Owner, Path: "/settings/members/new", Shows: "Add a member"},
		{Name: "member-new-dialog", As: demo.Owner, Path: "/settings/members", Steps: []Step{press("Add member")}, Shows: "Send invitation"},
		{Name: "member-new-error", As: demo.Owner, Path: "/settings/members", Steps: []Step{press("Add member"), fill("Full name", "Jonas Weber"),
			fill("Email address", demo.Both), press("Send invitation")}, Status: 422, Shows: "already"},
		{Name: "member-unconfirmed", As: Unprepared, Path: "/settings/members/new", Shows: "Confirm your own email address"},
		{Name: "member-role", As: demo.Owner, Path: "/settings/members", Steps: []Step{press("Change role of Jonas Weber")}, Shows: "Change role of"},
		{Name: "member-removal", As: demo.Owner, Path: "/settings/members", Steps: []Step{press("Remove Amara Osei")}, Shows: "loses access"},
		{Name: "member-leave", As: demo.Both, Path: "/settings/members", Steps: []Step{press("Leave Halden Street Social")}, Shows: "You lose access"},
		{Name: "agency", As: demo.Owner, Path: "/settings/agency", Shows: "Days until a link expires"},
		{Name: "agency-error", As: demo.Owner, Path: "/settings/agency", Steps: []Step{fill("Agency name", " "), press("Save")}, Status: 422, Shows: "name"},
		{Name: "agency-solo", As: Unprepared, Path: "/settings/agency", Shows: "Solo"},
		{Name: "account", As: demo.Owner, Path: "/settings/account", Shows: "Where you are signed in"},
		{Name: "account-error", As: demo.Owner, Path: "/settings/account", Steps: []Step{fill("Current password", "not the password"),
			fill("New password", "plum orchard railway"), press("Change password")}, Status: 422, Shows: "password"},
		{Name: "account-member", As: "amara@haldenstreet.example", Path: "/settings/account", Shows: "Where you are signed in"},
	}
}

// memberLinks are the pages behind a link to work at the agency.
func memberLinks() []Stop {
	return []Stop{
		{Name: "member-accept", Path: "/member-invitations/{member-link.new}", Shows: "Join Halden Street Social"},
		{Name: "member-accept-known", Path: "/member-invitations/{member-link.known}", Shows: "Sign in and accept"},
		{Name: "member-accept-me", As: "ruth@brightwater.example", Path: "/member-invitations/{member-link.known}", Shows: "Accept the invitation"},
		{Name: "member-wrong-account", As: demo.Client, Path: "/member-invitations/{member-link.new}", Shows: "somebody else"},
		{Name: "member-link-expired", Path: "/member-invitations/{member-link.expired}", Status: 410, Shows: "expired"},
		{Name: "member-link-superseded", Path: "/member-invitations/{member-link.superseded}", Status: 410, Shows: "newer"},
		{Name: "member-link-revoked", Path: "/member-invitations/{member-link.revoked}", Status: 410, Shows: "no longer"},
		{Name: "member-link-used", Path: "/member-invitations/{member-link.used}", Status: 410, Shows: "was accepted"},
		{Name: "member-link-unknown", Path: "/member-invitations/" + nobody, Status: 404, Shows: "link"},
	}
}

// signUpStops lead to an agency of one's own.
func signUpStops() []Stop {
	return []Stop{
		{Name: "sign-up", Path: "/signup", Shows: "Create"},
		{Name: "sign-up-error", Path: "/signup", Steps: []Step{fill("Agency name", "Larkfield Media"), fill("Full name", "Peter Okonkwo"),
			fill("Email", "peter@larkfield.example"), fill("Choose a password", common), press("Create agency")}, Status: 422, Shows: "guesser"},
		{Name: "sign-up-sent", Path: "/signup", Steps: []Step{fill("Agency name", "Larkfield Media"), fill("Full name", "Peter Okonkwo"),
			fill("Email", "peter@larkfield.example"), fill("Choose a password", "plum orchard railway"), press("Create agency")}, Shows: "Look in your inbox"},
		{Name: "sign-up-finish", Path: "/sign-ups/{sign-up.new}", Shows: "One last step"},
		{Name: "sign-up-finish-error", Path: "/sign-ups/{sign-up.new}", Steps: []Step{fill("Your password", "not the password"), press("Create agency and sign in")},
			Status: 422, Shows: "password"},
		{Name: "sign-up-finish-known", Path: "/sign-ups/{sign-up.known}", Shows: "You already have an account"},
		{Name: "sign-up-expired", Path: "/sign-ups/{sign-up.expired}", Status: 410, Shows: "Sign up"},
		{Name: "sign-up-used", Path: "/sign-ups/{sign-up.used}", Status: 410, Shows: "Sign in"},
	}
}
