package visitor_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
)

// duel is an accept against another verb on the same row, at once.
type duel struct {
	*fixture.Agency
	client   schema.Client
	person   fixture.Person
	row      schema.ClientUser // as it was before
	accepted error
	rival    error
}

const duels = 40

// fight has as many duels on rows that are invited, mailed and cooled down.
// check is to say which of the definite outcomes it was.
func fight(t *testing.T, prepare func(d *duel, round int) (rival func() error), check func(d *duel) string) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	person := a.Person("Ines Duarte", "ines@example.com")
	outcomes := map[string]int{}
	for round := range duels {
		d := &duel{Agency: a, client: a.Client("Orchard Lane"), person: person}
		d.row = a.InviteSent(d.client, person.Email)
		a.Cool(d.row.ID)
		link, rival, session := a.Link(d.row), prepare(d, round), a.SignedIn(person.ID)
		errs := fixture.Race(func() error { return fixture.Error(a.Visitor.AcceptAs(t.Context(), link, session, "")) }, rival)
		d.accepted, d.rival = errs[0], errs[1]
		for _, err := range errs {
			if err != nil && schema.KindOf(err) == 0 {
				t.Fatalf("round %d: %v (retryable: %v)", round, err, schema.Retryable(err))
			}
		}
		outcome := check(d)
		if outcome == "" {
			t.Fatalf("round %d: the accept came to %v, its rival to %v, the row to %+v with %v",
				round, d.accepted, d.rival, d.ClientUser(d.row.ID), d.Events(d.row.ID))
		}
		outcomes[outcome]++
	}
	a.CheckSequences()
	t.Logf("outcomes: %v", outcomes)
}

// came says whether both came to these codes, and the row to this status with
// these events after the sending.
func (d *duel) came(accepted, rival string, status schema.Status, events ...schema.EventType) bool {
	got := d.Events(d.row.ID)
	return schema.CodeOf(d.accepted) == accepted && schema.CodeOf(d.rival) == rival && d.ClientUser(d.row.ID).Status == status && slices.Equal(got[2:], events)
}

func (d *duel) acceptedAlone(rival string) bool {
	return d.came("", rival, schema.StatusActive, schema.InvitationAccepted, schema.ClientUserActivated)
}

func either(first bool, second bool) string {
	switch {
	case first && !second:
		return "accepted"
	case second && !first:
		return "not accepted"
	}
	return ""
}

func TestAnAcceptAndARevokeAtOnceHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, _ int) func() error {
		ws := d.Workspace()
		return func() error { return ws.Revoke(t.Context(), d.row.ID) }
	}, func(d *duel) string {
		return either(d.acceptedAlone("already_active"), d.came("link_revoked", "", schema.StatusRevoked, schema.InvitationRevoked))
	})
}

func TestAnAcceptAndAFixedAddressAtOnceHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, _ int) func() error {
		ws := d.Workspace()
		return func() error { return fixture.Error(ws.FixEmail(t.Context(), d.row.ID, "ines.d@example.com")) }
	}, func(d *duel) string {
		return either(d.acceptedAlone("already_active"), d.came("not_found", "", schema.StatusInvited, schema.InvitationAddressChanged))
	})
}

func TestAnAcceptAndAResendAtOnceHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, _ int) func() error {
		ws := d.Workspace()
		return func() error { return fixture.Error(ws.Resend(t.Context(), d.row.ID)) }
	}, func(d *duel) string {
		return either(d.acceptedAlone("already_active"), d.came("link_superseded", "", schema.StatusInvited, schema.InvitationResent))
	})
}

func TestAnAcceptAndARemovalAtOnceHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, _ int) func() error {
		ws := d.Workspace()
		return func() error { return ws.Remove(t.Context(), d.row.ID) }
	}, func(d *duel) string {
		_, err := portal.For(t.Context(), d.DB, d.person.ID, d.ID)
		removed := d.came("", "", schema.StatusDeactivated, schema.InvitationAccepted, schema.ClientUserActivated, schema.ClientUserDeactivated)
		outcome := either(d.acceptedAlone("already_invited") && err == nil, removed && err == error(schema.ErrNotFound))
		if !removed { // no portal may be left for the next round
			if err := d.Workspace().Remove(t.Context(), d.row.ID); err != nil {
				t.Fatal(err)
			}
		}
		return outcome
	})
}

func TestAnAcceptAndTheClientsDeletionAtOnceHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, _ int) func() error {
		ws := d.Workspace()
		return func() error { return fixture.Error(ws.DeleteClient(t.Context(), d.client.ID)) }
	}, func(d *duel) string {
		if _, err := portal.For(t.Context(), d.DB, d.person.ID, d.ID); err != error(schema.ErrNotFound) || d.rival != nil {
			return ""
		}
		in, out := d.acceptedAlone(""), d.came("link_revoked", "", schema.StatusInvited)
		d.Cascade(d.client)
		events := d.Events(d.row.ID)
		if d.ClientUser(d.row.ID).Status != schema.StatusDeactivated || events[len(events)-1] != schema.ClientUserDeactivated {
			return ""
		}
		return either(in, out)
	})
}

// expireAbout makes the row stale at about the moment of the duel.
func (d *duel) expireAbout(round int) {
	d.Exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND WHERE id = ?`,
		int((time.Duration(round%10) * 500 * time.Microsecond).Microseconds()), d.row.ID)
}

func TestAnAcceptAndTheSweepAtOnceHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, round int) func() error {
		d.expireAbout(round)
		return func() error { return fixture.Error(d.System.Expire(t.Context(), 100)) }
	}, func(d *duel) string {
		return either(d.acceptedAlone(""), d.came("link_expired", "", schema.StatusExpired, schema.InvitationExpired))
	})
}

func TestAnAcceptAndAnotherVerbThatFindsItStaleHaveOneOutcome(t *testing.T) {
	fight(t, func(d *duel, round int) func() error {
		ws := d.Workspace()
		d.expireAbout(round)
		return func() error { return ws.Dismiss(t.Context(), d.row.ID) }
	}, func(d *duel) string {
		dismissed := d.came("link_revoked", "", schema.StatusRevoked, schema.InvitationExpired, schema.InvitationRevoked) ||
			d.came("link_expired", "", schema.StatusRevoked, schema.InvitationExpired, schema.InvitationRevoked) ||
			d.came("link_expired", "already_invited", schema.StatusExpired, schema.InvitationExpired)
		return either(d.acceptedAlone("already_active") || d.acceptedAlone("already_invited"), dismissed)
	})
}
