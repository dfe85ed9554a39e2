package main

import (
	"fmt"
	"testing"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// A list is being sent when the worker is killed, three times. Everybody on it
// is invited once.
func TestAListSurvivesThreeKills(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.clientNamed("Kiln & Clay Studio")
	const people = 1500
	var list []workspace.Listed
	for i := range people {
		list = append(list, workspace.Listed{FullName: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("person%d@kiln.example", i)})
	}
	b, err := s.workspace().DraftBatch(t.Context(), client, list, schema.BatchID{})
	s.check(err)
	due, err := s.workspace().SendBatch(t.Context(), b.ID)
	s.check(err)
	s.bell.Ring(t.Context(), due...)

	settled := func() int {
		return s.count(`SELECT COUNT(*) FROM invitation_batch_lines WHERE batch_id = ? AND state <> 'pending'`, b.ID)
	}
	for kill := range 3 {
		before := settled()
		if before == people {
			t.Fatalf("the list was through after %d kills", kill)
		}
		w := s.start("worker")
		s.eventually(60*time.Second, func() bool { return settled() > before }, w.output)
		w.kill()
	}
	last := s.start("worker")
	// Far above what two busy cores took (55 s to 125 s): it is to find a list that stands still.
	s.eventually(5*time.Minute, func() bool {
		return s.count(`SELECT COUNT(*) FROM invitation_batches WHERE id = ? AND state = 'done'`, b.ID) == 1 &&
			s.count(`SELECT COUNT(*) FROM emails WHERE kind = 'invitation_many' AND state <> 'sent'`) == 0
	}, last.output)
	for what, query := range map[string]string{
		"lines":  `SELECT COUNT(*) FROM invitation_batch_lines WHERE state = 'invited'`,
		"people": `SELECT COUNT(*) FROM client_users WHERE email LIKE 'person%@kiln.example'`,
		"emails": `SELECT COUNT(*) FROM emails WHERE kind = 'invitation_many'`,
		"events": `SELECT COUNT(*) FROM events e JOIN client_users u ON u.id = e.subject_id WHERE e.type = 'invitation.created' AND u.email LIKE 'person%@kiln.example'`,
	} {
		if n := s.count(query); n != people {
			t.Errorf("%d %s for %d people", n, what, people)
		}
	}
}
