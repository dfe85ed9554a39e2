package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// A mail that nobody knows of any more: its worker died, or never heard back.
func TestAHeldMailIsSettledAndNotSentAgain(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	h := hookOn(t, w)
	for _, name := range []string{"delivered", "failed-temporary-quota", "failed-permanent-no-such-user", "failed-suppressed-bounce", "complained"} {
		clock.Back()
		u := h.Invite(h.client, h.address())
		attempt := h.Claim(u.EmailID).Email.Attempt
		h.Record(u.EmailID, attempt, schema.MailResult{Outcome: schema.MailAmbiguous, Code: "timeout", Reason: "It timed out."})
		h.take(name, u.EmailID)
		settled := fate(h.Email(u.EmailID))
		for _, late := range []schema.MailOutcome{schema.MailAccepted, schema.MailRetry, schema.MailRejected, schema.MailAmbiguous} {
			if after := h.Record(u.EmailID, attempt, schema.MailResult{Outcome: late, ProviderID: "late"}); after.Counts {
				t.Errorf("%s: a late result counts: %+v", name, after)
			}
		}
		for range 3 {
			clock.Forward(fixture.Settle)
			if c := h.TryClaim(u.EmailID); c.Verdict != schema.ClaimDone {
				t.Errorf("%s: a worker that comes by is told %d", name, c.Verdict)
			}
		}
		if e := h.Email(u.EmailID); fate(e) != settled || e.DueAt != nil || e.Attempt != 1 {
			t.Errorf("%s: it is %s, due %v, attempt %d", name, fate(e), e.DueAt, e.Attempt)
		}
	}
	h.CheckSequences()
}

func TestOpenPagesHearOfIt(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	go h.bus.Run(t.Context())
	heard := h.bus.Listen(h.ID.String())
	first := h.sign("failed-temporary-no-mx", u.EmailID)
	for tick := time.Tick(50 * time.Millisecond); ; { // until the bus listens
		h.bus.Tell(t.Context(), live.Change{Agency: h.ID.String(), Row: "ready"})
		select {
		case <-heard.Woken():
		case <-tick:
			continue
		}
		break
	}
	heard.Take()
	time.Sleep(100 * time.Millisecond)
	heard.Take()
	h.post(first)
	select {
	case <-heard.Woken():
		if rows := fmt.Sprint(heard.Take()); !strings.Contains(rows, h.client.ID.String()) {
			t.Errorf("they hear of %s", rows)
		}
	case <-time.After(5 * time.Second):
		t.Error("they hear nothing")
	}
	h.post(first)
	h.take("none-opened", u.EmailID)
	select {
	case <-heard.Woken():
		if rows := fmt.Sprint(heard.Take()); strings.Contains(rows, h.client.ID.String()) {
			t.Errorf("what changed nothing is told: %s", rows)
		}
	case <-time.After(300 * time.Millisecond):
	}
}

// With the database away Mailgun is told to come again, and when it does it is
// heard: nothing of the first time was kept.
func TestADatabaseThatIsAwayLosesNoWebhook(t *testing.T) {
	t.Parallel()
	server := testkit.OwnSQL(t)
	if err := server.CreateDatabase(t.Context(), "hooks"); err != nil {
		t.Fatal(err)
	}
	db, err := schema.Open(t.Context(), server.URL("hooks"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := schema.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	h := hookOn(t, fixture.Over(t, db))
	u := h.sent()
	body := h.sign("failed-permanent-no-such-user", u.EmailID)
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if status := h.post(body); status < 500 {
			t.Errorf("away, the answer is %d", status)
		}
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status := h.post(body); status != http.StatusOK || h.Email(u.EmailID).State != schema.EmailBounced {
		t.Errorf("back, the answer is %d and the email %s", status, h.Email(u.EmailID).State)
	}
}
