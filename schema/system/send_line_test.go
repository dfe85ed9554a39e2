package system_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/schema/workspace"
)

// crowd is a list of n people, person0@… and so on.
func crowd(n int) (out []workspace.Listed) {
	for i := range n {
		out = append(out, workspace.Listed{FullName: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("person%d@example.com", i)})
	}
	return out
}

// sentBy drafts a list and sends it, which leaves the work undone.
func sentBy(a *fixture.Agency, p fixture.Person, c schema.Client, list []workspace.Listed) schema.BatchID {
	a.T.Helper()
	ws := a.WorkspaceOf(p)
	b, err := ws.DraftBatch(a.T.Context(), c.ID, list, schema.BatchID{})
	if err == nil {
		_, err = ws.SendBatch(a.T.Context(), b.ID)
	}
	if err != nil {
		a.T.Fatal(err)
	}
	return b.ID
}

func claimed(a *fixture.Agency, id schema.BatchID) system.BatchClaim {
	a.T.Helper()
	claim, err := a.System.ClaimBatch(a.T.Context(), id)
	if err != nil || claim.Verdict != schema.ClaimTaken {
		a.T.Fatalf("the claim is %+v (%v)", claim, err)
	}
	return claim
}

// sendAll sends up to n lines, or all, and returns the emails that are due.
func sendAll(a *fixture.Agency, id schema.BatchID, attempt uint32, n int) (due []schema.Due, err error) {
	last := 0
	for range n {
		line, err := a.System.SendLine(a.T.Context(), id, attempt, last)
		if err != nil || line.Done {
			return due, err
		}
		last = line.Line
		due = append(due, line.Due...)
	}
	return due, nil
}

func statesOf(a *fixture.Agency, id schema.BatchID) map[schema.LineState]int {
	a.T.Helper()
	out := map[schema.LineState]int{}
	for _, l := range fixture.ReadAll[schema.BatchLine](a.World, `SELECT * FROM invitation_batch_lines WHERE batch_id = ?`, id) {
		out[l.State]++
	}
	return out
}

// onceEach checks that n people have one row, one email and one event each.
func onceEach(a *fixture.Agency, c schema.Client, n int) {
	a.T.Helper()
	people := fixture.Read[int](a.World, `SELECT COUNT(*) FROM client_users WHERE client_id = ?`, c.ID)
	emails := fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails e JOIN client_users u ON u.id = e.client_user_id WHERE u.client_id = ?`, c.ID)
	events := fixture.Read[int](a.World, `SELECT COUNT(*) FROM events WHERE client_id = ? AND type = 'invitation.created'`, c.ID)
	if people != n || emails != n || events != n {
		a.T.Errorf("%d people, %d emails, %d events, want %d each", people, emails, events, n)
	}
	a.CheckSequences()
}

func TestALineIsInvitedAsTheFormWouldDoItButBehindOtherMail(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	id := sentBy(a, a.Owner, c, []workspace.Listed{{FullName: " Ines   Duarte", Email: "Ines@BÜCHER.example"}})
	due, err := sendAll(a, id, claimed(a, id).Attempt, 9)
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkInvitationSendBulk {
		t.Fatalf("due is %+v (%v)", due, err)
	}
	u := fixture.Read[schema.ClientUser](a.World, `SELECT * FROM client_users`)
	mail := a.Email(u.EmailID)
	l := fixture.Read[schema.BatchLine](a.World, `SELECT * FROM invitation_batch_lines`)
	b := fixture.Read[schema.Batch](a.World, `SELECT * FROM invitation_batches`)
	if u.Status != schema.StatusInvited || u.FullName != "Ines Duarte" || u.EmailKey != "ines@xn--bcher-kva.example" || u.InvitedBy != a.Owner.ID ||
		mail.Kind != schema.EmailInvitationMany || mail.Address != "Ines@BÜCHER.example" || due[0].Row != mail.ID.String() {
		t.Errorf("the row is %+v, its mail %+v", u, mail)
	}
	if l.State != schema.LineInvited || l.ClientUserID != u.ID || l.EmailID != mail.ID || b.State != schema.BatchDone || b.FinishedAt == nil || b.DueAt != nil {
		t.Errorf("the line is %+v, the list %+v", l, b)
	}
	if got := a.Events(u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated}) {
		t.Errorf("the events are %v", got)
	}
	if claim := a.Claim(mail.ID); claim.Letter.FullName != "Ines Duarte" || claim.Letter.Inviter != a.Owner.FullName {
		t.Errorf("the letter is %+v", claim.Letter)
	}
	if claim, err := a.System.ClaimBatch(t.Context(), id); err != nil || claim.Verdict != schema.ClaimDone {
		t.Errorf("a bell for a finished list: %+v (%v)", claim, err)
	}
}

func TestTheSameListOnceMoreInvitesNobody(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	// Both are sent before either is worked on, so that nothing but the lines' own
	// transactions keeps them apart.
	ids := []schema.BatchID{sentBy(a, a.Owner, c, crowd(30)), sentBy(a, a.Owner, c, crowd(30))}
	for _, id := range ids {
		if _, err := sendAll(a, id, claimed(a, id).Attempt, 99); err != nil {
			t.Fatal(err)
		}
	}
	onceEach(a, c, 30)
	if got := statesOf(a, ids[1]); got[schema.LineSkipped] != 30 {
		t.Errorf("the second list came to %v", got)
	}
	_, err := a.Workspace().DraftBatch(t.Context(), c.ID, crowd(30), schema.BatchID{})
	if err != nil {
		t.Fatal(err)
	}
	third := fixture.Read[schema.BatchID](a.World, `SELECT id FROM invitation_batches WHERE state = 'draft'`)
	_, err = a.Workspace().SendBatch(t.Context(), third)
	fixture.Refused(t, err, schema.Conflict, "nobody")
}

func TestTwoListsOfTheSamePeopleAtOnceInviteEachOnce(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for round := range 5 {
		c, list := a.Client(fmt.Sprint("Client ", round)), crowd(40)
		turned := slices.Clone(list)
		if round%2 == 0 {
			slices.Reverse(turned)
		}
		ids := []schema.BatchID{sentBy(a, a.Owner, c, list), sentBy(a, a.Owner, c, turned)}
		attempts := []uint32{claimed(a, ids[0]).Attempt, claimed(a, ids[1]).Attempt}
		for _, err := range fixture.Together(2, func(i int) error { return fixture.Error(sendAll(a, ids[i], attempts[i], 99)) }) {
			if err != nil {
				t.Fatal(err)
			}
		}
		onceEach(a, c, 40)
		one, two := statesOf(a, ids[0]), statesOf(a, ids[1])
		if one[schema.LineInvited]+two[schema.LineInvited] != 40 || one[schema.LineSkipped]+two[schema.LineSkipped] != 40 {
			t.Errorf("the lists came to %v and %v", one, two)
		}
	}
}

func TestWhoeverTakesAListUpGoesOnAfterTheLastLineAndTheOthersStop(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	clock := a.StopClock()
	c := a.Client("Orchard Lane")
	id := sentBy(a, a.Owner, c, crowd(10))
	first := claimed(a, id).Attempt
	if _, err := sendAll(a, id, first, 4); err != nil { // and then it dies
		t.Fatal(err)
	}
	clock.Forward(schema.BatchLease - time.Second)
	if claim, err := a.System.ClaimBatch(t.Context(), id); err != nil || claim.Verdict != schema.ClaimWait || claim.Wait != time.Second {
		t.Errorf("within the lease: %+v (%v)", claim, err)
	}
	clock.Forward(time.Second)
	if d, ok := unrung(a.World)[id.String()]; !ok || !d.Lapsed || d.Work != schema.WorkInvitationBatch {
		t.Errorf("when the lease lapses the relay rings for %+v", d)
	}
	second := claimed(a, id).Attempt
	if _, err := sendAll(a, id, second, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := a.System.SendLine(t.Context(), id, first, 4); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("the first worker comes back: %v", err)
	}
	if err := a.System.ReleaseBatch(t.Context(), id, first); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("it gives the claim back: %v", err)
	}
	if err := a.System.ReleaseBatch(t.Context(), id, second); err != nil {
		t.Error(err)
	}
	if _, err := sendAll(a, id, claimed(a, id).Attempt, 99); err != nil {
		t.Fatal(err)
	}
	onceEach(a, c, 10)
	clock.Forward(time.Hour)
	if d, ok := unrung(a.World)[id.String()]; ok {
		t.Errorf("after the end it rings for %+v", d)
	}
}

func TestARingOfAListIsRaisedOnce(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	id := sentBy(a, a.Owner, a.Client("Orchard Lane"), crowd(1))
	d := schema.Due{Work: schema.WorkInvitationBatch, Row: id.String()}
	for _, want := range []bool{true, false} {
		if raised, ok, err := a.System.RaiseRing(t.Context(), d); ok != want || err != nil || ok && raised.Ring != 1 {
			t.Errorf("raised %v to %+v (%v)", ok, raised, err)
		}
	}
}

// Each of these happens after the third line of six.
func TestWhatHappensInTheMiddleHoldsForTheLinesAfterIt(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for code, happens := range map[string]func(a *fixture.Agency, sender fixture.Person, c schema.Client){
		"sender": func(a *fixture.Agency, sender fixture.Person, c schema.Client) {
			a.Exec(`DELETE FROM members WHERE user_id = ?`, sender.ID)
		},
		"client_deleted": func(a *fixture.Agency, _ fixture.Person, c schema.Client) { a.DeleteClient(c) },
		"plan":           func(a *fixture.Agency, _ fixture.Person, _ schema.Client) { a.SetPlan(schema.PlanSolo) },
		"no_accounts": func(a *fixture.Agency, _ fixture.Person, c schema.Client) {
			a.Exec(`UPDATE social_accounts SET client_id = NULL WHERE client_id = ?`, c.ID)
		},
		"email_unconfirmed": func(a *fixture.Agency, sender fixture.Person, _ schema.Client) {
			a.Exec(`UPDATE users SET email_confirmed_at = NULL WHERE id = ?`, sender.ID)
		},
	} {
		a := w.Agency("Halden " + strings.ReplaceAll(code, "_", " "))
		c := a.Client("Orchard Lane")
		sender := a.Member(schema.RoleAdmin, "Jonas Weber", code+"@example.com")
		id := sentBy(a, sender, c, crowd(6))
		claim := claimed(a, id)
		if _, err := sendAll(a, id, claim.Attempt, 3); err != nil {
			t.Fatal(err)
		}
		happens(a, sender, c)
		due, err := sendAll(a, id, claim.Attempt, 99)
		if got := statesOf(a, id); err != nil || len(due) != 0 || got[schema.LineInvited] != 3 || got[schema.LineRefused] != 3 {
			t.Errorf("%s: due is %v, the lines are %v (%v)", code, due, got, err)
		}
		l := fixture.Read[schema.BatchLine](w, `SELECT * FROM invitation_batch_lines WHERE batch_id = ? AND line = 6`, id)
		if l.Code != code {
			t.Errorf("%s: the line says %q", code, l.Code)
		}
		fixture.Sentence(t, l.Reason)
		onceEach(a, c, 3)
	}
}

func TestADemotedSenderInvitesNobodyElse(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	sender := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	id := sentBy(a, sender, c, crowd(2))
	a.Exec(`UPDATE members SET role = 'member' WHERE user_id = ?`, sender.ID)
	if due, err := sendAll(a, id, claimed(a, id).Attempt, 9); err != nil || len(due) != 0 || statesOf(a, id)[schema.LineRefused] != 2 {
		t.Errorf("due is %v (%v)", due, err)
	}
}

// A deletion, its cascade and a list meet: nobody is left behind.
func TestADeletionBesideAListLeavesNobodyInvited(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for round := range 10 {
		c := a.Client(fmt.Sprint("Client ", round))
		id := sentBy(a, a.Owner, c, crowd(30))
		attempt, ws := claimed(a, id).Attempt, a.Workspace()
		errs := fixture.Race(
			func() error { return fixture.Error(sendAll(a, id, attempt, 99)) },
			func() error {
				time.Sleep(time.Duration(round) * 5 * time.Millisecond)
				return fixture.Error(ws.DeleteClient(t.Context(), c.ID))
			})
		if errs[0] != nil || errs[1] != nil {
			t.Fatal(errs)
		}
		a.Cascade(c)
		open := fixture.Read[int](a.World, `SELECT COUNT(*) FROM client_users WHERE client_id = ? AND status <> 'deactivated'`, c.ID)
		unsent := fixture.Read[int](a.World, `SELECT COUNT(*) FROM emails e JOIN client_users u ON u.id = e.client_user_id WHERE u.client_id = ? AND e.state <> 'cancelled'`, c.ID)
		got := statesOf(a, id)
		if open != 0 || unsent != 0 || got[schema.LineInvited]+got[schema.LineRefused] != 30 {
			t.Errorf("round %d: %d open, %d unsent, lines %v", round, open, unsent, got)
		}
	}
	a.CheckSequences()
}
