package system_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestANewAgencysOwnerGetsAMailToSetAPassword(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, due, err := w.System.CreateAgency(t.Context(), " Halden  Street ", schema.PlanSolo, "Priya Nair", "Priya@Halden.example")
	if err != nil || a.Name != "Halden Street" || len(due) != 1 || due[0].Work != schema.WorkEmailSend {
		t.Fatalf("it is %+v, due %+v (%v)", a, due, err)
	}
	owner := w.UserAt("priya@halden.example")
	if owner.Confirmed() || owner.PasswordHash != "" {
		t.Errorf("the owner is %+v", owner)
	}
	if _, err := w.Visitor.SetPassword(t.Context(), w.PasswordLink(owner), fixture.Password, ""); err != nil {
		t.Fatal(err)
	}
	ws, err := workspace.For(t.Context(), w.DB, owner.ID, a.ID)
	if err != nil || ws.Role != schema.RoleOwner || ws.Agency.Plan != schema.PlanSolo || ws.Agency.InvitationDays != 7 {
		t.Errorf("the workspace is %+v (%v)", ws, err)
	}
	due, err = w.System.AddMember(t.Context(), a.ID, "Priya Nair", "priya@halden.example", schema.RoleAdmin)
	if err != nil || len(due) != 0 {
		t.Errorf("who has a password gets %+v (%v)", due, err)
	}
	if ws, err := workspace.For(t.Context(), w.DB, owner.ID, a.ID); err != nil || ws.Role != schema.RoleAdmin {
		t.Errorf("the role is %s (%v)", ws.Role, err)
	}
}

func TestAnOperatorsMistakeIsSaidInWordsAndWritesNothing(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	before := w.Snapshot()
	none := schema.New[schema.AgencyID]()
	for name, c := range map[string]struct {
		err  error
		kind schema.Kind
	}{
		"no name": {func() error {
			_, _, err := w.System.CreateAgency(t.Context(), " ", schema.PlanAgency, "P", "p@example.com")
			return err
		}(), schema.Invalid},
		"no address": {func() error {
			_, _, err := w.System.CreateAgency(t.Context(), "A", schema.PlanAgency, "P", "p")
			return err
		}(), schema.Invalid},
		"no person": {fixture.Error(w.System.AddMember(t.Context(), a.ID, "", "p@example.com", schema.RoleMember)), schema.Invalid},
		"no agency": {fixture.Error(w.System.AddMember(t.Context(), none, "P", "p@example.com", schema.RoleMember)), schema.NotFound},
		"no plan":   {w.System.SetPlan(t.Context(), none, schema.PlanAgency), schema.NotFound},
	} {
		if schema.KindOf(c.err) != c.kind {
			t.Errorf("%s gives %v", name, c.err)
		}
	}
	if w.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

// Mallory signed up under the address of Ines, whom an operator then makes an
// admin somewhere else. What is granted is for the owner of the mailbox.
func TestAnImpostorGetsNothingOfWhatTheMailboxIsGranted(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	mallory := w.Agency("Mallorys").Impostor("ines@example.com", schema.RoleMember)
	a := w.Agency("Halden Street")
	due, err := w.System.AddMember(t.Context(), a.ID, "Ines Duarte", "ines@example.com", schema.RoleAdmin)
	if err != nil || len(due) != 1 {
		t.Fatalf("the welcome is %v (%v)", due, err)
	}
	fixture.Refused(t, fixture.Error(w.Visitor.Session(t.Context(), mallory.Session)), schema.SignIn, "sign_in")
	fixture.Refused(t, fixture.Error(w.Visitor.SignIn(t.Context(), "ines@example.com", fixture.Password, "")), schema.Invalid, "credentials")
}
