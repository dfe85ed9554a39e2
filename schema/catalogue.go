package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"
)

// EventKind is an entry of the catalogue of events.
type EventKind struct {
	Type    EventType
	Group   string // Clients, Invitations, People, Portal or Endpoints
	Summary string // when it happens, in a sentence
	Example []byte // a body, indented
	Schema  []byte // its JSON Schema (draft 2020-12), indented
}

// Catalogue is every type of event there is, in groups. The bytes are shared:
// don't change them.
func Catalogue() []EventKind { return slices.Clone(catalogue()) }

// exampleTime is when the examples of the catalogue happened.
var exampleTime = time.Date(2026, 12, 5, 9, 41, 7, 125000000, time.UTC)

var catalogue = sync.OnceValue(func() []EventKind {
	out := make([]EventKind, len(kinds))
	for i, k := range kinds {
		out[i] = EventKind{k.Type, k.group, k.summary, indent(ExamplePayload(k.Type, exampleAgency, exampleTime)), k.document()}
	}
	return out
})

func indent(b []byte) []byte {
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		panic(fmt.Errorf("schema: the catalogue holds what is no JSON: %w", err)) // we wrote it
	}
	return out.Bytes()
}

// kind says what events of a type look like, beyond their family's Go type.
type kind struct {
	Type           EventType
	group, summary string
	data           reflect.Type
	rules          []rule
}

// rule narrows a field of data, named by its path: to some values, to being
// there, to being absent.
type rule struct {
	path   string
	values []any
	always bool
	never  bool
}

// is: the field is always there, with one of these values, or any.
func is(path string, values ...any) rule { return rule{path: path, values: values, always: true} }

// may: the field may be there, with one of these values.
func may(path string, values ...any) rule { return rule{path: path, values: values} }

// no: the field is not there.
func no(path string) rule { return rule{path: path, never: true} }

const (
	status   = "client_user.status"
	previous = "client_user.previous_status"
	expires  = "client_user.expires_at"
)

var kinds = []kind{
	{ClientCreated, "Clients", "A client was added.", aClient, []rule{is("client.status", ClientStatusActive), no("client.previous_status"), no("client.deleted_at")}},
	{ClientUpdated, "Clients", "A client’s name, email, website or external ID was changed.", aClient, []rule{is("client.status", ClientStatusActive), no("client.previous_status"), no("client.deleted_at")}},
	{ClientDeleted, "Clients", "A client was deleted. Its people follow, one client_user.deactivated each.", aClient, []rule{is("client.status", ClientStatusDeleted), is("client.previous_status", ClientStatusActive), is("client.deleted_at")}},

	{InvitationCreated, "Invitations", "A person was invited to a client, for the first time or again.", aPerson, []rule{is(status, StatusInvited), may(previous, StatusRevoked, StatusDeactivated), is(expires), aliveClient}},
	{InvitationSent, "Invitations", "The email provider took the invitation.", anEmail, mail(EmailSent)},
	{InvitationDelivered, "Invitations", "The invitation reached the person’s mail server.", anEmail, mail(EmailDelivered)},
	{InvitationDelayed, "Invitations", "The person’s mail server didn’t take the invitation yet; the provider tries again.", anEmail, mail(EmailDelayed)},
	{InvitationBounced, "Invitations", "The person’s mail server refused the invitation for good (bounced), or the provider sends nothing to the address because of an earlier bounce, complaint or unsubscription (suppressed).", anEmail, mail(EmailBounced, EmailSuppressed)},
	{InvitationComplained, "Invitations", "The person marked the invitation as spam.", anEmail, mail(EmailComplained)},
	{InvitationFailed, "Invitations", "The invitation could not be sent.", anEmail, mail(EmailFailed)},
	{InvitationResent, "Invitations", "An invitation got a new link and a new term. The link before it is dead.", aPerson, []rule{is(status, StatusInvited), may(previous, StatusExpired), is(expires), aliveClient}},
	{InvitationAddressChanged, "Invitations", "An invited person’s address was corrected; a new link went there.", aPerson, []rule{is(status, StatusInvited), may(previous, StatusExpired), is(expires), aliveClient}},
	{InvitationRevoked, "Invitations", "An invitation was taken back, or dismissed after it had expired.", aPerson, []rule{is(status, StatusRevoked), is(previous, StatusInvited, StatusExpired), no(expires)}},
	{InvitationExpired, "Invitations", "An invitation was not accepted in time.", aPerson, []rule{is(status, StatusExpired), is(previous, StatusInvited), is(expires)}},
	{InvitationAccepted, "Invitations", "The person accepted the invitation.", aPerson, []rule{is(status, StatusActive), is(previous, StatusInvited), no(expires), aliveClient}},

	{ClientUserActivated, "People", "A person got access to a client’s portal.", aPerson, []rule{is(status, StatusActive), is(previous, StatusInvited), no(expires), aliveClient}},
	{ClientUserDeactivated, "People", "A person’s access or open invitation ended: they were removed, or their client was deleted.", aPerson, []rule{is(status, StatusDeactivated), is(previous, StatusInvited, StatusExpired, StatusActive), no(expires)}},

	{MediaUploaded, "Portal", "A file was uploaded for a client, by one of its people or by the agency.", aFile, []rule{aliveClient}},
	{SocialAccountConnected, "Portal", "A social account was connected, or its access renewed, and assigned to a client.", anAccount, []rule{is("social_account.status", AccountConnected), aliveClient}},
	{SocialAccountRemoved, "Portal", "A social account was disconnected.", anAccount, []rule{is("social_account.status", AccountRemoved), aliveClient}},

	{EndpointDisabledEvent, "Endpoints", "One of the agency’s other webhook endpoints was disabled. What happens meanwhile is held for it.", anEndpoint, []rule{is("endpoint.status", EndpointDisabled), is("endpoint.previous_status", EndpointEnabled), is("endpoint.reason", DisabledManual, DisabledFailing, DisabledGone), is("endpoint.disabled_at")}},
}

var (
	aClient     = reflect.TypeFor[Webhook[ClientData]]()
	aPerson     = reflect.TypeFor[Webhook[ClientUserData]]()
	anEmail     = reflect.TypeFor[Webhook[EmailData]]()
	aFile       = reflect.TypeFor[Webhook[MediaData]]()
	anAccount   = reflect.TypeFor[Webhook[AccountData]]()
	anEndpoint  = reflect.TypeFor[Webhook[EndpointData]]()
	aliveClient = is("client.status", ClientStatusActive)
)

// mail are the rules of the events about emails: the person may have moved on
// since the email was sent.
func mail(states ...any) []rule {
	return []rule{is("email.state", states...), no(previous)}
}
