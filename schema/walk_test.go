package schema_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
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

func (k *walk) invite() {
	c, _ := pick(k, "client", k.m.clients)
	k.inviteTo(c, k.address())
}

func (k *walk) inviteTo(c *mClient, email string) {
	i, err := k.ws().Invite(k.Context(), c.id, fixture.NameOf(email), email)
	if !k.may(err, k.m.inviteRefusals(c, email)) {
		return
	}
	k.invited(c, email, i)
}

// invited notes an invitation of that address, of a new or a dead row.
func (k *walk) invited(c *mClient, email string, i workspace.Invitation) {
	r := k.m.rowAt(c, email)
	if r == nil {
		r = &mRow{id: i.ClientUser.ID, client: c, email: email}
		k.m.rows = append(k.m.rows, r)
	}
	k.m.renew(r, schema.InvitationCreated)
	k.mailed(r, i.Due)
}

func (k *walk) mailed(r *mRow, due []schema.Due) {
	k.Helper()
	if len(due) != 1 {
		k.Fatalf("due is %+v", due)
	}
	id, err := schema.Parse[schema.EmailID](due[0].Row)
	if err != nil {
		k.Fatal(err)
	}
	k.m.queue(r, id, k.w.LinkOf(r.id, r.gen))
	k.doubts[r] = true
}

func (k *walk) resend() {
	refusals := func(r *mRow) []string {
		return append(k.m.renewRefusals(r), unless(!r.resend.After(k.m.now), "cooldown")...)
	}
	r := k.row(refusals)
	i, err := k.ws().Resend(k.Context(), r.id)
	if k.may(err, refusals(r)) {
		k.m.renew(r, schema.InvitationResent)
		k.mailed(r, i.Due)
	}
}

func (k *walk) fix() {
	email := k.address()
	if rapid.Bool().Draw(k.T, "to a known one") { // live or dead
		r, _ := pick(k, "whose", k.m.rows)
		email = r.email
	}
	r := k.row(func(r *mRow) []string { return k.m.fixRefusals(r, email) })
	i, err := k.ws().FixEmail(k.Context(), r.id, email)
	if !k.may(err, k.m.fixRefusals(r, email)) {
		return
	}
	if other := k.m.rowAt(r.client, email); other != nil {
		k.m.end(r, schema.StatusRevoked, schema.InvitationRevoked)
		r.gen++ // its links are a stranger's
		r.address = r.gen
		k.invited(r.client, email, i)
		return
	}
	r.email = email
	k.m.renew(r, schema.InvitationAddressChanged)
	k.mailed(r, i.Due)
}

func (k *walk) revoke() {
	k.end(k.ws().Revoke, schema.StatusInvited, schema.StatusRevoked, schema.InvitationRevoked)
}

func (k *walk) dismiss() {
	k.end(k.ws().Dismiss, schema.StatusExpired, schema.StatusRevoked, schema.InvitationRevoked)
}

func (k *walk) remove() {
	k.end(k.ws().Remove, schema.StatusActive, schema.StatusDeactivated, schema.ClientUserDeactivated)
}

func (k *walk) end(verb func(context.Context, schema.ClientUserID) error, from, to schema.Status, t schema.EventType) {
	refusals := func(r *mRow) []string { return k.m.endRefusals(r, from) }
	r := k.row(refusals)
	if k.may(verb(k.Context(), r.id), refusals(r)) {
		k.m.end(r, to, t)
	}
}

func (k *walk) changePlan() {
	k.m.plan = rapid.IntRange(0, 3).Draw(k.T, "plan") > 0
	k.agency.SetPlan(map[bool]schema.Plan{true: schema.PlanAgency, false: schema.PlanSolo}[k.m.plan])
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

func (k *walk) sweep() {
	n, stale := rapid.IntRange(1, 5).Draw(k.T, "batch"), 0
	for _, r := range k.m.rows {
		if k.m.statusOf(r) != r.status {
			stale++
		}
	}
	// Which of them went is seen at the check.
	if done, err := k.w.System.Expire(k.Context(), n); err != nil || done != min(n, stale) {
		k.Fatalf("%d are stale, a sweep of %d expires %d (%v)", stale, n, done, err)
	}
}

func (k *walk) deleteClient() {
	c, _ := pick(k, "client", k.m.clients)
	if rapid.IntRange(0, 5).Draw(k.T, "really") > 0 {
		return // or a walk would soon have none left
	}
	_, err := k.ws().DeleteClient(k.Context(), c.id)
	if k.may(err, unless(!c.deleted, "client_deleted")) {
		c.deleted, c.cascade, c.lease = true, schema.CascadeQueued, k.m.now
		k.doubtAll()
	}
}

// cascade is a worker that comes for a client, does some batches and dies,
// gives the claim back, or gets through.
func (k *walk) cascade() {
	c, _ := pick(k, "client", k.m.clients)
	want, owing := schema.ClaimDone, c.cascade == schema.CascadeQueued || c.cascade == schema.CascadeRunning
	if owing {
		want = schema.ClaimWait
		if !c.lease.After(k.m.now) {
			want = schema.ClaimTaken
			c.attempt++
			c.cascade, c.lease = schema.CascadeRunning, k.m.now.Add(schema.CascadeLease)
		}
	}
	claim, err := k.w.System.ClaimCascade(k.Context(), c.id)
	if err != nil || claim.Verdict != want || want == schema.ClaimTaken && claim.Attempt != c.attempt {
		k.Fatalf("the claim is %+v (%v), want verdict %d", claim, err, want)
	}
	if want != schema.ClaimTaken {
		if _, err := k.w.System.Cascade(k.Context(), c.id, c.attempt+1); !errors.Is(err, system.ErrOvertaken) {
			k.Fatalf("a batch without the claim gives %v", err)
		}
		return
	}
	for range rapid.IntRange(0, 3).Draw(k.T, "batches") {
		done, err := k.w.System.Cascade(k.Context(), c.id, claim.Attempt)
		if err != nil || done != k.batch(c) {
			k.Fatalf("a batch gives %v (%v)", done, err)
		}
		if done {
			return
		}
	}
	if rapid.Bool().Draw(k.T, "gives it back") {
		if err := k.w.System.ReleaseCascade(k.Context(), c.id, claim.Attempt); err != nil {
			k.Fatal(err)
		}
		c.cascade, c.lease = schema.CascadeQueued, k.m.now
	}
}

func (k *walk) batch(c *mClient) (done bool) {
	done = true
	for _, r := range k.m.rows {
		if r.client == c && (r.status == schema.StatusInvited || r.status == schema.StatusExpired || r.status == schema.StatusActive) {
			k.m.end(r, schema.StatusDeactivated, schema.ClientUserDeactivated)
			done = false
		}
	}
	if done {
		c.cascade = schema.CascadeDone
	}
	return done
}
