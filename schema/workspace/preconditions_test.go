package workspace_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

// unmet takes each precondition away from a scene.
var unmet = map[string]func(*scene){
	"plan":              func(s *scene) { s.SetPlan(schema.PlanSolo) },
	"email_unconfirmed": func(s *scene) { s.Exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, s.Owner.ID) },
	"no_accounts":       func(s *scene) { s.Exec(`UPDATE social_accounts SET client_id = NULL`) },
}

// inviting are the verbs that send an invitation.
var inviting = []string{"Invite", "InviteAgain", "InviteElsewhere", "Resend", "FixEmail"}

func TestEveryUnmetPreconditionRefusesEveryInvitationInItsOwnWords(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for code, take := range unmet {
		s := newScene(fixture.New(t), "halden")
		take(s)
		before := s.Snapshot()
		for _, name := range inviting {
			e := fixture.Refused(t, methods[name].call(t.Context(), s.Workspace(), s), schema.Forbidden, code)
			if other, ok := said[e.Message]; ok && other != code {
				t.Errorf("%s and %s say the same: %q", code, other, e.Message)
			}
			said[e.Message] = code
			if s.Snapshot() != before {
				t.Errorf("%s: %s was refused and has changed something", code, name)
			}
		}
		for name, err := range map[string]error{
			"resend": fixture.Error(s.Workspace().Resend(t.Context(), s.expired.ID)),
			"fix":    fixture.Error(s.Workspace().FixEmail(t.Context(), s.expired.ID, "emil.k@example.com")),
		} {
			if schema.CodeOf(err) != code {
				t.Errorf("%s of an expired one: %v", name, err)
			}
		}
	}
	if len(said) != len(unmet) {
		t.Errorf("%d preconditions have %d sentences: %q", len(unmet), len(said), said)
	}
}

func TestAPageHearsAllThatIsUnmetAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	if list, err := s.Workspace().Preconditions(t.Context(), s.client.ID); err != nil || len(list) != 0 {
		t.Errorf("where nothing is unmet it hears %v (%v)", list, err)
	}
	for _, take := range unmet {
		take(s)
	}
	list, err := s.Workspace().Preconditions(t.Context(), s.client.ID)
	if err != nil || len(list) != 3 {
		t.Fatalf("it hears %v (%v)", list, err)
	}
	for i, code := range []string{"plan", "email_unconfirmed", "no_accounts"} {
		fixture.Refused(t, list[i], schema.Forbidden, code)
	}
}

func TestAnAccountOfAnotherClientIsNoAccountOfThisOne(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	bare, full := a.BareClient("Wren Street Books"), a.Client("Orchard Lane")
	fixture.Refused(t, fixture.Error(a.Workspace().Invite(t.Context(), bare.ID, "Ines Duarte", "ines@example.com")), schema.Forbidden, "no_accounts")
	id := fixture.Read[schema.AccountID](a.World, `SELECT id FROM social_accounts WHERE client_id = ?`, full.ID)
	if _, err := a.Workspace().AssignAccounts(t.Context(), bare.ID, []schema.AccountID{id}); err != nil {
		t.Fatal(err)
	}
	a.Invite(bare, "ines@example.com")
	fixture.Refused(t, fixture.Error(a.Workspace().Invite(t.Context(), full.ID, "Ines Duarte", "ines@example.com")), schema.Forbidden, "no_accounts")
}

func TestAPreconditionIsReadInTheMomentNotFromTheOpenPage(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	open := s.Workspace()
	s.SetPlan(schema.PlanSolo)
	s.Exec(`UPDATE agencies SET invitation_days = 3 WHERE id = ?`, s.ID)
	fixture.Refused(t, methods["Invite"].call(t.Context(), open, s), schema.Forbidden, "plan")
	s.SetPlan(schema.PlanAgency)
	i, err := open.Invite(t.Context(), s.client.ID, "Tom Okafor", "tom@example.com")
	if err != nil || i.ClientUser.ExpiresAt.Sub(i.ClientUser.InvitedAt).Hours() != 72 {
		t.Errorf("the invitation is %+v (%v)", i.ClientUser, err)
	}
}

func TestAcceptingWhatWasSentIsNeverBlocked(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	known := s.Person("Ada Lindqvist", "ada.l@example.com")
	other := s.Invite(s.client, known.Email)
	for _, take := range unmet {
		take(s)
	}
	s.Accept(s.invited)
	if _, err := s.Visitor.AcceptKnown(t.Context(), s.Link(other), fixture.Password, ""); err != nil {
		t.Errorf("after the downgrade a known person gets %v", err)
	}
	if err := s.Workspace().Remove(t.Context(), other.ID); err != nil {
		t.Errorf("after the downgrade nobody can be removed: %v", err)
	}
}

// A link that is asked for from an expired one is the agency's mail too.
func TestAFreshLinkIsHeldToTheAgencysPreconditions(t *testing.T) {
	t.Parallel()
	for code, take := range unmet {
		if code == "email_unconfirmed" {
			continue // nobody of the agency asks
		}
		s := newScene(fixture.New(t), "halden")
		take(s)
		before := s.Snapshot()
		_, err := s.Visitor.FreshLink(t.Context(), s.Link(s.expired))
		fixture.Refused(t, err, schema.Forbidden, "agency_cannot_invite")
		if s.Snapshot() != before {
			t.Errorf("%s: it was refused and has changed something", code)
		}
		if i, err := s.Visitor.Invitation(t.Context(), s.Link(s.expired)); err != nil || i.State != visitor.LinkExpired {
			t.Errorf("%s: the link is %s (%v)", code, i.State, err)
		}
	}
}
