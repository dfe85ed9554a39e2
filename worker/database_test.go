package worker_test

import (
	"fmt"
	"testing"
	"time"

	"anteroom/internal/testkit"
	"anteroom/schema"
)

// The database goes away while mails are on their way. What Mailgun answered
// meanwhile is kept and written down when it is back, so nobody is written to
// twice and nobody is forgotten.
func TestADatabaseThatGoesAwayLosesNoMail(t *testing.T) {
	t.Parallel()
	server := testkit.OwnSQL(t)
	ctx := t.Context()
	if err := server.CreateDatabase(ctx, "own"); err != nil {
		t.Fatal(err)
	}
	db := must(schema.Open(ctx, server.URL("own")))
	t.Cleanup(func() { db.Close() })
	if err := schema.Migrate(ctx, db); err != nil {
		t.Fatal(err)
	}
	s := newStageOn(t, db)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	const people = 300
	var due []schema.Due
	for n := range people {
		due = append(due, s.invite(fmt.Sprintf("Person %d", n), fmt.Sprintf("p%d@orchardlane.example", n)).Due...)
	}
	go func() {
		for _, d := range due {
			bell.Ring(ctx, d)
		}
	}()
	s.eventually(20*time.Second, func() bool { return len(s.mailgun.Mails()) > 20 }, func() string { return "no mail yet" })
	s.check(server.Stop(ctx))
	time.Sleep(3 * time.Second)
	s.check(server.Start(ctx))
	s.eventually(60*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent'`) == people },
		func() string { return fmt.Sprint(len(s.mailgun.Mails()), " mails") })
	if n := len(s.mailgun.Mails()); n != people {
		t.Errorf("%d mails to %d people", n, people)
	}
}
