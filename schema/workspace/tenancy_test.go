package workspace_test

import (
	"context"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestAnotherAgencysRowsAreNotFoundAndUntouched(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	intruder, victim := w.Agency("Mill Road"), newScene(w, "halden")
	for name, m := range methods {
		if m.own {
			continue
		}
		prepare(intruder.Workspace(), victim)
		before := w.Snapshot()
		if err := m.call(t.Context(), intruder.Workspace(), victim); err != error(schema.ErrNotFound) {
			t.Errorf("%s gives %v", name, err)
		}
		if w.Snapshot() != before {
			t.Errorf("%s has changed something", name)
		}
	}
}

// The same calls succeed for the agency itself, so that it is the tenant, and
// nothing else about the calls, that the test above has refused.
func TestTheAgencysOwnRowsAreWithinReachOfEveryMethod(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for name, m := range methods {
		s := newScene(w, "halden-"+name)
		if err := m.call(t.Context(), s.Workspace(), s); err != nil {
			t.Errorf("%s gives %v", name, err)
		}
	}
	w.CheckSequences()
}

// mixed are the calls with an ID of one's own and one of another agency.
var mixed = map[string]func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error{
	"assign a foreign account to an own client": func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error {
		return fixture.Error(w.AssignAccounts(ctx, own.client.ID, []schema.AccountID{own.account, foreign.account}))
	},
	"assign an own account to a foreign client": func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error {
		return fixture.Error(w.AssignAccounts(ctx, foreign.client.ID, []schema.AccountID{own.account}))
	},
	"add a client under a foreign client's ID": func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error {
		_, err := w.AddClient(ctx, workspace.ClientForm{ID: foreign.client.ID, Name: "Kiln"})
		return err
	},
	"invite a foreign person to an own client": func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error {
		_, err := w.InviteElsewhere(ctx, foreign.removed.ID, own.client.ID)
		return err
	},
	"invite an own person to a foreign client": func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error {
		_, err := w.InviteElsewhere(ctx, own.removed.ID, foreign.client.ID)
		return err
	},
}

func TestOneIDOfAnotherAgencyIsOneTooMany(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	own, foreign := newScene(w, "mill"), newScene(w, "halden")
	before := w.Snapshot()
	for name, call := range mixed {
		if err := call(t.Context(), own.Workspace(), own, foreign); err != error(schema.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if w.Snapshot() != before {
			t.Errorf("%s: something has changed", name)
		}
	}
}

// A verb that comes upon a stale invitation writes its expiry first. A stranger
// does not come upon it.
func TestAStrangersCallDoesNotEvenExpireAStaleInvitation(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	intruder, victim := w.Agency("Mill Road"), newScene(w, "halden")
	victim.LetGoStale(victim.invited.ID)
	before := w.Snapshot()
	for name, call := range map[string]func(*workspace.Workspace) error{
		"Resend":  func(w *workspace.Workspace) error { _, err := w.Resend(t.Context(), victim.invited.ID); return err },
		"Revoke":  func(w *workspace.Workspace) error { return w.Revoke(t.Context(), victim.invited.ID) },
		"Dismiss": func(w *workspace.Workspace) error { return w.Dismiss(t.Context(), victim.invited.ID) },
		"Remove":  func(w *workspace.Workspace) error { return w.Remove(t.Context(), victim.invited.ID) },
		"FixEmail": func(w *workspace.Workspace) error {
			_, err := w.FixEmail(t.Context(), victim.invited.ID, "x@example.com")
			return err
		},
	} {
		if err := call(intruder.Workspace()); err != error(schema.ErrNotFound) {
			t.Errorf("%s gives %v", name, err)
		}
		if w.Snapshot() != before {
			t.Fatalf("%s has written to another agency's row", name)
		}
	}
}

func TestTheListsHoldTheAgencysOwnRowsOnly(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	newScene(w, "mill")
	s := newScene(w, "halden")
	ws := s.Workspace()
	accounts, err1 := ws.Accounts(t.Context())
	open, err2 := ws.ChooseClients(t.Context(), schema.ClientID{}, nil, "")
	page, err3 := ws.Clients(t.Context(), workspace.ClientFilter{})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	for _, a := range accounts {
		if a.AgencyID != s.ID {
			t.Errorf("account %s is another agency's", a.Handle)
		}
	}
	for _, c := range open.Clients {
		if c.AgencyID != s.ID {
			t.Errorf("client %s is another agency's", c.Name)
		}
	}
	for _, c := range page.Rows {
		if c.AgencyID != s.ID {
			t.Errorf("client %s on the page is another agency's", c.Name)
		}
	}
	if len(accounts) != 3 || len(open.Clients) != 2 || len(page.Rows) != 2 || page.Present != 2 {
		t.Errorf("%d accounts, %d open clients, %d of %d on the page", len(accounts), len(open.Clients), len(page.Rows), page.Present)
	}
}

func TestWhoIsNoMemberHasNoWorkspace(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for name, user := range map[string]schema.UserID{"a client's user": s.active.UserID, "nobody": schema.New[schema.UserID](), "no ID": {},
		"another agency's owner": s.World.Agency("Mill Road").Owner.ID} {
		if _, err := workspace.For(t.Context(), s.DB, user, s.ID); err != error(schema.ErrNotFound) {
			t.Errorf("%s gives %v", name, err)
		}
	}
}
