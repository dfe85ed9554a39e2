package workspace_test

import (
	"fmt"
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

func TestAFormThatComesManyTimesAtOnceAddsOneClient(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for range 10 {
		f, ws := workspace.ClientForm{ID: schema.New[schema.ClientID](), Name: "Kiln", ExternalID: "K-1"}, open(s, 8)
		for _, err := range fixture.Together(len(ws), func(i int) error {
			c, err := ws[i].AddClient(t.Context(), f)
			if err == nil && c.ID != f.ID {
				return fmt.Errorf("it has the ID %s, not the form's %s", c.ID, f.ID)
			}
			return err
		}) {
			if err != nil {
				t.Fatalf("%v (retryable: %v)", err, schema.Retryable(err))
			}
		}
		if events := s.Events(f.ID); !slices.Equal(events, []schema.EventType{schema.ClientCreated}) {
			t.Fatalf("the events are %v", events)
		}
		s.DeleteClient(schema.Client{ID: f.ID})
		_, err := s.Workspace().AddClient(t.Context(), f)
		fixture.Refused(t, err, schema.Conflict, "client_deleted")
		s.Exec(`UPDATE clients SET external_id = NULL WHERE id = ?`, f.ID)
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
	if _, err := s.Workspace().AssignAccounts(t.Context(), s.client.ID, []schema.AccountID{s.account, taken}); err != nil {
		t.Fatal(err)
	}
	if here, there := count(s.client.ID), count(s.other.ID); here != 2 || there != 0 {
		t.Errorf("the client has %d, the other %d", here, there)
	}
	if _, err := s.Workspace().AssignAccounts(t.Context(), s.client.ID, nil); err != nil || count(s.client.ID) != 0 {
		t.Errorf("none assigned, it has %d (%v)", count(s.client.ID), err)
	}
}
