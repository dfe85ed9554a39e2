package worker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAPersonWhoDoesNotAcceptGetsTwoRemindersWithTheSameLink(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	s := newStageOn(t, w.DB)
	clock := w.StopClock()
	rdb := testkit.Redis(t)
	bell, _ := s.work(rdb, time.Minute)
	i := s.invite("Tom Okafor", "tom@orchardlane.example")
	bell.Ring(t.Context(), i.Due...)
	s.waitForState(i.Due[0], 10*time.Second, schema.EmailSent)

	slot := time.Now().Truncate(time.Hour)
	for n, wait := range []time.Duration{0, 3 * 24 * time.Hour, 0, 3 * 24 * time.Hour, 23 * time.Hour} {
		clock.Forward(wait)
		slot = slot.Add(5 * time.Minute)
		for range 2 { // of two replicas
			if err := bell.Remind(t.Context(), slot); err != nil {
				t.Fatal(err)
			}
		}
		want := []int{1, 2, 2, 3, 3}[n]
		s.eventually(10*time.Second, func() bool {
			return idle(t, rdb) && s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent'`) == want
		},
			func() string { return fmt.Sprintf("slot %d: %d mails, want %d", n, len(s.mails("tom@")), want) })
		if got := len(s.mails("tom@")); got != want {
			t.Fatalf("slot %d: %d mails, want %d", n, got, want)
		}
	}
	mails := s.mails("tom@")
	slices.Reverse(mails) // the inbox has the newest on top
	for n, m := range mails[1:] {
		last := strings.Contains(m.Text, "This is the last reminder.")
		if token(m) != token(mails[0]) || !strings.HasPrefix(m.Subject, "Reminder: Priya Nair invited you") || m.Tags[0] != "invitation-reminder" || last != (n == 1) {
			t.Errorf("reminder %d is %q, %v:\n%s", n+1, m.Subject, m.Tags, m.Text)
		}
	}
	if n := s.count(`SELECT COUNT(*) FROM events WHERE type = 'invitation.sent'`); n != 1 {
		t.Errorf("%d invitation.sent events, want 1", n)
	}
	if _, err := s.visitor().Accept(t.Context(), token(mails[2]), "Tom Okafor", "starter and scale", ""); err != nil {
		t.Errorf("the reminder's link does not work: %v", err)
	}
}
