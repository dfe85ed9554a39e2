package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"anteroom/schema"
)

// providerTable is what a state becomes of when the provider says another: a dash
// is that it stays.
const providerTable = `
             delayed  delivered  suppressed  bounced  complained
queued       delayed  delivered  suppressed  bounced  complained
sending      delayed  delivered  suppressed  bounced  complained
held         delayed  delivered  suppressed  bounced  complained
sent         delayed  delivered  suppressed  bounced  complained
failed       delayed  delivered  suppressed  bounced  complained
cancelled    delayed  delivered  suppressed  bounced  complained
delayed      delayed  delivered  suppressed  bounced  complained
delivered    -        delivered  suppressed  bounced  complained
suppressed   -        -          suppressed  bounced  complained
bounced      -        -          -           bounced  complained
complained   -        -          -           -        complained
`

func TestWhatTheProviderSaysMovesEveryStateAsTheTableSays(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(providerTable), "\n")
	if len(lines) != 12 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		for i, said := range strings.Fields(lines[0]) {
			e := letter(schema.EmailState(cells[0]), 2, noon.Add(time.Minute))
			before := e
			changed := e.Hear(noon, schema.ProviderEvent{State: schema.EmailState(said), At: noon, Code: "550", Reason: "Said."})
			if cells[i+1] == "-" {
				if changed || e != before {
					t.Errorf("%s, then %s: it is %+v", cells[0], said, e)
				}
				continue
			}
			if !changed || e.Code != "550" || e.Reason != "Said." || !e.ProviderAt.Equal(noon) {
				t.Errorf("%s, then %s: changed is %v, it is %+v", cells[0], said, changed, e)
			}
			stands(t, e, schema.EmailState(cells[i+1]), 2, 0)
			if moved := e.State != before.State; moved != e.StateAt.Equal(noon) {
				t.Errorf("%s, then %s: in this state since %s", cells[0], said, e.StateAt)
			}
		}
	}
}

func TestAStateThatIsNotTheProvidersIsNotHeard(t *testing.T) {
	t.Parallel()
	for _, s := range []schema.EmailState{"", "opened", schema.EmailQueued, schema.EmailSending, schema.EmailHeld, schema.EmailSent, schema.EmailFailed, schema.EmailCancelled} {
		e := letter(schema.EmailSent, 1, noon)
		before := e
		if e.Hear(noon, schema.ProviderEvent{State: s, At: noon}) || e != before {
			t.Errorf("%q: it is %+v", s, e)
		}
	}
}

func TestOfSeveralDelaysTheLastByTheProvidersClockCounts(t *testing.T) {
	t.Parallel()
	e := letter(schema.EmailSent, 1, noon)
	delay := func(at time.Duration, reason string) schema.ProviderEvent {
		next := noon.Add(at + 10*time.Minute)
		return schema.ProviderEvent{State: schema.EmailDelayed, At: noon.Add(at), Reason: reason, RetryAt: &next}
	}
	e.Hear(noon, delay(30*time.Minute, "B"))
	if e.Hear(noon.Add(time.Hour), delay(10*time.Minute, "C")) {
		t.Error("an older one counts")
	}
	e.Hear(noon.Add(time.Hour), delay(40*time.Minute, "A"))
	if e.Reason != "A" || !e.RetryAt.Equal(noon.Add(50*time.Minute)) || !e.StateAt.Equal(noon) {
		t.Errorf("it is %+v", e)
	}
	e.Hear(noon.Add(time.Hour), schema.ProviderEvent{State: schema.EmailDelivered, At: noon.Add(50 * time.Minute)})
	if e.Reason != "" || e.RetryAt != nil {
		t.Errorf("delivered, it still says %+v", e)
	}
}

func TestWhatIsSaidIsCutToWhatTheRowHolds(t *testing.T) {
	t.Parallel()
	e := letter(schema.EmailSent, 1, noon)
	long := schema.ProviderEvent{State: schema.EmailBounced, At: noon.Add(123 * time.Nanosecond), Code: strings.Repeat("5", 99),
		Reason: strings.Repeat("é", 999), MessageID: strings.Repeat("m", 999)}
	e.ProviderID = "before"
	if !e.Hear(noon, long) || len(e.Code) != 40 || len([]rune(e.Reason)) != 255 || e.ProviderID != "before" || !e.ProviderAt.Equal(noon) {
		t.Errorf("it is %+v", e)
	}
	if e.Hear(noon, long) {
		t.Error("said again, it is news")
	}
}

// fate is what of an email the provider decides.
func fate(e *schema.Email) string {
	at := func(t *time.Time) string {
		if t == nil {
			return "-"
		}
		return t.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%s %q %q %s %s", e.State, e.Code, e.Reason, at(e.ProviderAt), at(e.RetryAt))
}

// sayings are things said that differ little from each other, so that every way
// of telling two apart comes to count.
func sayings(t *rapid.T) (out []schema.ProviderEvent) {
	states := rapid.SliceOfN(rapid.SampledFrom([]schema.EmailState{schema.EmailDelayed, schema.EmailDelivered,
		schema.EmailSuppressed, schema.EmailBounced, schema.EmailComplained}), 1, 3).Draw(t, "states")
	for range rapid.IntRange(1, 6).Draw(t, "how many") {
		p := schema.ProviderEvent{
			State:  rapid.SampledFrom(states).Draw(t, "state"),
			Code:   rapid.SampledFrom([]string{"", "550"}).Draw(t, "code"),
			Reason: rapid.SampledFrom([]string{"", "One."}).Draw(t, "reason"),
		}
		if n := rapid.IntRange(-1, 1).Draw(t, "minute"); n >= 0 {
			p.At = noon.Add(time.Duration(n) * time.Minute)
		}
		if n := rapid.IntRange(-1, 1).Draw(t, "again in"); n >= 0 {
			at := noon.Add(time.Duration(n) * time.Hour)
			p.RetryAt = &at
		}
		out = append(out, p)
	}
	return out
}

// Whatever the order, however often, and whatever a worker does in between: where
// the email ends depends on the set of what was said alone.
func TestTheEndNeverDependsOnTheOrderOfWhatTheProviderSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 { // it is quick, and rapid stops at 100
			shuffled(rt)
		}
	})
}

func shuffled(rt *rapid.T) {
	said := sayings(rt)
	want := letter(schema.EmailSent, 1, noon)
	for _, p := range said {
		want.Hear(noon, p)
	}
	again := rapid.SliceOfN(rapid.SampledFrom(said), 0, 6).Draw(rt, "again")
	order := rapid.Permutation(slices.Concat(said, again)).Draw(rt, "order")
	e := letter(rapid.SampledFrom(emailStates[1:]).Draw(rt, "from"), 1, noon.Add(time.Second))
	if standing := slices.Contains([]schema.EmailState{"delayed", "delivered", "suppressed", "bounced", "complained"}, e.State); standing {
		e = letter(schema.EmailQueued, 0, noon)
	}
	now, moves, state := noon, 0, e.State
	for i, p := range order {
		now = now.Add(time.Duration(rapid.IntRange(0, 700).Draw(rt, "pause")) * time.Second)
		work(rt, &e, now)
		before := e.State
		if e.Hear(now.Add(time.Duration(i)), p); e.State != before {
			moves++
		}
		work(rt, &e, now)
		if e.State.Owes() || e.DueAt != nil {
			rt.Fatalf("the machine owes something: %+v", e)
		}
	}
	if got := fate(&e); got != fate(&want) {
		rt.Fatalf("from %s it ends as %s, want %s", state, got, fate(&want))
	}
	if moves > 5 {
		rt.Fatalf("it moved %d times", moves)
	}
}

// work is a worker that comes by, or comes back.
func work(t *rapid.T, e *schema.Email, now time.Time) {
	switch rapid.IntRange(0, 3).Draw(t, "worker") {
	case 0:
		e.Claim(now, rapid.Bool().Draw(t, "wanted"), settle)
	case 1:
		outcome := rapid.SampledFrom([]schema.MailOutcome{schema.MailAccepted, schema.MailRetry, schema.MailRejected, schema.MailAmbiguous}).Draw(t, "outcome")
		e.Record(now, e.Attempt, result(outcome), settle)
	case 2:
		e.Release(now, e.Attempt)
	}
}
