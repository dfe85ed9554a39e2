package schema_test

import (
	"fmt"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

const settle = 10 * time.Minute

// letter is an email in a state, as its row would stand there at noon: with
// due as its due time if it owes something.
func letter(s schema.EmailState, attempt uint32, due time.Time) schema.Email {
	e := schema.Email{ID: schema.New[schema.EmailID](), Kind: schema.EmailInvitation, State: s,
		StateAt: noon.Add(-time.Hour), Attempt: attempt, Code: "before", Reason: "Before."}
	if s == schema.EmailQueued || s == schema.EmailSending || s == schema.EmailHeld {
		e.DueAt = &due
	}
	return e
}

// stands compares where an email stands, and checks what every email owes the
// table: a due time if and only if it owes something.
func stands(t *testing.T, e schema.Email, s schema.EmailState, attempt uint32, due time.Duration) {
	t.Helper()
	if (e.DueAt != nil) != e.State.Owes() {
		t.Errorf("%s, due %v", e.State, e.DueAt)
	}
	if e.State != s || e.Attempt != attempt {
		t.Errorf("it is %s at attempt %d, want %s at %d", e.State, e.Attempt, s, attempt)
	}
	if e.DueAt != nil && !e.DueAt.Equal(noon.Add(due)) {
		t.Errorf("it is due in %s, want %s", e.DueAt.Sub(noon), due)
	}
}

func TestAClaimOfEveryStateIsAsTheDesignSays(t *testing.T) {
	t.Parallel()
	const soon, taken, wait, done = time.Minute, schema.ClaimTaken, schema.ClaimWait, schema.ClaimDone
	type want struct {
		verdict schema.ClaimVerdict
		state   schema.EmailState
		attempt uint32
		due     time.Duration
	}
	cancelled := want{done, schema.EmailCancelled, 2, 0}
	sending := want{taken, schema.EmailSending, 3, schema.MailLease}
	held := want{wait, schema.EmailHeld, 2, settle}
	for _, c := range []struct {
		state                                    schema.EmailState
		due, dueUnwanted, notDue, notDueUnwanted want
	}{
		{schema.EmailQueued, sending, cancelled, want{wait, schema.EmailQueued, 2, soon}, cancelled},
		{schema.EmailHeld, sending, cancelled, want{wait, schema.EmailHeld, 2, soon}, cancelled},
		// The lease of a worker that may be about to send is left alone; lapsed,
		// the mail may have gone out, wanted or not.
		{schema.EmailSending, held, held, want{wait, schema.EmailSending, 2, soon}, want{wait, schema.EmailSending, 2, soon}},
	} {
		for name, w := range map[string]want{"due, wanted": c.due, "due, unwanted": c.dueUnwanted,
			"not due, wanted": c.notDue, "not due, unwanted": c.notDueUnwanted} {
			t.Run(fmt.Sprintf("%s %s", c.state, name), func(t *testing.T) {
				at := noon
				if name[:3] == "not" {
					at = noon.Add(soon)
				}
				e := letter(c.state, 2, at)
				if v := e.Claim(noon, name[len(name)-8:] != "unwanted", settle); v != w.verdict {
					t.Errorf("the verdict is %d, want %d", v, w.verdict)
				}
				stands(t, e, w.state, w.attempt, w.due)
				if changed := e.State != c.state; changed != e.StateAt.Equal(noon) {
					t.Errorf("changed: %v, state_at %s", changed, e.StateAt)
				}
			})
		}
	}
}

func TestAClaimLeavesAloneWhatOwesNothing(t *testing.T) {
	t.Parallel()
	for _, s := range emailStates[4:] {
		for _, wanted := range []bool{true, false} {
			e := letter(s, 2, noon)
			before := e
			if v := e.Claim(noon, wanted, settle); v != schema.ClaimDone || e != before {
				t.Errorf("%s, wanted %v: verdict %d, now %+v", s, wanted, v, e)
			}
		}
	}
}

func TestADueTimeIsReachedInItsVeryMoment(t *testing.T) {
	t.Parallel()
	for offset, want := range map[time.Duration]schema.ClaimVerdict{-time.Microsecond: schema.ClaimWait, 0: schema.ClaimTaken} {
		e := letter(schema.EmailHeld, 1, noon)
		if v := e.Claim(noon.Add(offset), true, settle); v != want {
			t.Errorf("%s after it: verdict %d, want %d", offset, v, want)
		}
	}
}

func TestALostWorkerIsToldInWordsAndTheLastAttemptFails(t *testing.T) {
	t.Parallel()
	e := letter(schema.EmailSending, 1, noon)
	e.Claim(noon, true, settle)
	if e.Code != "worker_lost" {
		t.Errorf("the code is %q", e.Code)
	}
	fixture.Sentence(t, e.Reason)

	e = letter(schema.EmailSending, schema.MaxMailAttempts, noon)
	if v := e.Claim(noon, true, settle); v != schema.ClaimDone {
		t.Errorf("the verdict on the last attempt is %d", v)
	}
	stands(t, e, schema.EmailFailed, schema.MaxMailAttempts, 0)
	fixture.Sentence(t, e.Reason)
}
