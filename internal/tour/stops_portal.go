package tour

import "anteroom/schema/demo"

// portal is what a client's people see.
func portal() []Stop {
	return []Stop{
		{Name: "portal", As: demo.Client, Path: "/portal", Shows: "Saffron buns", Main: true},
		{Name: "portal-next-week", As: demo.Client, Path: "/portal", Steps: []Step{press("Next week")}, Shows: "Saffron buns"},
		{Name: "portal-account-filter", As: demo.Client, Path: "/portal?account={account}", Shows: "The country loaf"},
		{Name: "portal-empty", As: demo.Client, Path: "/portal?week=2030-01-07", Shows: "Nothing planned"},
		{Name: "portal-several", As: Several, Path: "/portal", Shows: "Weber & Cole Joinery"},
		{Name: "portal-post", As: demo.Client, Path: "/portal/posts/{post}", Shows: "36 hours in the making"},
		{Name: "portal-post-live", As: demo.Client, Path: "/portal/posts/{post.live}", Shows: "See the live post"},
		{Name: "portal-post-failed", As: demo.Client, Path: "/portal/posts/{post.failed}", Shows: "Not published"},
		{Name: "portal-media", As: demo.Client, Path: "/portal/media", Shows: "saffron-buns-tray.jpg", Main: true},
		{Name: "portal-media-none", As: demo.Client, Path: "/portal/media?q=zither", Shows: "No file of that name"},
		{Name: "portal-media-empty", As: Added, Path: "/portal/media", Shows: "Nothing uploaded yet"},
		{Name: "portal-media-several", As: Several, Path: "/portal/media", Shows: "Choose a client"},
		{Name: "portal-media-file", As: demo.Client, Path: "/portal/media/{media.unused}", Shows: "shopfront-morning.jpg"},
		{Name: "portal-media-deletion", As: demo.Client, Path: "/portal/media/{media.unused}/deletion", Shows: "Delete this file?"},
		{Name: "portal-media-deletion-refused", As: demo.Client, Path: "/portal/media/{media.used}/deletion", Steps: []Step{press("Delete")}, Status: 409, Shows: "post"},
		{Name: "portal-accounts", As: demo.Client, Path: "/portal/accounts", Shows: "Sign-in needed", Main: true},
		{Name: "portal-accounts-denied", As: demo.Client, Path: "/portal/accounts?failed=denied", Shows: "orchardlane.bakery"},
		{Name: "portal-accounts-several", As: Several, Path: "/portal/accounts", Shows: "Choose a client"},
		{Name: "portal-account-removal", As: demo.Client, Path: "/portal/accounts/{account}/removal", Shows: "You can connect it again"},
		{Name: "portal-settings", As: demo.Client, Path: "/portal/settings", Shows: "Where you are signed in", Main: true},
		{Name: "portal-settings-error", As: demo.Client, Path: "/portal/settings", Steps: []Step{fill("Current password", "not the password"),
			fill("New password", "plum orchard railway"), press("Change password")}, Status: 422, Shows: "password"},
	}
}

// content is the agency's calendar and its library.
func content() []Stop {
	return []Stop{
		{Name: "calendar", As: demo.Owner, Path: "/calendar", Shows: "10 posts for 1 client", Main: true},
		{Name: "calendar-client", As: demo.Owner, Path: "/calendar?client={kiln}", Shows: "Nothing planned"},
		{Name: "calendar-none", As: Beginner, Path: "/calendar", Shows: "No client has a social account yet"},
		{Name: "post-new", As: demo.Owner, Path: "/posts/new", Shows: "Choose the account first"},
		{Name: "post-new-dialog", As: demo.Owner, Path: "/calendar?client={bakery}", Steps: []Step{press("New post")}, Shows: "New post"},
		{Name: "post-new-error", As: demo.Owner, Path: "/posts/new?client={bakery}", Steps: []Step{fill("Text", "Warm loaves at four."),
			fill("Link to the live post (optional)", "https://social.example/p/1"), press("Save")}, Status: 422, Shows: "Only a published post has a link"},
		{Name: "post-edit", As: demo.Owner, Path: "/posts/{post}", Shows: "Edit post", Main: true},
		{Name: "post-deletion", As: demo.Owner, Path: "/posts/{post}/deletion", Shows: "Delete this post?"},
		{Name: "media", As: demo.Owner, Path: "/media", Shows: "saffron-buns-tray.jpg", Main: true},
		{Name: "media-client", As: demo.Owner, Path: "/media?client={kiln}", Shows: "iron-red-glaze.jpg"},
		{Name: "media-team", As: demo.Owner, Path: "/media?by=agency", Shows: "heritage-wheat.jpg"},
		{Name: "media-none", As: demo.Owner, Path: "/media?q=zither", Shows: "No file of that name"},
		{Name: "media-empty", As: Beginner, Path: "/media", Shows: "Nothing here yet"},
		{Name: "media-file", As: demo.Owner, Path: "/media/{media.unused}", Shows: "Elena Marchetti"},
		{Name: "media-deletion", As: demo.Owner, Path: "/media/{media.unused}/deletion", Shows: "Delete this file?"},
		{Name: "media-deletion-refused", As: demo.Owner, Path: "/media/{media.used}/deletion", Steps: []Step{press("Delete")}, Status: 409, Shows: "post"},
		{Name: "activity-media", As: demo.Owner, Path: "/settings/activity?kind=media", Shows: "saffron-buns-tray.jpg"},
		{Name: "connect-link-off", As: demo.Owner, Path: "/settings/clients/{bakery}/connect-link", Shows: "The link is switched off"},
		{Name: "connect-link", As: demo.Owner, Path: "/settings/clients/{kiln}/connect-link", Shows: "Whoever has it"},
		{Name: "connect-link-new", As: demo.Owner, Path: "/settings/clients/{kiln}/connect-link/regenerations", Shows: "The present link stops at once"},
	}
}

// connectPages are what somebody with a connect link sees.
func connectPages() []Stop {
	return []Stop{
		{Name: "connect", Path: "/connect/{connect}", Shows: "Kiln & Clay Studio"},
		{Name: "connect-denied", Path: "/connect/{connect}?failed=denied", Shows: "Kiln & Clay Studio"},
		{Name: "connect-unknown", Path: "/connect/" + nobody, Status: 404, Shows: "link"},
	}
}
