package tour

import "anteroom/schema/demo"

// clients are Settings > Clients and the pages around one client.
func clients() []Stop {
	return []Stop{
		{Name: "clients", As: demo.Owner, Path: "/settings/clients", Shows: "Alder Row Architects"},
		{Name: "clients-expanded", As: demo.Owner, Path: "/settings/clients?users={bakery}", Shows: "Grace Lindqvist", Main: true},
		{Name: "clients-member", As: "amara@haldenstreet.example", Path: "/settings/clients?users={bakery}", Shows: "Grace Lindqvist"},
		{Name: "clients-deleted", As: demo.Owner, Path: "/settings/clients?filter=deleted&users={gone}", Shows: "Joan Ferreira"},
		{Name: "clients-search-empty", As: demo.Owner, Path: "/settings/clients?q=zither", Shows: "Nothing found"},
		{Name: "clients-attention", As: demo.Owner, Path: "/settings/clients?filter=attention", Shows: "Orchard Lane Bakery"},
		{Name: "clients-attention-empty", As: Beginner, Path: "/settings/clients?filter=attention", Shows: "Nothing needs attention"},
		{Name: "clients-row", As: demo.Owner, Path: "/settings/clients", Steps: []Step{press("Show users of Brightwater Dental")}, Shows: "Ruth Okoye"},
		{Name: "clients-search", As: demo.Owner, Path: "/settings/clients?q=grace", Shows: "Orchard Lane Bakery"},
		{Name: "clients-newest", As: demo.Owner, Path: "/settings/clients?sort=newest", Shows: "Orchard Lane Bakery"},
		{Name: "clients-deleted-empty", As: Beginner, Path: "/settings/clients?filter=deleted", Shows: "No deleted clients"},
		{Name: "clients-empty", As: Beginner, Path: "/settings/clients", Shows: "No clients yet"},
		{Name: "client-new", As: demo.Owner, Path: "/settings/clients/new", Shows: "Add client"},
		{Name: "client-new-dialog", As: demo.Owner, Path: "/settings/clients", Steps: []Step{press("Add client")}, Shows: "Website"},
		{Name: "client-new-error", As: demo.Owner, Path: "/settings/clients/new",
			Steps: []Step{fill("Name", "Larch"), fill("Website (optional)", "not a website"), press("Add client")}, Status: 422, Shows: "website"},
		{Name: "client-edit", As: demo.Owner, Path: "/settings/clients/{bakery}/edit", Shows: "Orchard Lane Bakery"},
		{Name: "client-accounts", As: demo.Owner, Path: "/settings/clients/{bakery}/accounts", Shows: "orchardlane.bakery"},
		{Name: "client-deletion", As: demo.Owner, Path: "/settings/clients/{bakery}/deletion", Shows: "Delete"},
		{Name: "invite", As: demo.Owner, Path: "/settings/clients/{bakery}/invitations/new", Shows: "Send Invitation"},
		{Name: "invite-dialog", As: demo.Owner, Path: "/settings/clients", Steps: []Step{press("Invite someone to Orchard Lane Bakery")},
			Shows: "Send Invitation", Main: true},
		{Name: "invite-dialog-error", As: demo.Owner, Path: "/settings/clients", Steps: []Step{press("Invite someone to Orchard Lane Bakery"),
			fill("Full Name", "Tom Okafor"), fill("Email Address", "tom@orchardlane.example"), press("Send Invitation")},
			Status: 422, Shows: "already has an invitation"},
		{Name: "invite-several", As: demo.Owner, Path: "/settings/clients/{alder}/batches/new", Shows: "The list"},
		{Name: "invite-several-error", As: demo.Owner, Path: "/settings/clients/{alder}/batches/new", Steps: []Step{press("Check the list")},
			Status: 422, Shows: "nobody on the list"},
		{Name: "invite-several-preview", As: demo.Owner, Path: "/batches/{batch.preview}", Shows: "will be invited", Main: true},
		{Name: "invite-several-progress", As: demo.Owner, Path: "/batches/{batch.running}", Shows: "Yuki Tanabe"},
		{Name: "invite-several-done", As: demo.Owner, Path: "/batches/{batch.done}", Shows: "Marcus Lind"},
		{Name: "invite-several-unprepared", As: Unprepared, Path: "/settings/clients/{unprepared}/batches/new", Shows: "plan"},
		{Name: "invite-no-accounts", As: demo.Owner, Path: "/settings/clients/{books}/invitations/new", Shows: "Assign"},
		{Name: "invite-unprepared", As: Unprepared, Path: "/settings/clients/{unprepared}/invitations/new", Shows: "plan"},
	}
}

// people are the pages about one of a client's people.
func people() []Stop {
	return []Stop{
		{Name: "person-address", As: demo.Owner, Path: "/client-users/{grace}/address", Shows: "Grace Lindqvist"},
		{Name: "person-address-error", As: demo.Owner, Path: "/client-users/{grace}/address",
			Steps: []Step{fill("Email Address", "tom@orchardlane.example"), press("Send to this address")}, Status: 422, Shows: "already"},
		{Name: "person-removal", As: demo.Owner, Path: "/client-users/{elena}/removal", Shows: "Elena Marchetti"},
		{Name: "person-elsewhere", As: demo.Owner, Path: "/client-users/{joan}/elsewhere", Shows: "Joan Ferreira"},
	}
}
