package visitor_test

import (
	"fmt"
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

const callers = 16

// winner makes sure that exactly one of many succeeded and the others were
// told one of these codes, and gives the winner's number.
func winner(t *testing.T, errs []error, codes ...string) int {
	t.Helper()
	won := -1
	for i, err := range errs {
		switch code := schema.CodeOf(err); {
		case err == nil && won < 0:
			won = i
		case err == nil:
			t.Fatalf("both %d and %d have won", won, i)
		case !slices.Contains(codes, code):
			t.Fatalf("caller %d got %v (retryable: %v)", i, err, schema.Retryable(err))
		}
	}
	if won < 0 {
		t.Fatalf("nobody has won: %v", errs)
	}
	return won
}

func TestOfManyCallersWhoAreKnownExactlyOneAccepts(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c, p := a.Client("Orchard Lane"), a.Person("Ines Duarte", "ines@example.com")
	for round := range 100 {
		u := a.Invite(c, p.Email)
		link, session := a.Link(u), a.SignedIn(p.ID)
		winner(t, fixture.Together(callers, func(int) error {
			_, err := a.Visitor.AcceptAs(t.Context(), link, session, "")
			return err
		}), "link_used")
		accepted := fixture.Read[int](a.World, `SELECT COUNT(*) FROM events WHERE type = ?`, schema.InvitationAccepted)
		sessions := fixture.Read[int](a.World, `SELECT COUNT(*) FROM sessions WHERE user_id = ?`, p.ID)
		if accepted != round+1 || sessions > 3 {
			t.Fatalf("round %d: %d events, %d sessions", round, accepted, sessions)
		}
		if err := a.Workspace().Remove(t.Context(), u.ID); err != nil { // ends the sessions too
			t.Fatal(err)
		}
	}
	a.CheckSequences()
}

func TestOfManyCallersWhoAreNewExactlyOnesPasswordIsSet(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	password := func(i int) string { return fmt.Sprintf("sourdough %d at dawn", i) }
	for round := range 25 {
		u := a.Invite(c, fmt.Sprintf("ines%d@example.com", round))
		link := a.Link(u)
		won := winner(t, fixture.Together(callers, func(i int) error {
			_, err := a.Visitor.Accept(t.Context(), link, fmt.Sprint("Ines ", i), password(i), "")
			return err
		}), "link_used", "known_address")
		if _, err := a.Visitor.SignIn(t.Context(), u.Email, password(won), ""); err != nil {
			t.Fatalf("round %d: the winner's password gives %v", round, err)
		}
		fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), u.Email, password((won+1)%callers), "")), schema.Invalid, "credentials")
		name := fmt.Sprint("Ines ", won)
		if row, user := a.ClientUser(u.ID), a.UserAt(u.EmailKey); row.FullName != name || user.FullName != name || row.UserID != user.ID {
			t.Fatalf("round %d: %s has won, the row is %s's, the user %s", round, name, row.FullName, user.FullName)
		}
	}
	a.CheckSequences()
}

func TestOfTwoFirstAcceptsAtTwoClientsOneSetsThePassword(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	here, there := a.Client("Orchard Lane"), a.Client("Alder Row")
	names, passwords := []string{"Ines Here", "Ines There"}, []string{"sourdough at dawn", "rye bread at dusk"}
	for round := range 40 {
		email := fmt.Sprintf("ines%d@example.com", round)
		if round%2 == 1 {
			a.Impostor(email, schema.RoleMember) // whose user both would take over
		}
		rows := []schema.ClientUser{a.Invite(here, email), a.Invite(there, email)}
		links := []string{a.Link(rows[0]), a.Link(rows[1])}
		errs := fixture.Together(2, func(i int) error {
			_, err := a.Visitor.Accept(t.Context(), links[i], names[i], passwords[i], "")
			return err
		})
		won := winner(t, errs, "known_address")
		lost := 1 - won
		fixture.Refused(t, errs[lost], schema.SignIn, "known_address")
		if user := a.UserAt(email); user.FullName != names[won] {
			t.Fatalf("round %d: %s has won and the user is %s", round, names[won], user.FullName)
		}
		if row := a.ClientUser(rows[lost].ID); row.Status != schema.StatusInvited {
			t.Fatalf("round %d: the loser's invitation is %s", round, row.Status)
		}
		_, err := a.Visitor.AcceptKnown(t.Context(), links[lost], passwords[lost], "")
		fixture.Refused(t, err, schema.Invalid, "credentials")
		if _, err := a.Visitor.AcceptKnown(t.Context(), links[lost], passwords[won], ""); err != nil {
			t.Fatalf("round %d: asked to sign in, the loser gets %v", round, err)
		}
	}
}
