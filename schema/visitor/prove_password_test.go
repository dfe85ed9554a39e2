package visitor_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAPersonProvesToBeThereByTheirOwnPasswordAlone(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p := w.Person("Ines Duarte", "ines@example.com")
	if err := w.Visitor.ProvePassword(t.Context(), p.ID, fixture.Password); err != nil {
		t.Error(err)
	}
	before := w.Snapshot()
	for _, wrong := range []string{"", "not the password", fixture.Password + " "} {
		if e := fixture.Refused(t, w.Visitor.ProvePassword(t.Context(), p.ID, wrong), schema.Invalid, "credentials"); e.Field != "password" {
			t.Errorf("%q stands at %q", wrong, e.Field)
		}
	}
	if w.Snapshot() != before {
		t.Error("asking has changed something")
	}
	w.Exec(`UPDATE users SET password_hash = '' WHERE id = ?`, w.Person("Tom Okafor", "tom@example.com").ID)
	fixture.Refused(t, w.Visitor.ProvePassword(t.Context(), w.UserAt("tom@example.com").ID, ""), schema.Invalid, "credentials")
	if err := w.Visitor.ProvePassword(t.Context(), schema.New[schema.UserID](), fixture.Password); err != error(schema.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
