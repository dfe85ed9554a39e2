package schema_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"anteroom/schema"
)

func result(o schema.MailOutcome) schema.MailResult {
	return schema.MailResult{Outcome: o, ProviderID: "<1@mail>", Code: "code", Reason: "A reason."}
}

func TestAResultOfEveryStateAndOutcomeIsAsTheDesignSays(t *testing.T) {
	t.Parallel()
	counts := []schema.EmailState{schema.EmailSending, schema.EmailHeld} // held: its lease lapsed meanwhile
	for _, state := range emailStates[1:] {
		for outcome, after := range map[schema.MailOutcome]struct {
			state schema.EmailState
			due   time.Duration
		}{
			schema.MailAccepted:  {schema.EmailSent, 0},
			schema.MailRejected:  {schema.EmailFailed, 0},
			schema.MailRetry:     {schema.EmailQueued, 30 * time.Second},
			schema.MailAmbiguous: {schema.EmailHeld, settle},
			0:                    {schema.EmailHeld, settle}, // said nothing: as little is known
		} {
			t.Run(fmt.Sprintf("%s, outcome %d", state, outcome), func(t *testing.T) {
				e := letter(state, 2, noon.Add(time.Second))
				before := e
				if !slices.Contains(counts, state) {
					if e.Record(noon, 2, result(outcome), settle) || e != before {
						t.Errorf("it counts, and the email is %+v", e)
					}
					return
				}
				for _, stale := range []uint32{0, 1, 3} {
					if e.Record(noon, stale, result(outcome), settle) || e != before {
						t.Errorf("the result of attempt %d counts at attempt 2", stale)
					}
				}
				if !e.Record(noon, 2, result(outcome), settle) {
					t.Error("it does not count")
				}
				stands(t, e, after.state, 2, after.due)
				says(t, e, outcome)
			})
		}
	}
}

// says checks what the row tells the agency of a result.
func says(t *testing.T, e schema.Email, outcome schema.MailOutcome) {
	t.Helper()
	code, reason, provider := "code", "A reason.", ""
	if outcome == schema.MailAccepted {
		code, reason, provider = "", "", "<1@mail>" // what went wrong before is over
	}
	if e.Code != code || e.Reason != reason || e.ProviderID != provider || !e.StateAt.Equal(noon) {
		t.Errorf("the row says %+v", e)
	}
}

func TestTheWaitAfterEachAttemptFollowsTheSchedule(t *testing.T) {
	t.Parallel()
	schedule := []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour}
	if len(schedule) != schema.MaxMailAttempts-1 {
		t.Fatalf("%d attempts have %d waits between them", schema.MaxMailAttempts, len(schedule))
	}
	for i, want := range schedule {
		attempt := uint32(i + 1)
		e := letter(schema.EmailSending, attempt, noon.Add(time.Second))
		e.Record(noon, attempt, result(schema.MailRetry), settle)
		stands(t, e, schema.EmailQueued, attempt, want)
	}
}

func TestTheLongerOfScheduleAndRetryAfterCounts(t *testing.T) {
	t.Parallel()
	for asked, want := range map[time.Duration]time.Duration{time.Second: 10 * time.Second, time.Hour: time.Hour} {
		e := letter(schema.EmailSending, 1, noon)
		r := result(schema.MailRetry)
		r.RetryAfter = asked
		e.Record(noon, 1, r, settle)
		stands(t, e, schema.EmailQueued, 1, want)
	}
}

func TestTheLastAttemptEndsTheEmailWhateverCameOfIt(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[schema.MailOutcome]schema.EmailState{schema.MailAccepted: schema.EmailSent,
		schema.MailRejected: schema.EmailFailed, schema.MailRetry: schema.EmailFailed, schema.MailAmbiguous: schema.EmailFailed} {
		e := letter(schema.EmailSending, schema.MaxMailAttempts, noon)
		e.Record(noon, schema.MaxMailAttempts, result(outcome), settle)
		stands(t, e, want, schema.MaxMailAttempts, 0)
		says(t, e, outcome)
	}
}

func TestOnlyTheHolderOfAClaimCanReleaseIt(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates[1:] {
		e := letter(state, 2, noon.Add(time.Second))
		before := e
		if e.Release(noon, 1) || e.Release(noon, 3) || e != before {
			t.Errorf("%s: another attempt's release counts", state)
		}
		if released := e.Release(noon, 2); released != (state == schema.EmailSending) {
			t.Errorf("%s: released is %v", state, released)
		}
	}
}

func TestAReleasedMailIsDueAtOnceHoweverManyAttemptsAreSpent(t *testing.T) {
	t.Parallel()
	for _, attempt := range []uint32{1, schema.MaxMailAttempts, 3 * schema.MaxMailAttempts} {
		e := letter(schema.EmailSending, attempt, noon.Add(time.Second))
		e.Release(noon, attempt)
		stands(t, e, schema.EmailQueued, e.Attempt, 0)
		if v := e.Claim(noon, true, settle); v != schema.ClaimTaken {
			t.Errorf("after %d attempts the verdict is %d", attempt, v)
		}
		if e.Record(noon, e.Attempt, result(schema.MailRetry), settle); e.State.Owes() != (attempt < schema.MaxMailAttempts) {
			t.Errorf("after %d attempts one that may be repeated comes to %s", attempt, e.State)
		}
	}
}

// A worker repeats what it records until it hears back, so a release may arrive
// twice, the second time when another worker has the claim.
func TestAReleasedClaimsNumberIsNotGivenToTheNextWorker(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]func(e *schema.Email, attempt uint32) bool{
		"the release once more": func(e *schema.Email, attempt uint32) bool { return e.Release(noon, attempt) },
		"a result": func(e *schema.Email, attempt uint32) bool {
			return e.Record(noon, attempt, result(schema.MailAccepted), settle)
		},
	} {
		e := letter(schema.EmailQueued, 0, noon)
		e.Claim(noon, true, settle)
		first := e.Attempt
		e.Release(noon, first)
		e.Claim(noon, true, settle)
		if late(&e, first) {
			t.Errorf("%s of the first worker counts as the next one's", name)
		}
	}
}
