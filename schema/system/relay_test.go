package system_test

import (
	"fmt"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// unrung is what the relay would ring for now, by row.
func unrung(w *fixture.World) map[string]schema.Due {
	w.T.Helper()
	due, err := w.System.Unrung(w.T.Context(), 100)
	if err != nil {
		w.T.Fatal(err)
	}
	out := map[string]schema.Due{}
	for _, d := range due {
		out[d.Row] = d
	}
	if len(out) != len(due) {
		w.T.Errorf("a row stands there twice: %v", due)
	}
	return out
}

func TestTheRelayRingsForWhatIsDueAndWasNotLookedAtLately(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		forward time.Duration
		rings   bool
		why     string
	}{
		{schema.RingGrace - time.Second, false, "its own bell may still ring"},
		{time.Second, true, "the bell was lost"},
		{0, false, "it was looked at a moment ago"},
		{9 * time.Second, false, "it was looked at lately"},
		{time.Second, true, "nobody came"},
	} {
		s.clock.Forward(c.forward)
		d, rings := unrung(s.World)[s.u.EmailID.String()]
		if rings != c.rings || rings && (d.Work != schema.WorkInvitationSend || d.Lapsed || d.Ring != 0) {
			t.Errorf("%s: it rings for %+v", c.why, d)
		}
	}
}

func TestTheRelaySeesALapsedLeaseAtOnceAndAnEndNever(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Claim(s.u.EmailID)
	s.clock.Forward(schema.MailLease - time.Second)
	if got := unrung(s.World); len(got) != 0 {
		t.Errorf("within the lease it rings for %v", got)
	}
	s.clock.Forward(time.Second)
	if d, ok := unrung(s.World)[s.u.EmailID.String()]; !ok || !d.Lapsed {
		t.Errorf("when the lease lapses it rings for %+v", d)
	}
	s.Record(s.u.EmailID, 1, sent)
	s.clock.Forward(24 * time.Hour)
	if got := unrung(s.World); len(got) != 0 {
		t.Errorf("after the end it rings for %v", got)
	}
}

func TestTheRelayRingsForACascadeUntilItIsDone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	c := schema.Client{ID: s.u.ClientID}
	s.DeleteClient(c)
	s.clock.Forward(schema.RingGrace)
	if d, ok := unrung(s.World)[c.ID.String()]; !ok || d.Work != schema.WorkClientDeactivate || d.Lapsed {
		t.Errorf("it rings for %+v", d)
	}
	if _, err := s.System.ClaimCascade(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	s.clock.Forward(schema.CascadeLease)
	if d, ok := unrung(s.World)[c.ID.String()]; !ok || !d.Lapsed {
		t.Errorf("when the lease lapses it rings for %+v", d)
	}
	s.Cascade(c)
	s.clock.Forward(time.Hour)
	if d, ok := unrung(s.World)[c.ID.String()]; ok {
		t.Errorf("after the end it rings for %+v", d)
	}
}

func TestSeveralRelaysAtOnceShareTheRows(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	for i := range 40 {
		a.Invite(c, fmt.Sprintf("person%d@example.com", i))
	}
	a.Exec(`UPDATE emails SET ring_at = UTC_TIMESTAMP(6)`)
	rung := make([][]schema.Due, 4)
	for _, err := range fixture.Together(len(rung), func(i int) (err error) {
		rung[i], err = a.System.Unrung(t.Context(), 25)
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for _, due := range append(rung, nil) {
		for _, d := range due {
			if seen[d.Row] {
				t.Errorf("%s was rung for twice", d.Row)
			}
			seen[d.Row] = true
		}
	}
	rest, err := a.System.Unrung(t.Context(), 100) // what all of them passed over
	if err != nil || len(seen)+len(rest) != 40 {
		t.Errorf("%d were rung for, then %d (%v)", len(seen), len(rest), err)
	}
}

func TestOfTwoWhoRaiseARingOneDoes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.DeleteClient(schema.Client{ID: s.u.ClientID})
	s.clock.Forward(schema.RingGrace)
	for _, d := range unrung(s.World) {
		for _, want := range []bool{true, false} {
			raised, ok, err := s.System.RaiseRing(t.Context(), d)
			if ok != want || err != nil || ok && (raised.Ring != d.Ring+1 || raised.Row != d.Row) {
				t.Errorf("%+v raised: %v to %+v (%v), want %v", d, ok, raised, err, want)
			}
		}
	}
	s.clock.Forward(time.Hour)
	rung := unrung(s.World)
	if len(rung) != 2 {
		t.Errorf("it rings for %v", rung)
	}
	for _, d := range rung {
		if d.Ring != 1 {
			t.Errorf("the next bell is %+v", d)
		}
	}
}
