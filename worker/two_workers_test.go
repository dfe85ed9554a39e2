package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
)

var discard = slog.New(slog.DiscardHandler)

type redisServer interface {
	Stop(context.Context) error
	Start(context.Context) error
	Pid() int
}

func TestTwoWorkersDoNothingTwice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	rdb := testkit.Redis(t)
	s.work(rdb, time.Minute)
	bell, _ := s.work(rdb, time.Minute)
	const people = 200
	var due []schema.Due
	for n := range people {
		i := s.invite(fmt.Sprintf("Person %d", n), fmt.Sprintf("p%d@orchardlane.example", n))
		due = append(due, i.Due...)
	}
	// Rung by two web processes at once, and under two ring numbers, as after a
	// relay's raise.
	var wg sync.WaitGroup
	for ring := range uint32(2) {
		wg.Go(func() {
			for _, d := range due {
				d.Ring = ring
				jobs.NewBell(rdb, discard).Ring(t.Context(), d)
			}
		})
	}
	wg.Wait()
	s.eventually(30*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent'`) == people },
		func() string { return fmt.Sprint(len(s.mailgun.Mails()), " mails") })
	_ = bell
	if n := len(s.mailgun.Mails()); n != people {
		t.Errorf("%d mails to %d people", n, people)
	}
	if n := s.count(`SELECT COUNT(*) FROM events WHERE type = 'invitation.sent'`); n != people {
		t.Errorf("%d invitation.sent events for %d people", n, people)
	}
	if n := s.count(`SELECT COUNT(*) FROM (SELECT subject_id FROM events GROUP BY subject_id
		HAVING COUNT(*) <> MAX(sequence) OR MIN(sequence) <> 1) gaps`); n != 0 {
		t.Errorf("%d subjects have gaps in their sequence", n)
	}
}

func TestAStopLetsARunningSendFinish(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Hang})
	bell, stop := s.work(testkit.Redis(t), time.Minute)
	i := s.invite("Tom Okafor", "tom@orchardlane.example")
	bell.Ring(t.Context(), i.Due...)
	s.waitForState(i.Due[0], 10*time.Second, schema.EmailSending)
	if took := stop(); took > 25*time.Second {
		t.Errorf("the stop took %v", took)
	}
	if e := s.email(i.Due[0]); e.State == schema.EmailSending {
		t.Errorf("the stopped worker left its claim behind")
	}
}

func TestAStoppedWorkerTakesNothingNew(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	bell, stop := s.work(testkit.Redis(t), time.Minute)
	stop()
	i := s.invite("Tom Okafor", "tom@orchardlane.example")
	bell.Ring(t.Context(), i.Due...)
	if e := s.email(i.Due[0]); e.State != schema.EmailQueued {
		t.Errorf("the email is %s", e.State)
	}
}
