package schema_test

import (
	"slices"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

func (k *walk) acceptNewest() {
	r := k.row(func(r *mRow) []string { return k.m.acceptRefusals(r, r.gen) })
	k.acceptLink(r, r.gen)
}

func (k *walk) accept() {
	r, _ := pick(k, "row", k.m.rows)
	k.acceptLink(r, k.generation(r))
}

// generation draws one of a row's, or one beside them.
func (k *walk) generation(r *mRow) uint32 {
	if rapid.Bool().Draw(k.T, "one of its address") {
		return rapid.Uint32Range(r.address, r.gen).Draw(k.T, "generation")
	}
	return rapid.Uint32Range(0, r.gen+1).Draw(k.T, "generation")
}

// acceptLink comes with a link as whoever has the address, or as somebody else.
func (k *walk) acceptLink(r *mRow, gen uint32) {
	k.doubts[r] = true
	token, reasons := k.w.LinkOf(r.id, gen), k.m.acceptRefusals(r, gen)
	user, known := k.m.known[r.email]
	if rapid.IntRange(0, 4).Draw(k.T, "as somebody else") == 0 {
		_, err := k.w.Visitor.AcceptAs(k.Context(), token, k.agency.Owner.ID, "")
		k.may(err, append(reasons, "wrong_account"))
		return
	}
	if known && rapid.IntRange(0, 4).Draw(k.T, "as if new") > 0 {
		_, err := k.w.Visitor.AcceptAs(k.Context(), token, user, "")
		if !k.may(err, reasons) {
			return
		}
	} else {
		_, err := k.w.Visitor.Accept(k.Context(), token, fixture.NameOf(r.email), fixture.Password, "")
		if !k.may(err, append(reasons, unless(!known, "known_address")...)) {
			return
		}
		k.m.known[r.email] = k.w.UserAt(r.email).ID
	}
	k.m.happened(r, schema.InvitationAccepted, schema.ClientUserActivated)
	r.status = schema.StatusActive
	k.m.cancel(r)
}

func (k *walk) fresh() {
	r := k.row(func(r *mRow) []string { return k.m.freshRefusals(r, max(r.address, r.gen-1)) })
	gen := k.generation(r)
	due, err := k.w.Visitor.FreshLink(k.Context(), k.w.LinkOf(r.id, gen))
	if !k.may(err, k.m.freshRefusals(r, gen)) {
		return
	}
	if k.m.linkSays(r, gen) == "link_expired" {
		k.m.renew(r, schema.InvitationResent)
	}
	r.resend = k.m.now.Add(mCooldown)
	k.mailed(r, due)
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
