package workspace_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestAClientIsKeptAsItWasEnteredAndEveryChangeIsAnEvent(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, err := a.Workspace().AddClient(t.Context(), workspace.ClientForm{Name: " Kiln  & Clay ", Email: "Studio@Kiln.example", Website: "https://kiln.example/", ExternalID: "K-1"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Workspace().Client(t.Context(), c.ID)
	if err != nil || got.Name != "Kiln & Clay" || got.Email != "Studio@Kiln.example" || got.Website != "kiln.example" || *got.ExternalID != "K-1" {
		t.Errorf("it is kept as %+v (%v)", got, err)
	}
	if err := a.Workspace().EditClient(t.Context(), c.ID, workspace.ClientForm{Name: "Kiln"}); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Workspace().Client(t.Context(), c.ID); err != nil || got.Name != "Kiln" || got.Email != "" || got.Website != "" || got.ExternalID != nil {
		t.Errorf("emptied, it is %+v (%v)", got, err)
	}
	a.DeleteClient(c)
	if events := a.Events(c.ID); !slices.Equal(events, []schema.EventType{schema.ClientCreated, schema.ClientUpdated, schema.ClientDeleted}) {
		t.Errorf("the events are %v", events)
	}
	a.CheckSequences()
}

func TestWhatIsWrongInAClientsFormIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	if _, err := a.Workspace().AddClient(t.Context(), workspace.ClientForm{Name: "Orchard Lane", ExternalID: "K-1"}); err != nil {
		t.Fatal(err)
	}
	before := a.Snapshot()
	for field, forms := range map[string][]workspace.ClientForm{
		"name":        {{}, {Name: "Kiln\x00"}},
		"email":       {{Name: "Kiln", Email: "kiln"}},
		"external_id": {{Name: "Kiln", ExternalID: "K-1"}, {Name: "Kiln", ExternalID: "K\u202e1"}},
		"website":     {{Name: "Kiln", Website: "kiln"}, {Name: "Kiln", Website: "javascript:alert(1)//kiln.example"}, {Name: "Kiln", Website: "me:pw@kiln.example"}, {Name: "Kiln", Website: "a b.example"}},
	} {
		for _, f := range forms {
			_, err := a.Workspace().AddClient(t.Context(), f)
			if e, ok := err.(*schema.Error); !ok || e.Kind != schema.Invalid || e.Field != field {
				t.Errorf("%+v gives %#v", f, err)
			}
		}
	}
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

func TestOneExternalIDGoesToOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	ws := open(s, 8)
	won := 0
	for _, err := range fixture.Together(8, func(i int) error {
		return fixture.Error(ws[i].AddClient(t.Context(), workspace.ClientForm{Name: "Kiln", ExternalID: "K-1"}))
	}) {
		if err == nil {
			won++
		} else {
			fixture.Refused(t, err, schema.Invalid, "external_id_taken")
		}
	}
	if won != 1 {
		t.Errorf("%d got it", won)
	}
}

func TestAssigningMakesExactlyTheseAccountsTheClients(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	count := func(id schema.ClientID) int {
		return fixture.Read[int](s.World, `SELECT COUNT(*) FROM social_accounts WHERE COALESCE(client_id, '') = ?`, string(id[:]))
	}
	taken := fixture.Read[schema.AccountID](s.World, `SELECT id FROM social_accounts WHERE client_id = ?`, s.other.ID)
	if err := s.Workspace().AssignAccounts(t.Context(), s.client.ID, []schema.AccountID{s.account, taken}); err != nil {
		t.Fatal(err)
	}
	if here, there := count(s.client.ID), count(s.other.ID); here != 2 || there != 0 {
		t.Errorf("the client has %d, the other %d", here, there)
	}
	if err := s.Workspace().AssignAccounts(t.Context(), s.client.ID, nil); err != nil || count(s.client.ID) != 0 {
		t.Errorf("none assigned, it has %d (%v)", count(s.client.ID), err)
	}
}
