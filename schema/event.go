package schema

import (
	"encoding/json"
	"fmt"
	"time"
)

// EventType names what happened, in the terms of the webhooks.
type EventType string

// The types of events that exist so far.
const (
	ClientCreated EventType = "client.created"
	ClientUpdated EventType = "client.updated"
	ClientDeleted EventType = "client.deleted"

	InvitationCreated        EventType = "invitation.created"
	InvitationSent           EventType = "invitation.sent"
	InvitationFailed         EventType = "invitation.failed"
	InvitationResent         EventType = "invitation.resent"
	InvitationAddressChanged EventType = "invitation.address_changed"
	InvitationRevoked        EventType = "invitation.revoked"
	InvitationExpired        EventType = "invitation.expired"
	InvitationAccepted       EventType = "invitation.accepted"

	ClientUserActivated   EventType = "client_user.activated"
	ClientUserDeactivated EventType = "client_user.deactivated"
)

// ActorType says who did it.
type ActorType string

// The kinds of actors. A recipient is the invited person acting on the link.
const (
	ActorUser      ActorType = "user"
	ActorRecipient ActorType = "recipient"
	ActorSystem    ActorType = "system"
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

// SubjectID is the ID of a client or a client user: events may be about either.
type SubjectID = ID[subjectPrefix]

type subjectPrefix struct{}

func (subjectPrefix) prefix() string { return "" }

// APIVersion is the version of the payload's shape.
const APIVersion = "2026-11-01"

// Payload is the body of a webhook (Standard Webhooks: type, timestamp, data).
type Payload struct {
	Type      EventType   `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      PayloadData `json:"data"`
}

// PayloadData never carries a link, a token, a password or a stranger's ID.
type PayloadData struct {
	APIVersion string             `json:"api_version"`
	Sequence   uint32             `json:"sequence"`
	Agency     AgencyPayload      `json:"agency"`
	Client     ClientPayload      `json:"client"`
	ClientUser *ClientUserPayload `json:"client_user,omitempty"`
	Email      *EmailPayload      `json:"email,omitempty"`
	Actor      ActorPayload       `json:"actor"`
}

// AgencyPayload names the agency.
type AgencyPayload struct {
	ID AgencyID `json:"id"`
}

// ClientPayload names the client.
type ClientPayload struct {
	ID         ClientID   `json:"id"`
	ExternalID *string    `json:"external_id"`
	Name       string     `json:"name"`
	DeletedAt  *time.Time `json:"deleted_at,omitempty"`
}

// ClientUserPayload is the subject of invitation.* and client_user.*.
type ClientUserPayload struct {
	ID             ClientUserID `json:"id"`
	Email          string       `json:"email"`
	FullName       string       `json:"full_name"`
	Status         Status       `json:"status"`
	PreviousStatus Status       `json:"previous_status,omitempty"`
	ExpiresAt      *time.Time   `json:"expires_at,omitempty"`
}

// EmailPayload says what became of an email.
type EmailPayload struct {
	ID     EmailID    `json:"id"`
	State  EmailState `json:"state"`
	Code   string     `json:"code,omitempty"`
	Reason string     `json:"reason,omitempty"`
}

// ActorPayload names who did it.
type ActorPayload struct {
	Type ActorType `json:"type"`
	ID   *UserID   `json:"id,omitempty"`
}

// NewClientEvent raises the client's sequence and makes its event. The caller
// holds the row's lock and saves the sequence in the same transaction.
func NewClientEvent(t EventType, now time.Time, c *Client, by Actor) Event {
	c.EventSeq++
	e := newEvent(t, now, c, by, SubjectID(c.ID), c.EventSeq)
	e.freeze(c, nil, nil)
	return e
}

// NewClientUserEvent raises the client user's sequence and makes its event.
// prev is the status before, where it changed. The caller holds the row's lock
// and saves the sequence in the same transaction.
func NewClientUserEvent(t EventType, now time.Time, c *Client, u *ClientUser, prev Status, by Actor) Event {
	u.EventSeq++
	e := newEvent(t, now, c, by, SubjectID(u.ID), u.EventSeq)
	e.freeze(c, u.payload(prev), nil)
	return e
}

// NewEmailEvent is NewClientUserEvent for what became of the person's email.
func NewEmailEvent(t EventType, now time.Time, c *Client, u *ClientUser, m *Email) Event {
	u.EventSeq++
	e := newEvent(t, now, c, System, SubjectID(u.ID), u.EventSeq)
	e.freeze(c, u.payload(u.Status), &EmailPayload{ID: m.ID, State: m.State, Code: m.Code, Reason: m.Reason})
	return e
}

func newEvent(t EventType, now time.Time, c *Client, by Actor, subject SubjectID, seq uint32) Event {
	return Event{ID: New[EventID](), AgencyID: c.AgencyID, ClientID: c.ID, SubjectID: subject,
		Sequence: seq, Type: t, ActorType: by.Type, ActorID: by.ID, OccurredAt: now}
}

func (e *Event) freeze(c *Client, u *ClientUserPayload, m *EmailPayload) {
	p := Payload{Type: e.Type, Timestamp: e.OccurredAt, Data: PayloadData{
		APIVersion: APIVersion, Sequence: e.Sequence, Agency: AgencyPayload{ID: c.AgencyID},
		Client:     ClientPayload{ID: c.ID, ExternalID: c.ExternalID, Name: c.Name, DeletedAt: c.DeletedAt},
		ClientUser: u, Email: m, Actor: ActorPayload{Type: e.ActorType},
	}}
	if !e.ActorID.IsZero() {
		p.Data.Actor.ID = &e.ActorID
	}
	b, err := json.Marshal(p)
	if err != nil {
		panic(fmt.Errorf("schema: an event that can't be written: %w", err)) // plain structs always can
	}
	e.Payload = b
}

func (u *ClientUser) payload(prev Status) *ClientUserPayload {
	p := &ClientUserPayload{ID: u.ID, Email: u.Email, FullName: u.FullName, Status: u.Status}
	if prev != u.Status {
		p.PreviousStatus = prev
	}
	if u.Status == StatusInvited || u.Status == StatusExpired {
		p.ExpiresAt = &u.ExpiresAt
	}
	return p
}
