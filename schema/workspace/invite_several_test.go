package workspace_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestAPersonIsInvitedToSeveralClientsAtOnce(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	one, two, three := a.Client("Orchard Lane"), a.Client("Alder Row"), a.Client("Kiln & Clay")
	// What is dead at one of them is revived.
	dead := a.Invite(two, "tom@example.com")
	if err := a.Workspace().Revoke(t.Context(), dead.ID); err != nil {
		t.Fatal(err)
	}
	out, err := a.Workspace().InviteToSeveral(t.Context(), []schema.ClientID{three.ID, one.ID, two.ID, one.ID}, "Tom Okafor", "Tom@Example.com")
	if err != nil || len(out) != 3 {
		t.Fatalf("%d invitations (%v)", len(out), err)
	}
	seen := map[schema.ClientID]bool{}
	for _, i := range out {
		u := a.ClientUser(i.ClientUser.ID)
		mail := a.Email(u.EmailID)
		if u.Status != schema.StatusInvited || u.FullName != "Tom Okafor" || u.Email != "Tom@Example.com" || mail.State != schema.EmailQueued ||
			len(i.Due) != 1 || i.Due[0] != mail.Due() {
			t.Errorf("the row is %+v, its mail %+v, due %v", u, mail, i.Due)
		}
		events := a.Events(u.ID)
		if events[len(events)-1] != schema.InvitationCreated || (u.ID == dead.ID) != (u.ClientID == two.ID) {
			t.Errorf("the events are %v", events)
		}
		seen[u.ClientID] = true
	}
	if len(seen) != 3 {
		t.Errorf("the clients are %v", seen)
	}
	a.CheckSequences()
}

func TestWhereOneClientStandsInTheWayNobodyIsInvited(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	bare, theirs := s.BareClient("Wren Street"), newScene(s.World, "mill").client
	several := func(email string, ids ...schema.ClientID) func() error {
		return func() error {
			return fixture.Error(s.Workspace().InviteToSeveral(t.Context(), ids, "Tom Okafor", email))
		}
	}
	for name, c := range map[string]struct {
		do          func() error
		kind        schema.Kind
		code, field string
		names       string
	}{
		"no account":             {several("tom@example.com", s.client.ID, bare.ID), schema.Invalid, "no_accounts", "clients", "Wren Street"},
		"invited":                {several(s.invited.Email, s.other.ID, s.client.ID), schema.Invalid, "already_invited", "clients", "Orchard Lane"},
		"active":                 {several(s.active.Email, s.other.ID, s.client.ID), schema.Invalid, "already_active", "clients", "Orchard Lane"},
		"expired":                {several(s.expired.Email, s.other.ID, s.client.ID), schema.Invalid, "already_invited", "clients", "Orchard Lane"},
		"the first, no account":  {several("tom@example.com", bare.ID, s.client.ID), schema.Forbidden, "no_accounts", "", ""},
		"the first, invited":     {several(s.invited.Email, s.client.ID, s.other.ID), schema.Invalid, "already_invited", "email", ""},
		"an address":             {several("tom", s.client.ID, s.other.ID), schema.Invalid, "email_syntax", "email", ""},
		"too many":               {several("tom@example.com", make([]schema.ClientID, workspace.MaxSeveral+1)...), schema.Invalid, "too_many", "clients", ""},
		"another agency's":       {several("tom@example.com", s.client.ID, theirs.ID), schema.NotFound, "not_found", "", ""},
		"one that is not there":  {several("tom@example.com", s.client.ID, schema.New[schema.ClientID]()), schema.NotFound, "not_found", "", ""},
		"no client":              {several("tom@example.com"), schema.NotFound, "not_found", "", ""},
		"another agency's first": {several("tom@example.com", theirs.ID, s.client.ID), schema.NotFound, "not_found", "", ""},
	} {
		before := s.Snapshot()
		e := fixture.Refused(t, c.do(), c.kind, c.code)
		if e.Field != c.field || !strings.Contains(e.Message, c.names) {
			t.Errorf("%s: %+v", name, e)
		}
		if s.Snapshot() != before {
			t.Errorf("%s: something was written", name)
		}
	}
}

func TestAStaleRowInTheWayExpiresAndNobodyIsInvited(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	s.LetGoStale(s.invited.ID)
	_, err := s.Workspace().InviteToSeveral(t.Context(), []schema.ClientID{s.other.ID, s.client.ID}, "Ines", s.invited.Email)
	fixture.Refused(t, err, schema.Invalid, "already_invited")
	if u := s.ClientUser(s.invited.ID); u.Status != schema.StatusExpired {
		t.Errorf("the stale row is %s", u.Status)
	}
	if n := fixture.Read[int](s.World, `SELECT COUNT(*) FROM client_users WHERE client_id = ? AND email = ?`, s.other.ID, s.invited.Email); n != 0 {
		t.Errorf("%d were invited", n)
	}
	s.CheckSequences()
}

func TestOfManyWhoInviteOnePersonToTheSameClientsOneWins(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("halden")
	one, two := a.Client("Orchard Lane"), a.Client("Alder Row")
	spaces := make([]*workspace.Workspace, 6)
	for i := range spaces {
		spaces[i] = a.Workspace()
	}
	won := 0
	for _, err := range fixture.Together(len(spaces), func(i int) error {
		ids := []schema.ClientID{one.ID, two.ID}
		if i%2 == 1 {
			ids[0], ids[1] = ids[1], ids[0]
		}
		return fixture.Error(spaces[i].InviteToSeveral(t.Context(), ids, "Tom Okafor", "tom@example.com"))
	}) {
		if err == nil {
			won++
		} else {
			fixture.Refused(t, err, schema.Invalid, "already_invited")
		}
	}
	if rows := fixture.Read[int](a.World, `SELECT COUNT(*) FROM client_users`); won != 1 || rows != 2 {
		t.Errorf("%d won, %d rows", won, rows)
	}
	if mails := fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails WHERE kind = 'invitation'`); mails != 2 {
		t.Errorf("%d mails", mails)
	}
	a.CheckSequences()
}
