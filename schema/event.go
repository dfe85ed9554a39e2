package schema

import "time"

// EventType names what happened, in the terms of the webhooks.
type EventType string

// The types of events that exist so far.
const (
	ClientCreated EventType = "client.created"
	ClientUpdated EventType = "client.updated"
	ClientDeleted EventType = "client.deleted"

	InvitationCreated        EventType = "invitation.created"
	InvitationSent           EventType = "invitation.sent"
	InvitationDelivered      EventType = "invitation.delivered"
	InvitationDelayed        EventType = "invitation.delayed"
	InvitationBounced        EventType = "invitation.bounced"
	InvitationComplained     EventType = "invitation.complained"
	InvitationFailed         EventType = "invitation.failed"
	InvitationResent         EventType = "invitation.resent"
	InvitationAddressChanged EventType = "invitation.address_changed"
	InvitationRevoked        EventType = "invitation.revoked"
	InvitationExpired        EventType = "invitation.expired"
	InvitationAccepted       EventType = "invitation.accepted"

	ClientUserActivated   EventType = "client_user.activated"
	ClientUserDeactivated EventType = "client_user.deactivated"

	MediaUploaded EventType = "media.uploaded"

	SocialAccountConnected EventType = "social_account.connected"
	SocialAccountRemoved   EventType = "social_account.removed"

	EndpointDisabledEvent EventType = "endpoint.disabled"
)

// ActorType says who did it.
type ActorType string

// The kinds of actors. A recipient is the invited person acting on the link; a
// connect link is whoever at the client came by it.
const (
	ActorUser        ActorType = "user"
	ActorAPIKey      ActorType = "api_key"
	ActorRecipient   ActorType = "recipient"
	ActorConnectLink ActorType = "connect_link"
	ActorSystem      ActorType = "system"
)

// Actor is who did it; the ID is zero for the system and for a recipient who
// has no account yet.
type Actor struct {
	Type ActorType
	ID   UserID
}

// System is the machine itself.
var System = Actor{Type: ActorSystem}

// Event is a row of the log. Payload is frozen: what is sent today and what is
// replayed in a month are the same bytes.
type Event struct {
	ID         EventID   `db:"id"`
	AgencyID   AgencyID  `db:"agency_id"`
	ClientID   ClientID  `db:"client_id"`
	SubjectID  SubjectID `db:"subject_id"`
	Sequence   uint32    `db:"sequence"`
	Type       EventType `db:"type"`
	ActorType  ActorType `db:"actor_type"`
	ActorID    UserID    `db:"actor_id"`
	OccurredAt time.Time `db:"occurred_at"`
	Payload    []byte    `db:"payload"`
}

// SubjectID is the ID of what an event is about: a client, a client user, a file, a
// social account or an endpoint.
type SubjectID = ID[subjectPrefix]

type subjectPrefix struct{}

func (subjectPrefix) prefix() string { return "" }

// NewClientEvent raises the client's sequence and makes its event. The caller
// holds the row's lock and saves the sequence in the same transaction.
func NewClientEvent(t EventType, now time.Time, c *Client, by Actor) Event {
	c.EventSeq++
	e := newEvent(t, now, c, by, SubjectID(c.ID), c.EventSeq)
	freeze(&e, ClientData{e.head(), c.subject(t), e.actor()})
	return e
}

// NewClientUserEvent raises the client user's sequence and makes its event.
// prev is the status before, where it changed. The caller holds the row's lock
// and saves the sequence in the same transaction.
func NewClientUserEvent(t EventType, now time.Time, c *Client, u *ClientUser, prev Status, by Actor) Event {
	u.EventSeq++
	e := newEvent(t, now, c, by, SubjectID(u.ID), u.EventSeq)
	freeze(&e, ClientUserData{e.head(), c.payload(), u.payload(prev), e.actor()})
	return e
}

// NewEmailEvent is NewClientUserEvent for what became of the person's email.
func NewEmailEvent(t EventType, now time.Time, c *Client, u *ClientUser, m *Email) Event {
	u.EventSeq++
	e := newEvent(t, now, c, System, SubjectID(u.ID), u.EventSeq)
	freeze(&e, EmailData{e.head(), c.payload(), u.payload(u.Status), m.payload(), e.actor()})
	return e
}

// NewEndpointEvent raises the endpoint's sequence and makes its event, for the
// agency's other endpoints. The caller holds the row's lock and saves the sequence
// in the same transaction.
func NewEndpointEvent(t EventType, now time.Time, p *Endpoint, by Actor) Event {
	p.EventSeq++
	e := Event{ID: New[EventID](), AgencyID: p.AgencyID, SubjectID: SubjectID(p.ID), Sequence: p.EventSeq, Type: t,
		ActorType: by.Type, ActorID: by.ID, OccurredAt: now}
	freeze(&e, EndpointData{e.head(), p.payload(), e.actor()})
	return e
}

// NewMediaEvent raises the file's sequence and makes its event. The caller saves the
// sequence in the same transaction.
func NewMediaEvent(t EventType, now time.Time, c *Client, m *Media, by Actor) Event {
	m.EventSeq++
	e := newEvent(t, now, c, by, SubjectID(m.ID), m.EventSeq)
	freeze(&e, MediaData{e.head(), c.payload(), m.payload(), e.actor()})
	return e
}

// NewAccountEvent raises the account's sequence and makes its event. c is the client
// that it is, or was, assigned to. The caller holds the row's lock and saves the
// sequence in the same transaction.
func NewAccountEvent(t EventType, now time.Time, c *Client, a *SocialAccount, by Actor) Event {
	a.EventSeq++
	e := newEvent(t, now, c, by, SubjectID(a.ID), a.EventSeq)
	freeze(&e, AccountData{e.head(), c.payload(), a.payload(), e.actor()})
	return e
}

func newEvent(t EventType, now time.Time, c *Client, by Actor, subject SubjectID, seq uint32) Event {
	return Event{ID: New[EventID](), AgencyID: c.AgencyID, ClientID: c.ID, SubjectID: subject,
		Sequence: seq, Type: t, ActorType: by.Type, ActorID: by.ID, OccurredAt: now}
}
