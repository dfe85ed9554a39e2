package workspace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// clientsOf are the names on a page of the list, in order.
func clientsOf(t *testing.T, a *fixture.Agency, f workspace.ClientFilter) (string, workspace.ClientPage) {
	t.Helper()
	p, err := a.Workspace().Clients(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range p.Rows {
		names = append(names, r.Name)
	}
	return strings.Join(names, ", "), p
}

func TestTheListIsSearchedByClientAndByPerson(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	bakery, kiln, gone := a.Client("Orchard Lane Bakery"), a.Client("Kiln & Clay"), a.Client("Fern & Field")
	a.Exec(`UPDATE clients SET website = 'kiln.example/100%' WHERE id = ?`, kiln.ID)
	a.Invite(bakery, "hana.sato@orchard.example")
	a.Invite(bakery, "hana.ito@orchard.example")
	a.Invite(kiln, "Tom.Okafor@Kiln.example")
	revoked := a.Invite(kiln, "rosa.bellini@kiln.example")
	if err := a.Workspace().Revoke(t.Context(), revoked.ID); err != nil {
		t.Fatal(err)
	}
	a.Invite(gone, "hana.mori@fern.example")
	a.DeleteClient(gone)
	newScene(a.World, "mill") // has an Ines

	for q, want := range map[string]string{
		"bakery": "Orchard Lane Bakery", "KILN": "Kiln & Clay", "hana": "Orchard Lane Bakery", "HANA SATO": "Orchard Lane Bakery", "okafor@": "Kiln & Clay",
		"tom.okafor@kiln": "Kiln & Clay", "TOM.": "Kiln & Clay", "rosa": "", "ines": "", "0%": "Kiln & Clay", "_": "", "a": "Kiln & Clay, Orchard Lane Bakery", " hana ": "Orchard Lane Bakery",
	} {
		if got, p := clientsOf(t, a, workspace.ClientFilter{Query: q}); got != want || p.Total != len(p.Rows) {
			t.Errorf("%q finds %q, %d", q, got, p.Total)
		}
	}
	_, p := clientsOf(t, a, workspace.ClientFilter{Query: "hana"})
	if m := p.Rows[0].Match; m.Name != "Hana Ito" || m.Count != 2 || m.More() != 1 {
		t.Errorf("it was found by %+v", m)
	}
	if _, p := clientsOf(t, a, workspace.ClientFilter{Query: "orchard"}); p.Rows[0].Match.Count != 0 {
		t.Errorf("it was found by its own name, and by %+v", p.Rows[0].Match)
	}
	if got, _ := clientsOf(t, a, workspace.ClientFilter{Query: "hana", List: workspace.ListDeleted}); got != "Fern & Field" {
		t.Errorf("deleted: %q", got)
	}
}

func TestWhatNeedsAttentionIsCountedAndNamed(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	mail := func(u schema.ClientUser, state schema.EmailState, minutes int) {
		due := "NULL"
		if state.Owes() {
			due = "UTC_TIMESTAMP(6)"
		}
		a.Exec(`UPDATE emails SET state = ?, due_at = `+due+`, state_at = UTC_TIMESTAMP(6) - INTERVAL ? MINUTE WHERE id = ?`, state, minutes, u.EmailID)
	}
	for _, c := range []struct {
		name, want string
		people     func(c schema.Client)
	}{
		{"bounced", "1 bounced", func(c schema.Client) {
			mail(a.InviteSent(c, "a@example.com"), schema.EmailBounced, 0)
			a.LetGoStale(a.InviteSent(c, "b@example.com").ID)
			a.LetGoStale(a.InviteSent(c, "c@example.com").ID)
		}},
		{"complained", "2 marked as spam", func(c schema.Client) {
			mail(a.InviteSent(c, "a@example.com"), schema.EmailComplained, 0)
			mail(a.InviteSent(c, "b@example.com"), schema.EmailComplained, 0)
			mail(a.InviteSent(c, "c@example.com"), schema.EmailFailed, 0)
		}},
		{"suppressed", "1 not delivered", func(c schema.Client) { mail(a.InviteSent(c, "a@example.com"), schema.EmailSuppressed, 0) }},
		{"failed", "1 not sent", func(c schema.Client) { mail(a.InviteSent(c, "a@example.com"), schema.EmailFailed, 0) }},
		{"held long", "1 held", func(c schema.Client) { mail(a.InviteSent(c, "a@example.com"), schema.EmailHeld, 11) }},
		{"held a moment", "", func(c schema.Client) { mail(a.InviteSent(c, "a@example.com"), schema.EmailHeld, 9) }},
		{"stale", "1 expired", func(c schema.Client) { a.LetGoStale(a.InviteSent(c, "a@example.com").ID) }},
		{"bounced once, accepted since", "", func(c schema.Client) {
			u, _ := a.Admit(c, "active@example.com")
			mail(u, schema.EmailBounced, 0)
		}},
		{"fine", "", func(c schema.Client) { a.InviteSent(c, "a@example.com") }},
		{"expired, its address fixed", "", func(c schema.Client) {
			u := a.InviteSent(c, "a@example.com")
			mail(u, schema.EmailBounced, 0)
			if _, err := a.Workspace().FixEmail(t.Context(), u.ID, "b@example.com"); err != nil {
				t.Error(err)
			}
		}},
		{"deleted", "", func(c schema.Client) {
			mail(a.InviteSent(c, "a@example.com"), schema.EmailBounced, 0)
			a.DeleteClient(c)
		}},
	} {
		client := a.Client(c.name)
		c.people(client)
		row, err := a.Workspace().ClientRow(t.Context(), client.ID, "")
		if err != nil || row.Trouble.String() != c.want {
			t.Errorf("%s: %q (%v)", c.name, row.Trouble, err)
		}
	}
	got, p := clientsOf(t, a, workspace.ClientFilter{List: workspace.ListAttention})
	if got != "bounced, complained, failed, held long, stale, suppressed" || p.Attention != 6 || p.Present != 10 || p.Gone != 1 || p.Total != 6 {
		t.Errorf("%s: %d of %d", got, p.Attention, p.Present)
	}
	if got, p := clientsOf(t, a, workspace.ClientFilter{List: workspace.ListAttention, Query: "held"}); got != "held long" || p.Attention != 6 {
		t.Errorf("searched: %s", got)
	}
}

func TestTheListIsSortedAndPaged(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	for i, c := range []struct {
		name   string
		people int
	}{{"Bello", 2}, {"Alpha", 2}, {"Gamma", 3}, {"Dello", 0}} {
		client := a.Client(c.name)
		a.Crowd(client, c.people, schema.StatusInvited)
		a.Exec(`UPDATE clients SET created_at = UTC_TIMESTAMP(6) - INTERVAL ? DAY WHERE id = ?`, []int{2, 4, 1, 3}[i], client.ID)
	}
	a.Exec(`UPDATE client_users SET status = 'revoked' WHERE client_id = (SELECT id FROM clients WHERE name = 'Gamma') LIMIT 2`)
	for sort, want := range map[workspace.ClientSort]string{
		workspace.SortName: "Alpha, Bello, Dello, Gamma", workspace.SortNewest: "Gamma, Bello, Dello, Alpha",
		workspace.SortPeople: "Alpha, Bello, Gamma, Dello",
	} {
		if got, _ := clientsOf(t, a, workspace.ClientFilter{Sort: sort}); got != want {
			t.Errorf("by %q: %s", sort, got)
		}
		// Neither l nor o stands in an ID, of which the addresses are made.
		if got, _ := clientsOf(t, a, workspace.ClientFilter{Sort: sort, Query: "llo"}); len(strings.Split(got, ", ")) != 2 {
			t.Errorf("searched by %q: %s", sort, got)
		}
	}
	a.Exec(`UPDATE clients SET deleted_at = created_at, cascade_state = 'done'`)
	a.Exec(`UPDATE clients SET deleted_at = UTC_TIMESTAMP(6) WHERE name = 'Dello'`)
	if got, _ := clientsOf(t, a, workspace.ClientFilter{Sort: workspace.SortNewest, List: workspace.ListDeleted}); got != "Dello, Gamma, Bello, Alpha" {
		t.Errorf("deleted last first: %s", got)
	}
	for i := range 70 {
		a.BareClient(fmt.Sprintf("Client %02d", i))
	}
	seen := map[string]bool{}
	for page := 1; page <= 2; page++ {
		for _, f := range []workspace.ClientFilter{{Page: page}, {Page: page, Query: "client"}} {
			_, p := clientsOf(t, a, f)
			if p.Total != 70 || p.Pages != 2 || p.Page != page || len(p.Rows) != []int{50, 20}[page-1] {
				t.Errorf("%+v: %d of %d on page %d of %d", f, len(p.Rows), p.Total, p.Page, p.Pages)
			}
			for _, r := range p.Rows {
				seen[r.Name] = true
			}
		}
	}
	if _, p := clientsOf(t, a, workspace.ClientFilter{Page: 99, Query: "client"}); len(seen) != 70 || p.Page != 2 {
		t.Errorf("%d seen, page %d", len(seen), p.Page)
	}
}

func TestAClientWithManyPeopleHasPagesOfThem(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	c := a.Client("Orchard Lane")
	active := a.Crowd(c, 1, schema.StatusActive)
	a.Exec(`UPDATE client_users SET full_name = 'Zeno Young' WHERE id = ?`, active[0])
	a.Exec(`DELETE FROM sessions`)
	for i := range 249 {
		a.Exec(`INSERT INTO client_users (id, agency_id, client_id, email, email_key, full_name, status, generation, address_generation,
			invited_by, invited_at, expires_at, resend_after, created_at)
			VALUES (?, ?, ?, ?, ?, ?, 'invited', 1, 1, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
			schema.New[schema.ClientUserID](), a.ID, c.ID, fmt.Sprintf("p%d@example.com", i), fmt.Sprintf("p%d@example.com", i), fmt.Sprintf("Person %03d", i), a.Owner.ID)
	}
	var names []string
	for n := 1; n <= 3; n++ {
		p, err := a.Workspace().ClientUsers(t.Context(), c.ID, workspace.PeopleFilter{Page: n})
		if err != nil || p.Total != 250 || p.Pages != 3 || p.Page != n || len(p.Rows) != []int{100, 100, 50}[n-1] {
			t.Fatalf("page %d: %d of %d (%v)", n, len(p.Rows), p.Total, err)
		}
		for _, r := range p.Rows {
			names = append(names, r.FullName)
		}
	}
	if names[0] != "Zeno Young" || !slices.IsSorted(names[1:]) || names[249] != "Person 248" {
		t.Errorf("the order is %v", names)
	}
	p, err := a.Workspace().ClientUsers(t.Context(), c.ID, workspace.PeopleFilter{Query: "P24@", Page: 7})
	if err != nil || p.Total != 1 || p.Page != 1 || p.Rows[0].FullName != "Person 024" {
		t.Errorf("searched: %+v (%v)", p, err)
	}
}

func TestOfADeletedClientsPeopleTheListSaysWhereTheyStillHaveAccess(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, elsewhere := w.Agency("halden"), w.Agency("mill")
	gone, here, other, deleted := a.Client("Gone"), a.Client("Brightwater"), a.Client("Alder Row"), a.Client("Also gone")
	for _, c := range []schema.Client{gone, here, other, deleted} {
		a.Admit(c, "jun@example.com")
	}
	elsewhere.Admit(elsewhere.Client("Far away"), "theo@example.com")
	a.Admit(gone, "theo@example.com")
	a.Invite(gone, "rosa@example.com")
	a.Admit(here, "rosa@example.com")
	a.DeleteClient(gone)
	a.DeleteClient(deleted)
	p, err := a.Workspace().ClientUsers(t.Context(), gone.ID, workspace.PeopleFilter{})
	if err != nil || len(p.Rows) != 3 {
		t.Fatalf("%+v (%v)", p, err)
	}
	for _, r := range p.Rows {
		want := map[string]string{"Jun": "Alder Row, Brightwater", "Theo": "", "Rosa": "Brightwater"}[r.FullName]
		if got := strings.Join(r.StillAt, ", "); got != want {
			t.Errorf("%s is still at %q", r.FullName, got)
		}
	}
}

func TestAFormOffersAFewClientsAndLooksForThemAmongMany(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	about := a.BareClient("Orchard Lane")
	a.DeleteClient(a.BareClient("Gone"))
	var ids []schema.ClientID
	for i := range workspace.FewClients {
		ids = append(ids, a.BareClient(fmt.Sprintf("Client %02d", i)).ID)
	}
	few, err := a.Workspace().ChooseClients(t.Context(), about.ID, nil, "nobody")
	if err != nil || few.Many || len(few.Clients) != workspace.FewClients {
		t.Fatalf("%d (%v)", len(few.Clients), err)
	}
	a.BareClient("Brightwater")
	chosen := []schema.ClientID{ids[7], ids[3]}
	for find, want := range map[string]int{"": 2, "bright": 3, "client": 2 + workspace.MaxFound, "Client 03": 2, "orchard": 2, "gone": 2} {
		many, err := a.Workspace().ChooseClients(t.Context(), about.ID, chosen, find)
		if err != nil || !many.Many || len(many.Clients) != want || many.More != (find == "client") {
			t.Errorf("%q: %d, more %v (%v)", find, len(many.Clients), many.More, err)
		}
		if many.Clients[0].ID != ids[3] || many.Clients[1].ID != ids[7] {
			t.Errorf("%q: what was chosen doesn't stand first: %v", find, many.Clients[:2])
		}
	}
}
