package system_test

import (
	"fmt"
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// told checks that an error is a refusal with one of these codes, or none.
func told(t *testing.T, err error, codes ...string) {
	t.Helper()
	for _, code := range append(codes, "") {
		if schema.CodeOf(err) == code && (err == nil || code != "") {
			return
		}
	}
	t.Errorf("got %v (retryable: %v)", err, schema.Retryable(err))
}

func TestNothingSlipsInBesideADeletion(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for round := range 20 {
		c := a.Client("Orchard Lane")
		if round%4 == 0 {
			a.Crowd(c, 600, schema.StatusActive) // two batches and more
		}
		var open []schema.ClientUser
		for i := range 4 {
			open = append(open, a.Invite(c, fmt.Sprintf("open%d@example.com", i)))
		}
		remove, deleter, invites := a.Workspace(), a.Workspace(), [2][]error{}
		active := a.Accept(a.Invite(c, "active@example.com"))
		row := fixture.Read[schema.ClientUser](a.World, `SELECT * FROM client_users WHERE client_id = ? AND user_id = ?`, c.ID, active.ID)
		var accepts []error
		race := []func() error{
			func() error { return fixture.Error(deleter.DeleteClient(t.Context(), c.ID)) },
			func() error { return remove.Remove(t.Context(), row.ID) },
			func() error {
				for _, u := range open {
					accepts = append(accepts, fixture.Error(a.Visitor.Accept(t.Context(), a.Link(u), "Some Body", fixture.Password, "")))
				}
				return nil
			},
		}
		for i := range invites {
			ws := a.Workspace()
			race = append(race, func() error {
				for j := range 10 {
					_, err := ws.Invite(t.Context(), c.ID, "New Body", fmt.Sprintf("new%d.%d@example.com", i, j))
					invites[i] = append(invites[i], err)
				}
				return nil
			})
		}
		for range 2 { // two workers come for it
			race = append(race, func() error { return cascade(t, a, c) })
		}
		errs := fixture.Race(race...)
		told(t, errs[0])
		told(t, errs[1], "client_deleted", "deactivated")
		for _, err := range slices.Concat(errs[2:], invites[0], invites[1]) {
			told(t, err, "client_deleted")
		}
		for _, err := range accepts {
			told(t, err, "link_revoked", "known_address")
		}
		if err := cascade(t, a, c); err != nil {
			t.Fatal(err)
		}
		nothingLeft(t, a, c, round)
		if t.Failed() {
			return
		}
	}
	a.CheckSequences()
}

// cascade does what a worker does: it claims, and stops when another has it.
func cascade(t *testing.T, a *fixture.Agency, c schema.Client) error {
	for {
		claim, err := a.System.ClaimCascade(t.Context(), c.ID)
		if err != nil || claim.Verdict != schema.ClaimTaken {
			return err
		}
		for done := false; !done; {
			if done, err = a.System.Cascade(t.Context(), c.ID, claim.Attempt); err != nil {
				return err
			}
		}
	}
}

func nothingLeft(t *testing.T, a *fixture.Agency, c schema.Client, round int) {
	t.Helper()
	left := fixture.Read[int](a.World, `SELECT COUNT(*) FROM client_users WHERE client_id = ? AND status NOT IN ('deactivated', 'revoked')`, c.ID)
	unsent := fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails e JOIN client_users u ON u.id = e.client_user_id
		WHERE u.client_id = ? AND e.state NOT IN ('cancelled', 'sent')`, c.ID)
	sessions := fixture.Read[int](a.World, `SELECT COUNT(*) FROM sessions s JOIN client_users u ON u.user_id = s.user_id WHERE u.client_id = ?`, c.ID)
	accounts := fixture.Read[int](a.World, `SELECT COUNT(*) FROM social_accounts WHERE client_id IS NOT NULL`)
	state := fixture.Read[schema.CascadeState](a.World, `SELECT cascade_state FROM clients WHERE id = ?`, c.ID)
	if left != 0 || unsent != 0 || sessions != 0 || accounts != 0 || state != schema.CascadeDone {
		t.Errorf("round %d: the cascade is %s; left are %d people, %d mails, %d sessions, %d accounts", round, state, left, unsent, sessions, accounts)
	}
}
