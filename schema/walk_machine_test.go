package schema_test

import (
	"errors"
	"slices"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

func (k *walk) sweep() {
	n, stale := rapid.IntRange(1, 5).Draw(k.T, "batch"), 0
	for _, r := range k.m.rows {
		if k.m.statusOf(r) != r.status {
			stale++
		}
	}
	// Which of them went is seen at the check.
	if done, err := k.w.System.Expire(k.Context(), n); err != nil || done.Done != min(n, stale) {
		k.Fatalf("%d are stale, a sweep of %d expires %d (%v)", stale, n, done.Done, err)
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

func (k *walk) claim() {
	if e, ok := pick(k, "mail", k.m.mails); ok {
		k.claimMail(e)
	}
}

func (k *walk) claimDue() {
	var due []*mMail
	for _, e := range k.m.mails {
		if !e.due.IsZero() && !e.due.After(k.m.now) {
			due = append(due, e)
		}
	}
	if e, ok := pick(k, "due mail", due); ok {
		k.claimMail(e)
	}
}

// deliver gets a row's newest mail out, if it still can be, and mostly lets the
// cooldown pass.
func (k *walk) deliver() {
	r := k.row(func(r *mRow) []string { return unless(r.mail.state.InFlight(), "") })
	if k.claimMail(r.mail); r.mail.state == schema.EmailSending && r.mail.claims[len(r.mail.claims)-1].counts(false) {
		k.recordOf(r.mail.claims[len(r.mail.claims)-1], schema.MailAccepted)
	}
	if rapid.IntRange(0, 2).Draw(k.T, "cools down") > 0 {
		k.pass(mCooldown)
	}
}

func (k *walk) claimMail(e *mMail) {
	claims, err := k.w.System.ClaimEmails(k.Context(), []schema.EmailID{e.id})
	if err != nil {
		k.Fatal(err)
	}
	if want := k.m.claim(e); claims[0].Verdict != want {
		k.Fatalf("the verdict is %d, want %d", claims[0].Verdict, want)
	}
	if claims[0].Verdict != schema.ClaimTaken {
		return
	}
	e.claims = append(e.claims, &mClaim{mail: e, attempt: claims[0].Email.Attempt})
	// Whatever model and rules say: no live link may go to a stranger.
	if ok := fixture.Read[bool](k.w, `SELECT EXISTS (SELECT 1 FROM emails e JOIN client_users u ON u.id = e.client_user_id JOIN clients c ON c.id = u.client_id
		WHERE e.id = ? AND u.status = 'invited' AND u.generation = e.generation AND u.email = e.address AND u.expires_at > UTC_TIMESTAMP(6)
		AND c.deleted_at IS NULL)`, e.id); !ok || claims[0].Email.Address != e.to || claims[0].Email.Generation != e.gen {
		k.Fatalf("taken is %+v, which its subject does not want", claims[0])
	}
}

// worker draws one that ever had a claim, the newest ones more often.
func (k *walk) worker() (*mClaim, bool) {
	var all, newest []*mClaim
	for _, e := range k.m.mails {
		all = append(all, e.claims...)
		if e.state == schema.EmailSending {
			newest = append(newest, e.claims[len(e.claims)-1])
		}
	}
	return pick(k, "worker", slices.Concat(all, newest, newest, newest))
}

func (k *walk) record() {
	c, ok := k.worker()
	if !ok {
		return
	}
	outcome := rapid.SampledFrom([]schema.MailOutcome{schema.MailAccepted, schema.MailRetry, schema.MailRetry, schema.MailAmbiguous, schema.MailRejected}).Draw(k.T, "outcome")
	k.recordOf(c, outcome)
}

func (k *walk) recordOf(c *mClaim, outcome schema.MailOutcome) {
	counts := c.counts(false)
	k.report(system.EmailResult{ID: c.mail.id, Attempt: c.attempt, Result: schema.MailResult{Outcome: outcome}}, counts)
	if counts {
		k.m.result(c.mail, outcome)
	}
}

func (k *walk) release() {
	c, ok := k.worker()
	if !ok {
		return
	}
	counts := c.counts(true)
	k.report(system.EmailResult{ID: c.mail.id, Attempt: c.attempt, Release: true}, counts)
	if counts {
		c.release(k.m.now)
	}
}

func (k *walk) report(r system.EmailResult, counts bool) {
	k.Helper()
	after, err := k.w.System.RecordEmails(k.Context(), []system.EmailResult{r})
	if err != nil || after[0].Counts != counts {
		k.Fatalf("the result comes to %+v (%v), it should count: %v", after, err, counts)
	}
}
