package schema

import (
	"encoding/json"
	"fmt"
	"time"
)

// APIVersion is the version of the payload's shape.
const APIVersion = "2026-11-01"

// Webhook is the body of a webhook (Standard Webhooks: type, timestamp, data),
// with the data of one family of events.
type Webhook[D any] struct {
	Type      EventType `json:"type" jsonschema:"What happened."`
	Timestamp time.Time `json:"timestamp" jsonschema:"When it happened, in UTC."`
	Data      D         `json:"data"`
}

// ClientData is the data of client.*: the client is the subject.
type ClientData struct {
	EventHead
	Client ClientSubject `json:"client" jsonschema:"The subject."`
	Actor  ActorPayload  `json:"actor"`
}

// ClientUserData is the data of invitation.* and client_user.*: the client user
// is the subject.
type ClientUserData struct {
	EventHead
	Client     ClientPayload     `json:"client"`
	ClientUser ClientUserPayload `json:"client_user" jsonschema:"The subject."`
	Actor      ActorPayload      `json:"actor"`
}

// EmailData is the data of those invitation.* that say what became of an email.
type EmailData struct {
	EventHead
	Client     ClientPayload     `json:"client"`
	ClientUser ClientUserPayload `json:"client_user" jsonschema:"The subject."`
	Email      EmailPayload      `json:"email"`
	Actor      ActorPayload      `json:"actor"`
}

// MediaData is the data of media.*: the file is the subject.
type MediaData struct {
	EventHead
	Client ClientPayload `json:"client"`
	Media  MediaPayload  `json:"media" jsonschema:"The subject."`
	Actor  ActorPayload  `json:"actor"`
}

// AccountData is the data of social_account.*: the account is the subject.
type AccountData struct {
	EventHead
	Client  ClientPayload  `json:"client" jsonschema:"The client that the account is, or was, assigned to."`
	Account AccountPayload `json:"social_account" jsonschema:"The subject."`
	Actor   ActorPayload   `json:"actor"`
}

// EndpointData is the data of endpoint.*: the endpoint is the subject.
type EndpointData struct {
	EventHead
	Endpoint EndpointPayload `json:"endpoint" jsonschema:"The subject."`
	Actor    ActorPayload    `json:"actor"`
}

// EventHead is what the data of every event begins with.
type EventHead struct {
	APIVersion string        `json:"api_version" jsonschema:"The version of this shape."`
	Sequence   uint32        `json:"sequence" jsonschema:"Counts the events of the subject from 1, without gaps. An endpoint that takes only some types sees some of the numbers."`
	Agency     AgencyPayload `json:"agency"`
}

// Payload reads the body of an event of any type.
type Payload = Webhook[PayloadData]

// PayloadData is the data of all families in one; what an event has not is nil,
// and the client zero.
type PayloadData struct {
	EventHead
	Client     ClientSubject      `json:"client,omitzero"`
	ClientUser *ClientUserPayload `json:"client_user,omitempty"`
	Email      *EmailPayload      `json:"email,omitempty"`
	Media      *MediaPayload      `json:"media,omitempty"`
	Account    *AccountPayload    `json:"social_account,omitempty"`
	Endpoint   *EndpointPayload   `json:"endpoint,omitempty"`
	Actor      ActorPayload       `json:"actor"`
}

// AgencyPayload names the agency.
type AgencyPayload struct {
	ID AgencyID `json:"id"`
}

// ClientStatus says whether a client is there, in the terms of the webhooks.
type ClientStatus string

// The statuses of a client.
const (
	ClientStatusActive  ClientStatus = "active"
	ClientStatusDeleted ClientStatus = "deleted"
)

// ClientPayload names the client.
type ClientPayload struct {
	ID         ClientID     `json:"id"`
	ExternalID *string      `json:"external_id" jsonschema:"Your own key for the client, as entered in Anteroom; null without one."`
	Name       string       `json:"name"`
	Status     ClientStatus `json:"status"`
	DeletedAt  *time.Time   `json:"deleted_at,omitempty"`
}

// ClientSubject is a client that an event is about.
type ClientSubject struct {
	ID             ClientID     `json:"id"`
	ExternalID     *string      `json:"external_id" jsonschema:"Your own key for the client, as entered in Anteroom; null without one."`
	Name           string       `json:"name"`
	Email          *string      `json:"email" jsonschema:"Null without one."`
	Website        *string      `json:"website" jsonschema:"Without its scheme; null without one."`
	Status         ClientStatus `json:"status"`
	PreviousStatus ClientStatus `json:"previous_status,omitempty" jsonschema:"The status before, where it changed."`
	DeletedAt      *time.Time   `json:"deleted_at,omitempty"`
}

// ClientUserPayload is the subject of invitation.* and client_user.*.
type ClientUserPayload struct {
	ID             ClientUserID `json:"id"`
	Email          string       `json:"email"`
	FullName       string       `json:"full_name"`
	Status         Status       `json:"status"`
	PreviousStatus Status       `json:"previous_status,omitempty" jsonschema:"The status before, where it changed."`
	ExpiresAt      *time.Time   `json:"expires_at,omitempty" jsonschema:"When the invitation ends or ended, while it is invited or expired."`
}

// EmailPayload says what became of an email. Its address is the client user's
// unless that was changed since.
type EmailPayload struct {
	ID      EmailID    `json:"id"`
	Address string     `json:"address" jsonschema:"Where the email went: an older address when the client user’s was changed since."`
	State   EmailState `json:"state"`
	Code    string     `json:"code,omitempty" jsonschema:"A short stable word or number, for machines."`
	Reason  string     `json:"reason,omitempty" jsonschema:"A sentence, for people."`
}

// MediaPayload is the subject of media.*.
type MediaPayload struct {
	ID   MediaID `json:"id"`
	Name string  `json:"name" jsonschema:"The file’s name as the uploader has it."`
	Type string  `json:"type" jsonschema:"Its media type, by its content."`
	Size int64   `json:"size" jsonschema:"In bytes."`
}

// AccountPayload is the subject of social_account.*.
type AccountPayload struct {
	ID      AccountID     `json:"id"`
	Network string        `json:"network" jsonschema:"The platform, in lower case."`
	Handle  string        `json:"handle" jsonschema:"What the platform calls it."`
	Status  AccountStatus `json:"status"`
}

// EndpointPayload is the subject of endpoint.*. Its URL may hold a secret, so it
// stays out.
type EndpointPayload struct {
	ID             EndpointID     `json:"id"`
	Name           string         `json:"name"`
	Status         EndpointStatus `json:"status"`
	PreviousStatus EndpointStatus `json:"previous_status,omitempty" jsonschema:"The status before, where it changed."`
	Reason         DisabledReason `json:"reason,omitempty" jsonschema:"manual: by a person. failing: three days of nothing but failures. gone: it answered 410."`
	DisabledAt     *time.Time     `json:"disabled_at,omitempty"`
}

// ActorPayload names who did it.
type ActorPayload struct {
	Type ActorType `json:"type" jsonschema:"user: one of the agency’s people. api_key: a program of theirs. recipient: the invited person. connect_link: whoever came by the client’s connect link. system: Anteroom itself."`
	ID   *UserID   `json:"id,omitempty" jsonschema:"The account; absent for the system and for an invited person who has none yet."`
}

// freeze writes the payload. It never carries a link, a token, a password or a
// stranger's ID.
func freeze[D any](e *Event, data D) {
	b, err := json.Marshal(Webhook[D]{e.Type, e.OccurredAt.UTC(), data})
	if err != nil {
		panic(fmt.Errorf("schema: an event that can't be written: %w", err)) // plain structs always can
	}
	e.Payload = b
}

func (e *Event) head() EventHead { return EventHead{APIVersion, e.Sequence, AgencyPayload{e.AgencyID}} }

func (e *Event) actor() ActorPayload {
	a := ActorPayload{Type: e.ActorType}
	if !e.ActorID.IsZero() {
		id := e.ActorID
		a.ID = &id
	}
	return a
}

func (c *Client) status() ClientStatus {
	if c.Deleted() {
		return ClientStatusDeleted
	}
	return ClientStatusActive
}

func (c *Client) payload() ClientPayload {
	return ClientPayload{c.ID, c.ExternalID, c.Name, c.status(), c.DeletedAt}
}

func (c *Client) subject(t EventType) ClientSubject {
	s := ClientSubject{ID: c.ID, ExternalID: c.ExternalID, Name: c.Name, Email: filled(c.Email), Website: filled(c.Website),
		Status: c.status(), DeletedAt: c.DeletedAt}
	if t == ClientDeleted {
		s.PreviousStatus = ClientStatusActive
	}
	return s
}

// filled is nil for an empty text.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (u *ClientUser) payload(prev Status) ClientUserPayload {
	p := ClientUserPayload{ID: u.ID, Email: u.Email, FullName: u.FullName, Status: u.Status}
	if prev != u.Status {
		p.PreviousStatus = prev
	}
	if u.Status == StatusInvited || u.Status == StatusExpired {
		p.ExpiresAt = &u.ExpiresAt
	}
	return p
}

func (e *Email) payload() EmailPayload {
	p := EmailPayload{e.ID, e.Address, e.State, e.Code, e.Reason}
	if e.Erased() {
		p.Reason = ""
	}
	return p
}

func (m *Media) payload() MediaPayload { return MediaPayload{m.ID, m.Name, m.Type, m.Size} }

func (a *SocialAccount) payload() AccountPayload {
	return AccountPayload{a.ID, a.Network, a.Handle, a.Status}
}

func (e *Endpoint) payload() EndpointPayload {
	p := EndpointPayload{ID: e.ID, Name: e.Name, Status: e.Status, Reason: e.DisabledReason, DisabledAt: e.DisabledAt}
	if e.Status == EndpointDisabled {
		p.PreviousStatus = EndpointEnabled
	}
	return p
}
