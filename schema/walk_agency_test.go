package schema_test

import (
	"context"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

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
