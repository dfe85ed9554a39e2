package schema_test

import (
	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
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
		_, err := k.w.Visitor.AcceptAs(k.Context(), token, k.w.SignedIn(k.agency.Owner.ID), "")
		k.may(err, append(reasons, "wrong_account"))
		return
	}
	if known && rapid.IntRange(0, 4).Draw(k.T, "as if new") > 0 {
		_, err := k.w.Visitor.AcceptAs(k.Context(), token, k.w.SignedIn(user), "")
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
