package visitor_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

func TestASessionOpensTheWorkspaceThatItGoesTo(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	member := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@halden.example")
	session, err := a.Visitor.SignIn(t.Context(), member.Email, fixture.Password, "")
	if err != nil {
		t.Fatal(err)
	}
	m, ok := membership(t, a, session)
	if !ok || m.Role != schema.RoleAdmin || m.Agency.ID != a.ID || m.Agency.Plan != a.Plan || m.User.ID != member.ID || !m.User.Confirmed() || m.User.PasswordHash != "" {
		t.Fatalf("the membership is %+v (%v)", m, ok)
	}
	if _, err := workspace.Open(a.DB, m).AddClient(t.Context(), workspace.ClientForm{Name: "Kiln"}); err != nil {
		t.Error(err)
	}
	if _, err := a.System.AddMember(t.Context(), a.ID, member.FullName, member.Email, schema.RoleMember); err != nil {
		t.Fatal(err)
	}
	if m, ok := membership(t, a, session); !ok || m.Role != schema.RoleMember {
		t.Errorf("whose role was changed has %+v (%v)", m, ok)
	}
	a.Exec(`DELETE FROM members WHERE user_id = ?`, member.ID)
	if m, ok := membership(t, a, session); ok {
		t.Errorf("who is no member any more has %+v", m)
	}
}

func TestASessionOfAClientsUserOpensNoWorkspace(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	_, p := a.Admit(a.Client("Orchard Lane"), "ines@example.com")
	if m, ok := membership(t, a, p.Session); ok {
		t.Errorf("it has %+v", m)
	}
}

func membership(t *testing.T, a *fixture.Agency, token visitor.SessionToken) (schema.Membership, bool) {
	t.Helper()
	s, err := a.Visitor.Session(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return s.Membership()
}
