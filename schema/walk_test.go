package schema_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// walk is a random sequence of verbs on the real database, beside the model.
type walk struct {
	*rapid.T
	w      *fixture.World
	agency *fixture.Agency
	clock  *fixture.Clock
	m      *model
	gens   map[schema.ClientUserID]uint32 // as last seen
	doubts map[*mRow]bool                 // whose links may say something else since the last check
}

var walkAddresses = []string{"ines@example.com", "tom@example.com", "ada@example.com", "rosa@example.com", "emil@example.com"}

func TestEveryWalkThroughTheVerbsStaysWithTheModel(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, agency := w.StopClock(), w.Agency("Halden Street")
	rapid.Check(t, func(rt *rapid.T) {
		k := &walk{T: rt, w: w, agency: agency, clock: clock}
		k.begin()
		rt.Repeat(k.actions())
		k.checkPayloads()
		for _, r := range k.m.rows {
			k.checkLinks(r)
		}
	})
}

// actions has some twice, to be drawn more often.
func (k *walk) actions() map[string]func(*rapid.T) {
	out := map[string]func(*rapid.T){"": func(rt *rapid.T) { k.T = rt; k.check() }}
	for name, act := range map[string]func(){
		"invite": k.invite, "resend": k.resend, "resend 2": k.resend, "fix": k.fix, "fix 2": k.fix, "fix 3": k.fix,
		"accept": k.accept, "accept newest": k.acceptNewest, "fresh link": k.fresh, "fresh link 2": k.fresh,
		"revoke": k.revoke, "dismiss": k.dismiss, "dismiss 2": k.dismiss, "remove": k.remove, "sweep": k.sweep,
		"delete a client": k.deleteClient, "cascade": k.cascade, "change the plan": k.changePlan,
		"claim": k.claim, "claim due": k.claimDue, "record": k.record, "record 2": k.record, "release": k.release,
		"deliver": k.deliver, "deliver 2": k.deliver, "a moment passes": k.moment, "a moment passes 2": k.moment, "time passes": k.time,
	} {
		out[name] = func(rt *rapid.T) { k.T = rt; act() }
	}
	return out
}

// begin empties the database but for the agency and has three new clients.
func (k *walk) begin() {
	k.clock.Back()
	for _, q := range []string{`DELETE FROM events`, `DELETE FROM emails`, `DELETE FROM client_users`, `DELETE FROM social_accounts`, `DELETE FROM clients`, `DELETE FROM sessions`} {
		k.w.Exec(q)
	}
	k.w.Exec(`DELETE FROM users WHERE id <> ?`, k.agency.Owner.ID)
	k.agency.SetPlan(schema.PlanAgency)
	k.m = &model{now: k.clock.Now(), plan: true, known: map[string]schema.UserID{}}
	k.gens, k.doubts = map[schema.ClientUserID]uint32{}, map[*mRow]bool{}
	for _, name := range []string{"Orchard Lane", "Alder Row", "Kiln"} {
		k.m.clients = append(k.m.clients, &mClient{id: k.agency.Client(name).ID, cascade: schema.CascadeNone})
	}
	for _, email := range walkAddresses[:2] { // two of them are known people
		k.m.known[email] = k.w.Person("Some Body", email).ID
	}
	for i, c := range k.m.clients { // who each have somebody invited
		k.inviteTo(c, walkAddresses[i])
	}
}

func (k *walk) ws() *workspace.Workspace { return k.agency.Workspace() }

// pick draws one of them; it reports false where there is none.
func pick[V any](k *walk, label string, from []V) (v V, ok bool) {
	if len(from) == 0 {
		return v, false
	}
	return from[rapid.IntRange(0, len(from)-1).Draw(k.T, label)], true
}

// row draws one, mostly of those on which the verb will be done.
func (k *walk) row(refusals func(*mRow) []string) *mRow {
	rows := slices.DeleteFunc(slices.Clone(k.m.rows), func(r *mRow) bool { return len(refusals(r)) > 0 })
	if len(rows) == 0 || rapid.IntRange(0, 3).Draw(k.T, "any row") == 0 {
		rows = k.m.rows
	}
	r, _ := pick(k, "row", rows)
	k.doubts[r] = true
	return r
}

func (k *walk) doubtAll() {
	for _, r := range k.m.rows {
		k.doubts[r] = true
	}
}

func (k *walk) address() string { return rapid.SampledFrom(walkAddresses).Draw(k.T, "address") }

// may compares a verb's answer with the model's reasons to refuse, and says
// whether the verb was done.
func (k *walk) may(err error, reasons []string) bool {
	k.Helper()
	switch {
	case err == nil && len(reasons) == 0:
		return true
	case err == nil:
		k.Fatalf("it was done, in spite of %q", reasons)
	case len(reasons) == 0:
		k.Fatalf("refused, for no reason: %v", err)
	case !slices.Contains(reasons, schema.CodeOf(err)):
		k.Fatalf("refused as %q (%v), in spite of %q", schema.CodeOf(err), err, reasons)
	}
	return false
}

func (k *walk) moment() {
	k.pass(time.Duration(rapid.IntRange(1, 150).Draw(k.T, "seconds")) * time.Second)
}

func (k *walk) time() {
	k.pass(rapid.SampledFrom([]time.Duration{settle, time.Hour, 12 * time.Hour, 3 * 24 * time.Hour, mLife}).Draw(k.T, "time"))
}

func (k *walk) pass(d time.Duration) {
	k.clock.Forward(d)
	k.m.now = k.clock.Now()
	k.doubtAll()
}
