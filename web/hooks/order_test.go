package hooks_test

import (
	"encoding/json"
	"flag"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// checks is how many orders are tried unless a flag says how many: each takes
// dozens of transactions.
const checks = "60"

// The payloads come in any order, some several times, with the token they had or
// with a new one, while a worker claims the email and comes back with whatever.
// The end is that of an email about which each was said once, in order.
func TestTheEndNeverDependsOnOrderOrRepetition(t *testing.T) {
	h := newHook(t)
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(checks); err != nil {
			t.Fatal(err)
		}
	}
	all := payloads(t, true)
	rapid.Check(t, func(rt *rapid.T) {
		said := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, len(all), rapid.ID).Draw(rt, "said")
		model := h.sent()
		for _, name := range slices.Sorted(slices.Values(said)) {
			h.take(name, model.EmailID)
		}
		s := &shuffle{h, h.Invite(h.client, h.address())}
		bodies := s.bodies(rt, said)
		s.work(rt)
		for _, b := range rapid.Permutation(bodies).Draw(rt, "order") {
			if status := h.post(b); status != 200 {
				rt.Fatalf("status %d", status)
			}
			s.work(rt)
		}
		if got, want := fate(h.Email(s.u.EmailID)), fate(h.Email(model.EmailID)); got != want {
			rt.Fatalf("it ends as %s, want %s", got, want)
		}
		s.checkEvents(rt)
		if c := h.TryClaim(s.u.EmailID); c.Verdict != schema.ClaimDone {
			rt.Fatalf("a worker is told %d", c.Verdict)
		}
	})
	h.CheckSequences()
}

type shuffle struct {
	*hook
	u schema.ClientUser
}

// bodies are the payloads, each several times.
func (s *shuffle) bodies(rt *rapid.T, said []string) (out [][]byte) {
	for _, name := range said {
		b := s.sign(name, s.u.EmailID)
		for range rapid.IntRange(1, 3).Draw(rt, "times") {
			out = append(out, b)
		}
		for range rapid.IntRange(0, 2).Draw(rt, "times signed anew") {
			out = append(out, s.sign(name, s.u.EmailID))
		}
	}
	for _, none := range rapid.SliceOfN(rapid.SampledFrom(payloads(s.T, false)), 0, 3).Draw(rt, "of no effect") {
		out = append(out, s.sign(none, s.u.EmailID))
	}
	return out
}

// work is a worker that may come for the email and may come back, late or twice.
func (s *shuffle) work(rt *rapid.T) {
	switch rapid.IntRange(0, 4).Draw(rt, "worker") {
	case 0:
		s.TryClaim(s.u.EmailID)
	case 1:
		outcome := rapid.SampledFrom([]schema.MailOutcome{schema.MailAccepted, schema.MailRetry, schema.MailRejected, schema.MailAmbiguous}).Draw(rt, "outcome")
		s.Record(s.u.EmailID, s.Email(s.u.EmailID).Attempt, schema.MailResult{Outcome: outcome, ProviderID: "1@" + domain, Code: "code", Reason: "A reason."})
	case 2:
		s.Release(s.u.EmailID, s.Email(s.u.EmailID).Attempt)
	case 3:
		s.Exec(`UPDATE emails SET due_at = UTC_TIMESTAMP(6) WHERE id = ? AND due_at IS NOT NULL`, s.u.EmailID) // time goes by
	}
}

// checkEvents: one at most for every state that the provider moved the email to,
// in ascending order, the last of which is where it stands.
func (s *shuffle) checkEvents(rt *rapid.T) {
	order := []schema.EmailState{schema.EmailDelayed, schema.EmailDelivered, schema.EmailSuppressed, schema.EmailBounced, schema.EmailComplained}
	var states []int
	for i, b := range fixture.ReadAll[[]byte](s.World, `SELECT payload FROM events WHERE subject_id = ? ORDER BY sequence`, s.u.ID) {
		var p schema.Payload
		if err := json.Unmarshal(b, &p); err != nil {
			rt.Fatal(err)
		}
		if p.Data.Sequence != uint32(i+1) {
			rt.Fatalf("event %s has number %d", strconv.Itoa(i+1), p.Data.Sequence)
		}
		if m := p.Data.Email; m != nil && slices.Contains(order, m.State) {
			states = append(states, slices.Index(order, m.State))
		}
	}
	if !slices.IsSorted(states) || len(slices.Compact(slices.Clone(states))) != len(states) || len(states) == 0 ||
		order[states[len(states)-1]] != s.Email(s.u.EmailID).State {
		rt.Fatalf("the events tell of %v, the row of %s", states, s.Email(s.u.EmailID).State)
	}
}
