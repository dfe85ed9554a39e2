package system_test

import (
	"fmt"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

func TestTheSweepExpiresWhatIsStaleAndNothingElse(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	rows := []schema.ClientUser{a.Invite(c, "one@example.com"), a.Invite(c, "two@example.com")}
	active, _ := a.Admit(c, "active@example.com")
	clock.Forward(rows[0].ExpiresAt.Sub(clock.Now()) - time.Second)
	fresh := a.Invite(c, "fresh@example.com")
	if n, err := w.System.Expire(t.Context(), 10); n.Done != 0 || err != nil {
		t.Errorf("a second before the end it expires %d (%v)", n.Done, err)
	}
	clock.Forward(time.Second)
	for _, want := range []int{1, 1, 0} {
		if n, err := w.System.Expire(t.Context(), 1); n.Done != want || err != nil {
			t.Errorf("it expires %d, want %d (%v)", n.Done, want, err)
		}
	}
	for _, u := range rows {
		if got := w.ClientUser(u.ID); got.Status != schema.StatusExpired || got.Generation != u.Generation {
			t.Errorf("the row is %+v", got)
		}
	}
	if a, b := w.ClientUser(active.ID).Status, w.ClientUser(fresh.ID).Status; a != schema.StatusActive || b != schema.StatusInvited {
		t.Errorf("the active one is %s, the fresh one %s", a, b)
	}
	w.CheckSequences()
}

func TestTenThousandStaleInvitationsExpireOnceEachBesideAcceptsAndResends(t *testing.T) {
	t.Parallel()
	const stale, live, resent = 10_000, 40, 100
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	ids := a.Crowd(c, stale, schema.StatusInvited)
	a.Exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND`)
	var fresh []schema.ClientUser
	for i := range live {
		fresh = append(fresh, a.Invite(c, fmt.Sprintf("fresh%d@example.com", i)))
	}
	ws := a.Workspace()
	sweep := func() error {
		for {
			if n, err := a.System.Expire(t.Context(), system.ExpireBatch); err != nil || n.Done == 0 {
				return err
			}
		}
	}
	for _, err := range fixture.Race(sweep, sweep, func() error {
		for _, u := range fresh {
			if _, err := a.Visitor.Accept(t.Context(), a.Link(u), "Some Body", fixture.Password, ""); err != nil {
				return err
			}
		}
		return nil
	}, func() error {
		for i := range resent {
			if _, err := ws.Resend(t.Context(), ids[i*stale/resent]); err != nil {
				return err
			}
		}
		return nil
	}, func() error { // somebody holding an old link
		for i := range resent {
			_, err := a.Visitor.AcceptAs(t.Context(), a.LinkOf(ids[i*stale/resent+1], 1), a.Owner.Session, "")
			if schema.CodeOf(err) != "link_expired" {
				return err
			}
		}
		return nil
	}) {
		if err != nil {
			t.Fatalf("%v (retryable: %v)", err, schema.Retryable(err))
		}
	}
	if err := sweep(); err != nil {
		t.Fatal(err)
	}
	count := func(query string, args ...any) int { return fixture.Read[int](a.World, query, args...) }
	if once := count(`SELECT COUNT(*) FROM (SELECT subject_id FROM events WHERE type = ? GROUP BY subject_id HAVING COUNT(*) = 1) x`, schema.InvitationExpired); once != stale {
		t.Errorf("%d of %d have one expiry", once, stale)
	}
	for status, want := range map[schema.Status]int{schema.StatusExpired: stale - resent, schema.StatusInvited: resent, schema.StatusActive: live} {
		if got := count(`SELECT COUNT(*) FROM client_users WHERE status = ?`, status); got != want {
			t.Errorf("%d are %s, want %d", got, status, want)
		}
	}
	a.CheckSequences()
}

func TestABatchOfTheSweepIsSmallerWhereEachEventHasManyDeliveries(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	for i := range schema.MaxEndpoints {
		a.Endpoint(fmt.Sprintf("https://%d.example", i))
	}
	c := a.Client("Orchard Lane Bakery")
	a.Crowd(c, 400, schema.StatusInvited)
	w.Exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE`)
	done := 0
	for {
		before := fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_deliveries`)
		out, err := w.System.Expire(t.Context(), system.ExpireBatch)
		if err != nil {
			t.Fatal(err)
		}
		done += out.Done
		if rows := 2*out.Done + fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_deliveries`) - before; rows > 2000 || out.Done == 0 {
			t.Errorf("a batch of %d writes %d rows", out.Done, rows)
		}
		if !out.More {
			break
		}
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_deliveries WHERE type = 'invitation.expired'`); done != 400 || n != 4000 {
		t.Errorf("%d are expired, with %d deliveries", done, n)
	}
}
