package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/demo"
)

// The agency whose list is asked for.
const (
	manyClients = 5000
	peopleEach  = 5
	oneTroubled = 20 // of so many people one's mail bounced
)

// benchPage asks for Settings > Clients in an agency with many clients, one
// request after the other, as the browser does. The time is the whole answer's.
func benchPage(ctx context.Context, db *schema.DB, redisURL string, span time.Duration) error {
	if err := fillAgency(ctx, db); err != nil {
		return err
	}
	w, err := openSite(ctx, db, redisURL)
	if err != nil {
		return err
	}
	defer w.close()
	fmt.Printf("%-28s %10s %10s %10s\n", fmt.Sprintf("page, %d clients", manyClients), "per second", "p50", "p99")
	for _, p := range []struct{ name, query string }{
		{"plain", ""}, {"last page", "?page=100"}, {"search", "?q=bakery+12"}, {"search, nothing found", "?q=zither"}, {"attention", "?filter=attention"},
	} {
		f, err := load(ctx, 1, span/3, func(int, int64) error { return w.get("/settings/clients" + p.query) })
		if err != nil {
			return err
		}
		fmt.Printf("%-28s %10.0f %10s %10s\n", p.name, f.perSecond, f.p50.Round(10*time.Microsecond), f.p99.Round(10*time.Microsecond))
	}
	return nil
}

func (s *site) get(path string) error {
	r, err := http.NewRequest(http.MethodGet, s.url+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Cookie", s.cookie)
	r.Header.Set("Accept", "text/html")
	answer, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s: %.200s", path, answer.Status, body)
	}
	return err
}

// fillAgency gives the demo's agency many clients more, with people and what
// became of their mails.
func fillAgency(ctx context.Context, db *schema.DB) error {
	var agency schema.AgencyID
	var owner schema.UserID
	if err := db.GetContext(ctx, &owner, `SELECT id FROM users WHERE email_key = ?`, demo.Owner); err != nil {
		return err
	}
	if err := db.GetContext(ctx, &agency, `SELECT agency_id FROM members WHERE user_id = ?`, owner); err != nil {
		return err
	}
	const batch = 100
	for done := 0; done < manyClients; done += batch {
		if err := fillClients(ctx, db, agency, owner, done, batch); err != nil {
			return err
		}
	}
	_, err := db.ExecContext(ctx, `ANALYZE TABLE clients, client_users, emails`)
	return err
}

func fillClients(ctx context.Context, db *schema.DB, agency schema.AgencyID, owner schema.UserID, from, n int) error {
	const clientRow = `(?, ?, ?, ?, UTC_TIMESTAMP(6))`
	const personRow = `(?, ?, ?, ?, ?, 'Somebody Invited', 'invited', 1, 1, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 7 DAY, UTC_TIMESTAMP(6), 1, ?, UTC_TIMESTAMP(6))`
	const mailRow = `(?, ?, 'invitation', ?, 1, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`
	var clients, people, mails []any
	for i := from; i < from+n; i++ {
		id := schema.New[schema.ClientID]()
		clients = append(clients, id, agency, fmt.Sprintf("Bakery %d", i), fmt.Sprintf("bakery%d.example", i))
		for j := range peopleEach {
			user, mail, state := schema.New[schema.ClientUserID](), schema.New[schema.EmailID](), schema.EmailDelivered
			if (i*peopleEach+j)%oneTroubled == 0 {
				state = schema.EmailBounced
			}
			address := fmt.Sprintf("person%d@bakery%d.example", j, i)
			people = append(people, user, agency, id, address, address, owner, mail)
			mails = append(mails, mail, agency, user, address, state)
		}
	}
	for _, t := range []struct {
		into, row string
		args      []any
	}{
		{`clients (id, agency_id, name, website, created_at)`, clientRow, clients},
		{`client_users (id, agency_id, client_id, email, email_key, full_name, status, generation, address_generation, invited_by,
			invited_at, expires_at, resend_after, event_seq, email_id, created_at)`, personRow, people},
		{`emails (id, agency_id, kind, client_user_id, generation, address, state, state_at, created_at)`, mailRow, mails},
	} {
		rows := len(t.args) / strings.Count(t.row, "?")
		_, err := db.ExecContext(ctx, `INSERT INTO `+t.into+` VALUES `+t.row+strings.Repeat(`,`+t.row, rows-1), t.args...)
		if err != nil {
			return err
		}
	}
	return nil
}
