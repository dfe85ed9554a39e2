package schema_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// check compares the database with the model, and with what must hold whatever
// the model says.
func (k *walk) check() {
	k.checkRows()
	k.checkMails()
	k.checkEvents()
	for r := range k.doubts {
		k.checkLinks(r)
	}
	clear(k.doubts)
}

func (k *walk) checkRows() {
	rows := map[schema.ClientUserID]schema.ClientUser{}
	for _, u := range fixture.ReadAll[schema.ClientUser](k.w, `SELECT * FROM client_users`) {
		if u.Generation < k.gens[u.ID] {
			k.Fatalf("the generation fell from %d to %d", k.gens[u.ID], u.Generation)
		}
		rows[u.ID], k.gens[u.ID] = u, u.Generation
	}
	if len(rows) != len(k.m.rows) {
		k.Fatalf("there are %d rows, want %d", len(rows), len(k.m.rows))
	}
	for _, r := range k.m.rows {
		u := rows[r.id]
		if u.Status == schema.StatusExpired {
			k.m.touch(r) // anybody may have come upon a stale row
		}
		if u.Status != r.status || u.Generation != r.gen || u.AddressGeneration != r.address || u.EmailKey != r.email || u.EmailID != r.mail.id ||
			!u.ExpiresAt.Equal(r.expires) || !u.ResendAfter.Equal(r.resend) || int(u.EventSeq) != len(r.events) {
			k.Fatalf("the row is %+v, want %+v", u, *r)
		}
		if active := u.Status == schema.StatusActive; active && u.UserID != k.m.known[r.email] {
			k.Fatalf("the active row is %+v, of %s", u, k.m.known[r.email])
		}
	}
}

func (k *walk) checkMails() {
	mails := map[schema.EmailID]schema.Email{}
	for _, e := range fixture.ReadAll[schema.Email](k.w, `SELECT * FROM emails`) {
		if (e.DueAt != nil) != e.State.Owes() {
			k.Fatalf("the mail is %s, due %v", e.State, e.DueAt)
		}
		mails[e.ID] = e
	}
	if len(mails) != len(k.m.mails) {
		k.Fatalf("there are %d mails, want %d", len(mails), len(k.m.mails))
	}
	for _, want := range k.m.mails {
		e := mails[want.id]
		var due time.Time
		if e.DueAt != nil {
			due = *e.DueAt
		}
		if e.State != want.state || !due.Equal(want.due) || e.Generation != want.gen || e.Address != want.to || e.ClientUserID != want.row.id {
			k.Fatalf("the mail is %+v, want %+v", e, *want)
		}
	}
}

func (k *walk) checkEvents() {
	got := map[schema.SubjectID][]schema.EventType{}
	for _, e := range fixture.ReadAll[schema.Event](k.w, `SELECT subject_id, sequence, type FROM events ORDER BY subject_id, sequence`) {
		if got[e.SubjectID] = append(got[e.SubjectID], e.Type); int(e.Sequence) != len(got[e.SubjectID]) {
			k.Fatalf("event %d of its subject has number %d", len(got[e.SubjectID]), e.Sequence)
		}
	}
	for _, r := range k.m.rows {
		if events := got[schema.SubjectID(r.id)]; !slices.Equal(events, r.events) {
			k.Fatalf("the events of %s are %v, want %v", r.email, events, r.events)
		}
	}
}

// checkPayloads looks at what a webhook would send, at the end of a walk.
func (k *walk) checkPayloads() {
	k.w.CheckSequences()
	for _, e := range fixture.ReadAll[schema.Event](k.w, `SELECT * FROM events`) {
		if !json.Valid(e.Payload) || len(e.Payload) > 20_000 {
			k.Fatalf("the payload is %q", e.Payload)
		}
		for _, r := range k.m.rows {
			for _, l := range r.links {
				if bytes.Contains(e.Payload, []byte(l.token)) {
					k.Fatalf("a link stands in the payload %s", e.Payload)
				}
			}
		}
	}
}

// checkLinks tries every link that a row ever had.
func (k *walk) checkLinks(r *mRow) {
	for _, l := range r.links {
		i, err := k.w.Visitor.Invitation(k.Context(), l.token)
		says := "link_" + string(i.State)
		if err != nil {
			says = schema.CodeOf(err)
		}
		if want := k.m.linkSays(r, l.gen); says != want {
			k.Fatalf("the link of generation %d says %s (%v), want %s", l.gen, says, err, want)
		}
		if l.address != r.email && says != "not_found" {
			k.Fatalf("the link went to %s, which was fixed to %s, and says %s", l.address, r.email, says)
		}
		if newest := r.links[len(r.links)-1].gen; says == "link_open" && l.gen != newest {
			k.Fatalf("the link of generation %d is open, the newest is of %d", l.gen, newest)
		}
	}
}
