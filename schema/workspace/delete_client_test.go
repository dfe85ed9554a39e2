package workspace_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

func TestTheNumbersBeforeADeletionAreWhatItDoes(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	s.Admit(s.client, "two@example.com")
	s.Invite(s.client, "three@example.com")
	stale(s) // counts as expired already
	s.Account(s.client.ID, "a second one")
	d, err := s.Workspace().PreviewDeletion(t.Context(), s.client.ID)
	if err != nil || d.People != 2 || d.Open != 2 || d.Accounts != 2 || d.Client.Name != s.client.Name {
		t.Errorf("the numbers are %+v (%v)", d, err)
	}
}

func TestAccessEndsWithTheCommitBeforeAnyWorkIsDone(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	if _, err := portal.For(t.Context(), s.DB, s.active.UserID, s.ID); err != nil {
		t.Fatal(err)
	}
	link := linkState(s, s.invited)
	due, err := s.Workspace().DeleteClient(t.Context(), s.client.ID)
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkClientDeactivate || due[0].Row != s.client.ID.String() {
		t.Fatalf("due is %+v (%v)", due, err)
	}
	if _, err := portal.For(t.Context(), s.DB, s.active.UserID, s.ID); err != error(schema.ErrNotFound) {
		t.Errorf("the portal gives %v", err)
	}
	if after := linkState(s, s.invited); link != visitor.LinkOpen || after != visitor.LinkRevoked {
		t.Errorf("an open link was %s and is %s", link, after)
	}
	_, err = s.Visitor.SignIn(t.Context(), s.active.Email, fixture.Password, "")
	fixture.Refused(t, err, schema.Forbidden, "no_access")
	if s.ClientUser(s.active.ID).Status != schema.StatusActive {
		t.Error("the cascade has run, so this test shows nothing")
	}
}

func TestEverybodyAtADeletedClientIsShownAsDeactivatedAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	s.DeleteClient(s.client)
	list, err := s.Workspace().ClientUsers(t.Context(), s.client.ID, workspace.PeopleFilter{})
	if err != nil || len(list.Rows) != 4 {
		t.Fatalf("on the list are %d (%v)", len(list.Rows), err)
	}
	for _, r := range list.Rows {
		if r.Shown() != schema.StatusDeactivated || r.Allows(schema.VerbRemove) || r.Allows(schema.VerbResend) || r.Allows(schema.VerbInvite) {
			t.Errorf("%s is shown as %s", r.FullName, r.Shown())
		}
	}
}

func TestNothingCanBeDoneAtADeletedClientButInviteElsewhere(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	s.DeleteClient(s.client)
	for _, name := range []string{"AssignAccounts", "DeleteClient", "Dismiss", "EditClient", "FixEmail", "Invite", "InviteAgain", "InviteToSeveral", "PreviewDeletion", "Remove", "Resend", "Revoke"} {
		before := s.Snapshot()
		fixture.Refused(t, methods[name].call(t.Context(), s.Workspace(), s), schema.Conflict, "client_deleted")
		if s.Snapshot() != before {
			t.Errorf("%s was refused and has changed something", name)
		}
	}
	if err := methods["InviteElsewhere"].call(t.Context(), s.Workspace(), s); err != nil {
		t.Error(err)
	}
}

func TestADeletedClientIsBehindTheFilterAndItsAccountsCountAsFree(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	s.Exec(`DELETE FROM clients WHERE id = ?`, s.gone.ID)
	s.DeleteClient(s.client)
	for list, want := range map[workspace.ClientList]schema.ClientID{workspace.ListDeleted: s.client.ID, workspace.ListPresent: s.other.ID} {
		p, err := s.Workspace().Clients(t.Context(), workspace.ClientFilter{List: list})
		if err != nil || len(p.Rows) != 1 || p.Rows[0].ID != want || p.Present != 1 || p.Gone != 1 {
			t.Errorf("%q: the page is %+v (%v)", list, p, err)
		}
	}
	accounts, err := s.Workspace().Accounts(t.Context())
	if err != nil || len(accounts) != 3 {
		t.Fatalf("%d accounts (%v)", len(accounts), err)
	}
	for _, a := range accounts {
		if a.ClientID == s.client.ID || (a.ClientName != "") != (a.ClientID == s.other.ID) {
			t.Errorf("account %s counts as %q's", a.Handle, a.ClientName)
		}
	}
}
