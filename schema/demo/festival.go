package demo

import (
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
)

// The crew of a festival: so many people for a day, of whom so many accepted.
const (
	crew     = 99
	accepted = 57
	late     = 5 // came within the last hour, and left with the client
)

var (
	givenNames  = strings.Fields("Ada Bram Cleo Dan Fay Ivo Lena Nils Orla Sven Vera")
	familyNames = strings.Fields("Adler Bellini Costa Egger Fujita Holm Jansen Moreau Pohl")
)

// festival is a client that came and went within the last day, and with it more
// than five hundred events.
func (s *seed) festival() {
	c := &schema.Client{ID: schema.New[schema.ClientID](), AgencyID: s.a.ID, Name: "Saltmarsh Festival", CreatedAt: s.ago(23*time.Hour + 40*time.Minute),
		CascadeState: schema.CascadeNone}
	events := []schema.Event{s.dated(schema.NewClientEvent(schema.ClientCreated, c.CreatedAt, c, s.by()))}
	s.named(`INSERT INTO clients (id, agency_id, name, website, event_seq, created_at, cascade_state)
		VALUES (:id, :agency_id, :name, :website, :event_seq, :created_at, :cascade_state)`, c)
	c.Website = "saltmarsh.example"
	events = append(events, s.dated(schema.NewClientEvent(schema.ClientUpdated, c.CreatedAt.Add(11*time.Minute), c, s.by())))

	open := *c // as it was while its people came and went
	end := s.ago(31 * time.Minute)
	c.Delete(end, s.owner.ID)
	c.EndCascade()
	events = append(events, s.dated(schema.NewClientEvent(schema.ClientDeleted, end, c, s.by())))
	s.named(`UPDATE clients SET website = :website, deleted_at = :deleted_at, deleted_by = :deleted_by, cascade_state = :cascade_state,
		event_seq = :event_seq WHERE id = :id`, c)
	s.do(func() error { return event.Append(s.tx, events...) })

	var mails []schema.Email
	for i := range crew {
		h := &helper{seed: s, i: i, Seat: lock.Seat{Client: open}}
		mails = append(mails, h.lives(c))
	}
	s.mails(mails)
}

func (s *seed) mails(mails []schema.Email) {
	rows := make([]*schema.Email, len(mails))
	for i := range mails {
		rows[i] = &mails[i]
	}
	s.do(func() error { return outbox.Insert(s.tx, rows...) })
	s.do(func() error { return outbox.Save(s.tx, mails) })
}

// helper is one of the festival's crew.
type helper struct {
	*seed
	lock.Seat
	i    int // of the crew
	mail schema.Email
	log  []schema.Event
}

// lives writes the whole of a helper's day: invited, mailed, accepted or not, and
// out again, at the latest with the client.
func (h *helper) lives(deleted *schema.Client) schema.Email {
	name := givenNames[h.i%len(givenNames)] + " " + familyNames[h.i/len(givenNames)%len(familyNames)]
	email := strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@saltmarsh.example"
	at := h.begins()
	h.User = schema.ClientUser{ID: schema.New[schema.ClientUserID](), AgencyID: h.a.ID, ClientID: h.Client.ID, Email: email, EmailKey: email,
		FullName: name, CreatedAt: at}
	h.do(func() error { return h.User.Invite(at, h.a.InvitationLifetime(), h.owner.ID) })
	h.tell(schema.InvitationCreated, at, schema.StatusNone, h.by())
	h.mailed(at)
	if (h.i+1)*accepted/crew > h.i*accepted/crew {
		h.accepts(at.Add(3*time.Minute + time.Duration(h.i%4)*4*time.Minute))
	}
	h.leaves(deleted)
	h.do(func() error { return h.Insert(h.tx, h.log...) })
	return h.mail
}

// begins spreads the invitations over the day; the last ones are late.
func (h *helper) begins() time.Time {
	if n := h.i - (crew - late); n >= 0 {
		return h.ago(50*time.Minute - time.Duration(n)*time.Minute)
	}
	return h.ago(23*time.Hour - time.Duration(h.i)*13*time.Minute - time.Duration(h.i*h.i%17)*20*time.Second)
}

func (h *helper) tell(t schema.EventType, at time.Time, prev schema.Status, by schema.Actor) {
	h.log = append(h.log, h.dated(schema.NewClientUserEvent(t, at, &h.Client, &h.User, prev, by)))
}

func (h *helper) mailed(at time.Time) {
	h.mail = schema.NewInvitationEmail(at, &h.User, schema.EmailInvitationMany)
	for _, m := range []struct {
		state schema.EmailState
		t     schema.EventType
		after time.Duration
	}{{schema.EmailSent, schema.InvitationSent, 2 * time.Second}, {schema.EmailDelivered, schema.InvitationDelivered, 9 * time.Second}} {
		h.mail.State, h.mail.StateAt, h.mail.DueAt, h.mail.Attempt = m.state, at.Add(m.after), nil, 1
		h.log = append(h.log, h.dated(schema.NewEmailEvent(m.t, at.Add(m.after), &h.Client, &h.User, &h.mail)))
	}
}

func (h *helper) accepts(at time.Time) {
	u := h.user(h.User.FullName, h.User.Email)
	h.do(func() error { return h.User.Accept(at, u.ID) })
	by := schema.Actor{Type: schema.ActorRecipient, ID: u.ID}
	h.tell(schema.InvitationAccepted, at, schema.StatusInvited, by)
	h.tell(schema.ClientUserActivated, at, schema.StatusInvited, by)
}

// leaves ends it by hand in the order of the invitations, or with the client.
func (h *helper) leaves(deleted *schema.Client) {
	at, prev := h.ago(6*time.Hour-time.Duration(h.i)*210*time.Second), h.User.Status
	t, end := schema.ClientUserDeactivated, h.User.Remove
	switch {
	case at.After(*deleted.DeletedAt) || h.i >= crew-late:
		at, end, h.Client = deleted.DeletedAt.Add(time.Second), h.User.ClientDeleted, *deleted
	case prev == schema.StatusInvited:
		t, end = schema.InvitationRevoked, h.User.Revoke
	}
	h.do(func() error { return end(at, h.owner.ID) })
	h.tell(t, at, prev, h.by())
}
