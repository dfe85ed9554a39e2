package schema_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/schema/workspace"
)

// storm is many callers who do anything to few rows, all at once.
type storm struct {
	*fixture.Agency
	clients   []schema.Client
	people    []fixture.Person
	addresses []string
}

// Locks are taken in one order: client, client user, user, email. So there is
// no deadlock among verbs, however they meet; the retries are for the servers'
// own surprises. This test has a server to itself, to count on it.
func TestNoTwoVerbsDeadlock(t *testing.T) {
	t.Parallel()
	s := &storm{Agency: fixture.Over(t, ownDatabase(t)).Agency("Halden Street")}
	for _, name := range []string{"Orchard Lane", "Alder Row", "Kiln"} {
		s.clients = append(s.clients, s.Client(name))
	}
	for i := range 3 {
		p := s.Person("Some Body", fmt.Sprintf("known%d@example.com", i))
		s.people = append(s.people, p)
		s.addresses = append(s.addresses, p.Email, fmt.Sprintf("new%d@example.com", i))
	}
	before := deadlocks(s.World)
	for i, err := range fixture.Together(8, func(i int) error {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		err := s.rage(t, r)
		if i == 0 { // while the others still do
			err = errors.Join(err, s.deleteClient(t, s.clients[2]))
		}
		return errors.Join(err, s.rage(t, r))
	}) {
		if err != nil {
			t.Errorf("caller %d: %v (retryable: %v)", i, err, schema.Retryable(err))
		}
	}
	if after := deadlocks(s.World); after != before {
		t.Errorf("there were %d deadlocks", after-before)
	}
	s.CheckSequences()
}

func ownDatabase(t *testing.T) *schema.DB {
	t.Helper()
	server := testkit.OwnSQL(t)
	if err := server.CreateDatabase(t.Context(), "storm"); err != nil {
		t.Fatal(err)
	}
	db := open(t, server.URL("storm"))
	if err := schema.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func deadlocks(w *fixture.World) int {
	w.T.Helper()
	return fixture.Read[int](w, `SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'`)
}

// rage does one verb after another, to whatever row; a refusal is fine.
func (s *storm) rage(t *testing.T, r *rand.Rand) error {
	ctx := t.Context()
	ws, err := workspace.For(ctx, s.DB, s.Owner.ID, s.ID)
	if err != nil {
		return err
	}
	for range 60 {
		if err := s.anything(t, ws, r); err != nil && schema.KindOf(err) == 0 {
			return err
		}
	}
	return nil
}

func (s *storm) deleteClient(t *testing.T, c schema.Client) error {
	ws, err := workspace.For(t.Context(), s.DB, s.Owner.ID, s.ID)
	if err != nil {
		return err
	}
	if _, err := ws.DeleteClient(t.Context(), c.ID); err != nil {
		return err
	}
	claim, err := s.System.ClaimCascade(t.Context(), c.ID)
	for done := false; err == nil && !done; {
		done, err = s.System.Cascade(t.Context(), c.ID, claim.Attempt)
	}
	return err
}

func (s *storm) anything(t *testing.T, ws *workspace.Workspace, r *rand.Rand) error {
	ctx, c, address := t.Context(), s.clients[r.IntN(len(s.clients))], s.addresses[r.IntN(len(s.addresses))]
	var u schema.ClientUser
	err := s.DB.Unsafe().GetContext(ctx, &u, `SELECT * FROM client_users WHERE client_id = ? AND email_key = ?`, c.ID, address)
	if err != nil || u.Status == schema.StatusRevoked || u.Status == schema.StatusDeactivated {
		return fixture.Error(ws.Invite(ctx, c.ID, "Some Body", address))
	}
	switch r.IntN(11) {
	case 0:
		return ws.Revoke(ctx, u.ID)
	case 1:
		return fixture.Error(ws.FixEmail(ctx, u.ID, s.addresses[r.IntN(len(s.addresses))]))
	case 2:
		return fixture.Error(ws.Resend(ctx, u.ID))
	case 3, 4:
		session, err := fixture.OpenSession(ctx, s.DB, s.people[r.IntN(len(s.people))].ID)
		if err != nil {
			return err
		}
		return fixture.Error(s.Visitor.AcceptAs(ctx, s.Link(u), session, ""))
	case 5:
		return fixture.Error(s.Visitor.Accept(ctx, s.Link(u), "Some Body", fixture.Password, ""))
	case 6, 7:
		return ws.Remove(ctx, u.ID)
	case 8:
		return s.sendAll(t, r)
	case 9:
		return s.sendList(t, ws, c, r)
	default:
		_, err := s.DB.ExecContext(ctx, `UPDATE client_users SET resend_after = created_at, expires_at = IF(RAND() < 0.3, created_at, expires_at) WHERE id = ?`, u.ID)
		if err != nil {
			return err
		}
		return fixture.Error(s.System.Expire(ctx, 10))
	}
}

// sendList sends a list of all addresses, in any order, and may not get through;
// then another worker takes it up.
func (s *storm) sendList(t *testing.T, ws *workspace.Workspace, c schema.Client, r *rand.Rand) error {
	ctx := t.Context()
	var list []workspace.Listed
	for _, i := range r.Perm(len(s.addresses)) {
		list = append(list, workspace.Listed{FullName: "Some Body", Email: s.addresses[i]})
	}
	b, err := ws.DraftBatch(ctx, c.ID, list, schema.BatchID{})
	if err == nil {
		_, err = ws.SendBatch(ctx, b.ID)
	}
	if err != nil {
		return err
	}
	for n := r.IntN(2 * len(list)); ; n = len(list) + 1 {
		claim, err := s.System.ClaimBatch(ctx, b.ID)
		if err != nil || claim.Verdict != schema.ClaimTaken {
			return err
		}
		for range n {
			line, err := s.System.SendLine(ctx, b.ID, claim.Attempt, 0)
			if err != nil || line.Done {
				return errors.Join(err, fixture.Error(s.System.Prune(ctx, 10)))
			}
		}
		if err := s.System.ReleaseBatch(ctx, b.ID, claim.Attempt); err != nil {
			return err
		}
	}
}

// sendAll is a worker and a relay.
func (s *storm) sendAll(t *testing.T, r *rand.Rand) error {
	ctx := t.Context()
	var ids []schema.EmailID
	if err := s.DB.SelectContext(ctx, &ids, `SELECT id FROM emails WHERE state = 'queued' LIMIT 10`); err != nil || len(ids) == 0 {
		return err
	}
	if _, err := s.System.Unrung(ctx, 10); err != nil {
		return err
	}
	claims, err := s.System.ClaimEmails(ctx, ids)
	if err != nil {
		return err
	}
	var results []system.EmailResult
	for _, c := range claims {
		if c.Verdict == schema.ClaimTaken {
			results = append(results, system.EmailResult{ID: c.Email.ID, Attempt: c.Email.Attempt, Release: r.IntN(4) == 0,
				Result: schema.MailResult{Outcome: schema.MailAccepted, ProviderID: "<1@mail>"}})
		}
	}
	if len(results) == 0 {
		return nil
	}
	return fixture.Error(s.System.RecordEmails(ctx, results))
}
