package tour

import "anteroom/schema/demo"

// webhooks are the pages for developers.
func webhooks() []Stop {
	const settings = "/settings/webhooks"
	const crm, board = settings + "/{crm}", settings + "/{board}"
	return []Stop{
		{Name: "webhooks", As: demo.Owner, Path: settings, Shows: "You missed", Main: true},
		{Name: "webhooks-empty", As: Beginner, Path: settings, Shows: "Add endpoint"},
		{Name: "webhook-new", As: demo.Owner, Path: settings + "/new", Shows: "Which events"},
		{Name: "webhook-new-error", As: demo.Owner, Path: settings + "/new", Steps: []Step{fill("Name", "Billing bridge"),
			fill("URL", "https://10.20.4.12/hooks/anteroom"), press("Add endpoint")}, Status: 422, Shows: "private address"},
		{Name: "webhook-events", As: demo.Owner, Path: settings + "/events", Shows: "invitation.accepted"},
		{Name: "webhook", As: demo.Owner, Path: crm, Shows: "Median response", Main: true},
		{Name: "webhook-failed", As: demo.Owner, Path: crm + "?status=failed", Shows: "Failed"},
		{Name: "webhook-delivery", As: demo.Owner, Path: crm + "?status=retrying&d={delivery}", Shows: "Attempts", Main: true},
		{Name: "webhook-disabled", As: demo.Owner, Path: board, Shows: "You missed"},
		{Name: "webhook-edit", As: demo.Owner, Path: crm + "/edit", Shows: "Which events"},
		{Name: "webhook-test", As: demo.Owner, Path: crm + "/tests", Shows: "test"},
		{Name: "webhook-test-dialog", As: demo.Owner, Path: crm, Steps: []Step{press("Send test event")}, Shows: "test"},
		{Name: "webhook-secret", As: demo.Owner, Path: crm + "/secret", Shows: "password"},
		{Name: "webhook-secret-error", As: demo.Owner, Path: crm + "/secret", Steps: []Step{fill("Your password", "not the password"), press("Reveal")},
			Status: 422, Shows: "password"},
		{Name: "webhook-rotation", As: demo.Owner, Path: crm + "/secret-rotations", Shows: "secret"},
		{Name: "webhook-disablement", As: demo.Owner, Path: crm + "/disablement", Shows: "Disable"},
		{Name: "webhook-enablement", As: demo.Owner, Path: board + "/enablement", Shows: "missed"},
		{Name: "webhook-removal", As: demo.Owner, Path: crm + "/removal", Shows: "Remove"},
		{Name: "webhook-replays", As: demo.Owner, Path: crm + "/replays", Shows: "Replay"},
		{Name: "webhook-member", As: "amara@haldenstreet.example", Path: settings, Status: 403, Shows: "owner"},
	}
}
