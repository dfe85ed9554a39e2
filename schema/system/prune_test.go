package system_test

import (
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

func pruned(w *fixture.World, n int) (total int) {
	w.T.Helper()
	for {
		done, err := w.System.Prune(w.T.Context(), n)
		if err != nil {
			w.T.Fatal(err)
		}
		if total += done; done == 0 {
			return total
		}
	}
}

func TestDraftsThatNobodySentAreDeletedWithTheirLines(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	sent := sentBy(a, a.Owner, c, crowd(3))
	for range 12 {
		if _, err := a.Workspace().DraftBatch(t.Context(), c.ID, crowd(70), schema.BatchID{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := pruned(a.World, 100); n != 0 {
		t.Errorf("%d rows went at once", n)
	}
	a.Exec(`UPDATE invitation_batches SET created_at = created_at - INTERVAL 7 DAY`)
	if n := pruned(a.World, 100); n != 12*71 {
		t.Errorf("%d rows went", n)
	}
	lines := fixture.ReadAll[schema.BatchID](a.World, `SELECT batch_id FROM invitation_batch_lines`)
	if len(lines) != 3 || lines[0] != sent {
		t.Errorf("left are the lines of %v", lines)
	}
}

func TestSessionsThatEndedAreDeletedAndNoOthers(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	p := w.Person("Ines Duarte", "ines@example.com") // with a session
	for range 5 {
		w.SignedIn(p.ID)
	}
	clock.Forward(schema.SessionIdle - time.Second)
	if n := pruned(w, 2); n != 0 {
		t.Errorf("%d sessions went that had not ended", n)
	}
	fresh := w.SignedIn(p.ID)
	w.Exec(`INSERT INTO sessions (token_hash, user_id, created_at, last_seen_at, expires_at) VALUES (REPEAT('x', 32), ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`, p.ID)
	clock.Forward(time.Second)
	if n := pruned(w, 2); n != 7 {
		t.Errorf("%d sessions went", n)
	}
	if _, err := w.Visitor.Session(t.Context(), fresh); err != nil {
		t.Errorf("the fresh one: %v", err)
	}
}

func TestOldSignUpsAreDeletedWithTheirEmails(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	add := func() (id schema.SignUpID, mail schema.Email) {
		now := clock.Now()
		s := schema.SignUp{ID: schema.New[schema.SignUpID](), Email: "new@example.com", ExpiresAt: now.Add(schema.SignUpLifetime)}
		w.Exec(`INSERT INTO sign_ups (id, agency_name, full_name, email, email_key, password_hash, expires_at, created_at)
			VALUES (?, 'Mill Road', 'New Body', ?, ?, 'x', ?, ?)`, s.ID, s.Email, s.Email, s.ExpiresAt, now)
		mail = schema.NewSignUpEmail(now, &s)
		w.Exec(`INSERT INTO emails (id, kind, sign_up_id, generation, address, state, state_at, due_at, created_at)
			VALUES (?, 'sign_up', ?, 1, ?, 'queued', ?, ?, ?)`, mail.ID, s.ID, s.Email, now, now, now)
		return s.ID, mail
	}
	add()
	clock.Forward(time.Hour)
	busy, mail := add()
	w.Exec(`UPDATE emails SET state = 'sending' WHERE id = ?`, mail.ID)
	clock.Forward(schema.SignUpLifetime + schema.SignUpKept - time.Hour - time.Second)
	if n := pruned(w, 10); n != 0 {
		t.Errorf("%d went too early", n)
	}
	clock.Forward(2 * time.Hour)
	young, _ := add()
	if n := pruned(w, 10); n != 1 {
		t.Errorf("%d went beside the one that is being sent", n)
	}
	w.Exec(`UPDATE emails SET state = 'held' WHERE id = ?`, mail.ID)
	if n := pruned(w, 10); n != 1 {
		t.Errorf("%d went then", n)
	}
	left := fixture.ReadAll[schema.SignUpID](w, `SELECT id FROM sign_ups`)
	if len(left) != 1 || left[0] != young || left[0] == busy || fixture.Read[int](w, `SELECT COUNT(*) FROM emails WHERE kind = 'sign_up'`) != 1 {
		t.Errorf("left are %v", left)
	}
}

func TestPruningTakesPartsThatAreBounded(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	if _, err := a.Workspace().DraftBatch(t.Context(), a.Client("Orchard Lane").ID, crowd(60), schema.BatchID{}); err != nil {
		t.Fatal(err)
	}
	a.Exec(`UPDATE invitation_batches SET created_at = created_at - INTERVAL 8 DAY`)
	if n, err := a.System.Prune(t.Context(), 25); err != nil || n != 25 {
		t.Errorf("%d rows went (%v)", n, err)
	}
	if n := pruned(a.World, system.PruneBatch); n != 36 {
		t.Errorf("%d rows went then", n)
	}
}
