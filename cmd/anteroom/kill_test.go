package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/workspace"
)

func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.DiscardHandler)
}

// workspace is the demo agency's, as its owner.
func (s *site) workspace() *workspace.Workspace {
	s.t.Helper()
	var m struct {
		User   schema.UserID   `db:"user_id"`
		Agency schema.AgencyID `db:"agency_id"`
	}
	s.check(s.db.Get(&m, `SELECT m.user_id, m.agency_id FROM members m JOIN users u ON u.id = m.user_id WHERE u.email = ?`, demo.Owner))
	w, err := workspace.For(s.t.Context(), s.db, m.User, m.Agency)
	s.check(err)
	return w
}

func (s *site) clientNamed(name string) (id schema.ClientID) {
	s.t.Helper()
	s.check(s.db.Get(&id, `SELECT id FROM clients WHERE name = ?`, name))
	return id
}

// A worker gets kill -9 while Mailgun holds the request. Whether Mailgun had
// taken the mail or not, the person gets one or two with the same working link,
// and the row ends in one definite state.
func TestAKilledWorkerLosesNoMail(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]bool{"before Mailgun kept the mail": false, "after Mailgun kept the mail": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Hang, Keep: kept})
			i, err := s.workspace().Invite(t.Context(), s.clientNamed("Kiln & Clay Studio"), "Ann Bee", "ann@kiln.example")
			s.check(err)
			first := s.start("worker")
			s.bell.Ring(t.Context(), i.Due...)
			s.eventually(20*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sending'`) == 1 }, first.output)
			s.eventually(5*time.Second, s.mailgun.Holding, first.output)
			first.kill()

			second := s.start("worker")
			s.eventually(60*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent'`) == 1 }, second.output)
			mails := s.mailgun.Mails()
			want := 1
			if kept {
				want = 2
			}
			if len(mails) != want {
				t.Errorf("%d mails, want %d", len(mails), want)
			}
			for _, m := range mails {
				if !strings.Contains(m.Text, schema.InvitationLink{ClientUser: i.ClientUser.ID, Generation: 1}.Token(s.keys)) {
					t.Errorf("a mail has another link")
				}
			}
			if code, took := second.stop(); code != 0 || took > 25*time.Second {
				t.Errorf("the worker stopped with status %d after %v", code, took)
			}
		})
	}
}

// A client with 5,000 users is deleted, and the worker is killed five times on
// the way. Everybody is deactivated once.
func TestACascadeSurvivesFiveKills(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.clientNamed("Kiln & Clay Studio")
	const people = 5000
	s.crowd(client, people)
	due, err := s.workspace().DeleteClient(t.Context(), client)
	s.check(err)
	s.bell.Ring(t.Context(), due...)

	deactivated := func() int {
		return s.count(`SELECT COUNT(*) FROM client_users WHERE client_id = ? AND status = 'deactivated'`, client)
	}
	for kill := range 5 {
		before := deactivated()
		if before == people {
			t.Fatalf("the cascade was through after %d kills", kill)
		}
		w := s.start("worker")
		s.eventually(40*time.Second, func() bool { return deactivated() > before }, w.output)
		w.kill()
	}
	last := s.start("worker")
	s.eventually(60*time.Second, func() bool {
		return s.count(`SELECT COUNT(*) FROM clients WHERE id = ? AND cascade_state = 'done'`, client) == 1
	}, last.output)
	if n := deactivated(); n != people {
		t.Errorf("%d of %d are deactivated", n, people)
	}
	if n := s.count(`SELECT COUNT(*) FROM events WHERE client_id = ? AND type = 'client_user.deactivated'`, client); n != people {
		t.Errorf("%d events for %d people", n, people)
	}
	if n := s.count(`SELECT COUNT(*) FROM social_accounts WHERE client_id = ?`, client); n != 0 {
		t.Errorf("%d social accounts are still assigned", n)
	}
	if n := s.count(`SELECT COUNT(*) FROM social_accounts WHERE network = 'pinterest' AND client_id IS NULL`); n != 1 {
		t.Errorf("a social account was disconnected")
	}
}

// crowd fills a client with invited people, a batch of rows at a time.
func (s *site) crowd(client schema.ClientID, n int) {
	s.t.Helper()
	for n > 0 {
		batch := min(n, 500)
		var values []string
		var args []any
		for range batch {
			n--
			address := fmt.Sprintf("crowd%d@kiln.example", n)
			values = append(values, `(?, (SELECT agency_id FROM clients WHERE id = ?), ?, ?, ?, 'Somebody', 'invited', 1, 1, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 7 DAY, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`)
			args = append(args, schema.New[schema.ClientUserID](), client, client, address, address, schema.New[schema.UserID]())
		}
		s.exec(`INSERT INTO client_users (id, agency_id, client_id, email, email_key, full_name, status, generation, address_generation,
			invited_by, invited_at, expires_at, resend_after, created_at) VALUES `+strings.Join(values, ","), args...)
	}
}
