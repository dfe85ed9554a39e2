package workspace_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAMemberLooksAndChangesNothingButFiles(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	s := newScene(w, "halden")
	amara := s.Member(schema.RoleMember, "Amara Osei", "amara@halden.example")
	for name, m := range methods {
		if name == "SendConfirmation" {
			continue // of one's own address: everybody's
		}
		prepare(s.WorkspaceOf(amara), s)
		before := w.Snapshot()
		err := m.call(t.Context(), s.WorkspaceOf(amara), s)
		if m.changes {
			fixture.Refused(t, err, schema.Forbidden, "role")
		} else if err != nil {
			t.Errorf("%s gives %v", name, err)
		}
		if !m.members && w.Snapshot() != before {
			t.Errorf("%s has changed something", name)
		}
	}
}

func TestAnAdminMayDoWhatAnOwnerMayButErase(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for name, m := range methods {
		s := newScene(w, "halden-"+name)
		jonas := s.Member(schema.RoleAdmin, "Jonas Weber", "jonas@halden-"+name+".example")
		err := m.call(t.Context(), s.WorkspaceOf(jonas), s)
		if m.owners {
			fixture.Refused(t, err, schema.Forbidden, "owner_only")
		} else if err != nil {
			t.Errorf("%s gives %v", name, err)
		}
	}
}
