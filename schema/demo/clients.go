package demo

import (
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
)

func (s *seed) clients() {
	alder := s.client("Alder Row Architects", "alderrow.example")
	s.accounts(alder, "instagram alderrow", "linkedin Alder Row Architects", "pinterest alderrow")
	s.active(alder, "Ines Duarte", "ines@alderrow.example")
	s.active(alder, "Paul Adeyemi", "paul@alderrow.example")

	s.bakery(s.client("Orchard Lane Bakery", "orchardlane.example"))

	brightwater := s.client("Brightwater Dental", "brightwater.example")
	s.accounts(brightwater, "facebook Brightwater Dental", "instagram brightwater.dental")
	s.active(brightwater, "Ruth Okoye", "ruth@brightwater.example")

	kiln := s.client("Kiln & Clay Studio", "kilnandclay.example")
	s.accounts(kiln, "instagram kilnandclay", "pinterest kilnandclay", "threads kilnandclay")

	joinery := s.client("Weber & Cole Joinery", "webercole.example")
	s.accounts(joinery, "instagram webercole")
	s.active(joinery, "Jonas Weber", Both)

	s.client("Wren Street Books", "wrenstreet.example") // nothing assigned: can't invite yet
	s.closed(s.client("Mill Road Cycles", "millroad.example"))
}

// bakery has every status and the states of an email that tell most.
func (s *seed) bakery(c *schema.Client) {
	ids := s.accounts(c, "instagram orchardlane.bakery", "facebook Orchard Lane Bakery", "tiktok orchardlanebakes", "youtube Orchard Lane")
	s.posts(ids)
	s.active(c, "Elena Marchetti", Client)
	s.invited(c, "Hana Sato", "hana@orchardlane.example", 0, schema.EmailQueued, "")
	s.invited(c, "Tom Okafor", "tom@orchardlane.example", 14*time.Minute, schema.EmailDelivered, "")
	s.invited(c, "Grace Lindqvist", "grace@orchardlan.example", day, schema.EmailBounced, "There is no such address.")
	expired := s.seat(c, "Daniel Reyes", "daniel.reyes@orchardlane.example", 10*day)
	s.end(expired, schema.InvitationExpired, expired.User.Expire())
	off := s.seat(c, "Marta Kowalska", "marta@orchardlane.example", 40*day)
	s.accept(off, s.user("Marta Kowalska", "marta@orchardlane.example"))
	s.end(off, schema.ClientUserDeactivated, off.User.Remove(s.ago(20*day), s.owner.ID))
}

func (s *seed) client(name, website string) *schema.Client {
	c := &schema.Client{ID: schema.New[schema.ClientID](), AgencyID: s.a.ID, Name: name, Website: website,
		CreatedAt: s.ago(60 * day), CascadeState: schema.CascadeNone}
	e := s.dated(schema.NewClientEvent(schema.ClientCreated, c.CreatedAt, c, s.by()))
	s.named(`INSERT INTO clients (id, agency_id, name, website, event_seq, created_at, cascade_state)
		VALUES (:id, :agency_id, :name, :website, :event_seq, :created_at, :cascade_state)`, c)
	s.do(func() error { return event.Append(s.tx, e) })
	return c
}

func (s *seed) by() schema.Actor { return schema.Actor{Type: schema.ActorUser, ID: s.owner.ID} }

func (s *seed) do(f func() error) {
	if s.err == nil {
		s.err = f()
	}
}

// seat invites somebody some time ago, without a mail.
func (s *seed) seat(c *schema.Client, name, email string, ago time.Duration) *lock.Seat {
	at := s.ago(ago)
	seat := &lock.Seat{Client: *c, User: schema.ClientUser{ID: schema.New[schema.ClientUserID](), AgencyID: c.AgencyID,
		ClientID: c.ID, Email: email, EmailKey: email, FullName: name, CreatedAt: at}}
	s.do(func() error { return seat.User.Invite(at, s.a.InvitationLifetime(), s.owner.ID) })
	created := s.dated(schema.NewClientUserEvent(schema.InvitationCreated, at, &seat.Client, &seat.User, "", s.by()))
	s.do(func() error { return seat.Insert(s.tx, created) })
	return seat
}

func (s *seed) invited(c *schema.Client, name, email string, ago time.Duration, state schema.EmailState, reason string) {
	seat := s.seat(c, name, email, ago)
	mail := schema.NewInvitationEmail(s.ago(ago), &seat.User, schema.EmailInvitation)
	if mail.State = state; !state.Owes() {
		mail.DueAt, mail.Attempt, mail.Reason = nil, 1, reason
	}
	s.do(func() error { return outbox.Insert(s.tx, &mail) })
	s.do(func() error { return outbox.Save(s.tx, []schema.Email{mail}) })
	s.do(func() error { return seat.Save(s.tx) })
}

func (s *seed) active(c *schema.Client, name, email string) {
	seat := s.seat(c, name, email, 50*day)
	s.accept(seat, s.user(name, email))
}

func (s *seed) accept(seat *lock.Seat, u schema.User) {
	at := seat.User.InvitedAt.Add(day)
	s.do(func() error { return seat.User.Accept(at, u.ID) })
	by := schema.Actor{Type: schema.ActorRecipient, ID: u.ID}
	s.save(seat, at, schema.StatusInvited, by, schema.InvitationAccepted, schema.ClientUserActivated)
}

// end writes how a seat ended; moved is what the move said.
func (s *seed) end(seat *lock.Seat, t schema.EventType, moved error) {
	s.do(func() error { return moved })
	at, prev, by := seat.User.ExpiresAt, schema.StatusInvited, schema.System
	if seat.User.EndedAt != nil {
		at, prev, by = *seat.User.EndedAt, schema.StatusActive, s.by()
	}
	s.save(seat, at, prev, by, t)
}

func (s *seed) save(seat *lock.Seat, at time.Time, prev schema.Status, by schema.Actor, types ...schema.EventType) {
	var events []schema.Event
	for _, t := range types {
		events = append(events, s.dated(schema.NewClientUserEvent(t, at, &seat.Client, &seat.User, prev, by)))
	}
	s.do(func() error { return seat.Save(s.tx, events...) })
}

// closed deletes a client that had one person, cascade and all.
func (s *seed) closed(c *schema.Client) {
	seat := s.seat(c, "Joan Ferreira", "joan@millroad.example", 45*day)
	s.accept(seat, s.user("Joan Ferreira", "joan@millroad.example"))
	at := s.ago(12 * day)
	c.Delete(at, s.owner.ID)
	c.EndCascade()
	deleted := s.dated(schema.NewClientEvent(schema.ClientDeleted, at, c, s.by()))
	s.named(`UPDATE clients SET deleted_at = :deleted_at, deleted_by = :deleted_by, cascade_state = :cascade_state,
		event_seq = :event_seq WHERE id = :id`, c)
	s.do(func() error { return event.Append(s.tx, deleted) })
	seat.Client = *c
	s.end(seat, schema.ClientUserDeactivated, seat.User.ClientDeleted(at, s.owner.ID))
}
