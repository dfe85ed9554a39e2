package worker_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// list drafts and sends a list of n people, and leaves the work to a worker.
func (s *stage) list(n int) (id schema.BatchID, due []schema.Due) {
	s.t.Helper()
	var list []workspace.Listed
	for i := range n {
		list = append(list, workspace.Listed{FullName: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("person%d@orchardlane.example", i)})
	}
	b, err := s.ws.DraftBatch(s.t.Context(), s.client.ID, list, schema.BatchID{})
	s.check(err)
	due, err = s.ws.SendBatch(s.t.Context(), b.ID)
	s.check(err)
	return b.ID, due
}

// invitedOnce checks that n people have one row, one email that went out, and
// one mail at the provider each.
func (s *stage) invitedOnce(n int) {
	s.t.Helper()
	rows := s.count(`SELECT COUNT(*) FROM client_users`)
	emails := s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent' AND kind = 'invitation_many'`)
	all := s.count(`SELECT COUNT(*) FROM emails`)
	mails := map[string]int{}
	for _, m := range s.mailgun.Mails() {
		mails[m.To]++
	}
	kept := min(n, 500) // as many as the provider's stand-in remembers
	if rows != n || emails != n || all != n || len(mails) != kept {
		s.t.Errorf("%d rows, %d emails, %d of them sent, mails to %d people; want %d each", rows, all, emails, len(mails), n)
	}
	for to, count := range mails {
		if count != 1 {
			s.t.Errorf("%d mails to %s", count, to)
		}
	}
}

func (s *stage) waitForList(id schema.BatchID, within time.Duration) {
	s.t.Helper()
	s.eventually(within, func() bool {
		return s.count(`SELECT COUNT(*) FROM invitation_batches WHERE id = ? AND state = 'done'`, id) == 1 &&
			s.count(`SELECT COUNT(*) FROM emails WHERE state <> 'sent'`) == 0
	}, func() string {
		p, err := s.ws.BatchProgress(s.t.Context(), id)
		return fmt.Sprintf("%+v (%v)", p, err)
	})
}

func TestAListIsSentLineByLineAndAPasswordMailOvertakesIt(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rdb := testkit.Redis(t)
	bus := live.New(rdb, discard)
	go bus.Run(t.Context())
	heard := bus.Listen(s.ws.Agency.ID.String())
	var times atomic.Int32
	go func() {
		for range heard.Woken() {
			heard.Take()
			times.Add(1)
		}
	}()
	const people = 400
	id, due := s.list(people)
	bell, _ := s.work(rdb, time.Minute)
	bell.Ring(t.Context(), due...)
	s.eventually(20*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM emails`) > 50 }, func() string { return "nothing is being sent" })
	s.exec(`UPDATE users SET mail_after = NULL`)
	after, err := s.visitor().ForgotPassword(t.Context(), "priya@haldenstreet.example")
	s.check(err)
	bell.Ring(t.Context(), after...)
	s.waitForMail("priya@haldenstreet.example", 5*time.Second)
	if left := s.count(`SELECT COUNT(*) FROM emails WHERE state = 'queued'`); left == 0 {
		t.Log("the list was through already") // a fast machine: nothing to overtake
	}
	s.exec(`DELETE FROM emails WHERE kind = 'reset_password'`)
	s.waitForList(id, 30*time.Second)
	if n := s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent'`); n != people {
		t.Errorf("%d of %d went out", n, people)
	}
	if n := times.Load(); n == 0 {
		t.Error("open pages heard nothing")
	}
}

// Rung twice, by two workers, one of which is put down in the middle.
func TestTwoWorkersAndAStopInTheMiddleSendAListOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rdb := testkit.Redis(t)
	const people = 300
	id, due := s.list(people)
	bell, stop := s.work(rdb, time.Minute)
	s.work(rdb, time.Minute)
	bell.Ring(t.Context(), due...)
	due[0].Ring++
	bell.Ring(t.Context(), due...)
	s.eventually(20*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM client_users`) > 20 }, func() string { return "nothing is being sent" })
	stop()
	s.waitForList(id, 40*time.Second)
	s.invitedOnce(people)
}

func TestAListWhoseBellWasLostIsFoundByTheRelay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id, _ := s.list(3)
	s.exec(`UPDATE invitation_batches SET ring_at = UTC_TIMESTAMP(6)`)
	s.work(testkit.Redis(t), time.Minute)
	s.waitForList(id, 20*time.Second)
	s.invitedOnce(3)
}

// A full list of 5,000 takes 20 s on two cores, sent mails included; this is as
// many as other tests beside it can bear.
func TestALongListIsSent(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const people = 1200
	id, due := s.list(people)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	bell.Ring(t.Context(), due...)
	s.waitForList(id, 2*time.Minute)
	s.invitedOnce(people)
	if n := s.count(`SELECT COUNT(*) FROM (SELECT subject_id FROM events GROUP BY subject_id HAVING COUNT(*) <> MAX(sequence)) gaps`); n != 0 {
		t.Errorf("%d subjects have gaps in their sequence", n)
	}
}

func TestPruningRunsAsATask(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.list(2)
	_, err := s.ws.DraftBatch(t.Context(), s.client.ID, []workspace.Listed{{FullName: "Ann Bee", Email: "ann@kiln.example"}}, schema.BatchID{})
	s.check(err)
	s.exec(`UPDATE invitation_batches SET created_at = created_at - INTERVAL 8 DAY, ring_at = NULL`)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	s.check(bell.Prune(t.Context(), time.Now().Truncate(time.Hour)))
	s.eventually(10*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM invitation_batches WHERE state = 'draft'`) == 0 },
		func() string { return "the draft is still there" })
}
