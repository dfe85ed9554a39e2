package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// scene is the client, person and email that the golden payloads are about.
type scene struct {
	client   schema.Client
	user     schema.ClientUser
	email    schema.Email
	endpoint schema.Endpoint
	media    schema.Media
	account  schema.SocialAccount
}

var (
	halfPast  = time.Date(2026, 11, 1, 9, 30, 0, 123456000, time.UTC)
	member    = schema.Actor{Type: schema.ActorUser, ID: schema.UserID{0: 1, 15: 5}}
	recipient = schema.Actor{Type: schema.ActorRecipient, ID: schema.UserID{0: 1, 15: 6}}
	stranger  = schema.Actor{Type: schema.ActorRecipient} // has no account yet
)

func newScene() *scene {
	external := "CRM-4711"
	return &scene{
		client: schema.Client{ID: schema.ClientID{0: 1, 15: 2}, AgencyID: schema.AgencyID{0: 1, 15: 1},
			Name: "Orchard Lane <Bakery> & “Sons”", Website: "orchardlane.example", ExternalID: &external, EventSeq: 6},
		user: schema.ClientUser{ID: schema.ClientUserID{0: 1, 15: 3}, Email: "Ines@example.com", EmailKey: "ines@example.com",
			FullName: "Ines Duarte", Status: schema.StatusInvited, Generation: 3, ExpiresAt: halfPast.Add(week), EventSeq: 6,
			InvitedBy: priya, UserID: ines},
		email: schema.Email{ID: schema.EmailID{0: 1, 15: 4}, State: schema.EmailSent, Address: "Ines@example.com", ProviderID: "<1@mail>"},
		endpoint: schema.Endpoint{ID: schema.EndpointID{0: 1, 15: 7}, AgencyID: schema.AgencyID{0: 1, 15: 1}, Name: "Studio board",
			URL: "https://hooks.example.com/T0P-S3CRET", Status: schema.EndpointEnabled, EventSeq: 6},
		media: schema.Media{ID: schema.MediaID{0: 1, 15: 8}, Name: "Ines at the Orchard.heic", Type: "image/heic", Size: 4116304, BlobKey: "media/S3CRET", EventSeq: 6},
		account: schema.SocialAccount{ID: schema.AccountID{0: 1, 15: 9}, Network: "instagram", Handle: "Orchard.Lane", Status: schema.AccountConnected,
			SealedToken: []byte("S3CRET"), EventSeq: 6},
	}
}

// person makes an event about a move of the person's.
func person(from, to schema.Status, by schema.Actor) func(schema.EventType, *scene) schema.Event {
	return func(t schema.EventType, s *scene) schema.Event {
		s.user.Status = to
		return schema.NewClientUserEvent(t, halfPast, &s.client, &s.user, from, by)
	}
}

// mailed makes an event about what became of the person's email.
func mailed(state schema.EmailState, code, reason string) func(schema.EventType, *scene) schema.Event {
	return func(t schema.EventType, s *scene) schema.Event {
		s.email.State, s.email.Code, s.email.Reason = state, code, reason
		return schema.NewEmailEvent(t, halfPast, &s.client, &s.user, &s.email)
	}
}

// golden makes one event of each type, in the way of the verb that writes it.
var golden = map[schema.EventType]func(schema.EventType, *scene) schema.Event{
	schema.ClientCreated: func(t schema.EventType, s *scene) schema.Event {
		s.client.ExternalID = nil
		return schema.NewClientEvent(t, halfPast, &s.client, member)
	},
	schema.ClientUpdated: func(t schema.EventType, s *scene) schema.Event {
		return schema.NewClientEvent(t, halfPast, &s.client, member)
	},
	schema.ClientDeleted: func(t schema.EventType, s *scene) schema.Event {
		s.client.Delete(halfPast, member.ID)
		return schema.NewClientEvent(t, halfPast, &s.client, member)
	},
	schema.InvitationCreated:        person(schema.StatusNone, schema.StatusInvited, member),
	schema.InvitationResent:         person(schema.StatusExpired, schema.StatusInvited, stranger),
	schema.InvitationAddressChanged: person(schema.StatusInvited, schema.StatusInvited, member),
	schema.InvitationRevoked:        person(schema.StatusInvited, schema.StatusRevoked, member),
	schema.InvitationExpired:        person(schema.StatusInvited, schema.StatusExpired, schema.System),
	schema.InvitationAccepted:       person(schema.StatusInvited, schema.StatusActive, recipient),
	schema.ClientUserActivated:      person(schema.StatusInvited, schema.StatusActive, recipient),
	schema.ClientUserDeactivated:    person(schema.StatusActive, schema.StatusDeactivated, member),
	schema.InvitationSent:           mailed(schema.EmailSent, "", ""),
	schema.InvitationDelivered:      mailed(schema.EmailDelivered, "", ""),
	schema.InvitationDelayed:        mailed(schema.EmailDelayed, "421", "The mailbox is over its quota."),
	schema.InvitationBounced:        mailed(schema.EmailBounced, "550", "There is no such address."),
	schema.InvitationComplained:     mailed(schema.EmailComplained, "", ""),
	schema.InvitationFailed:         mailed(schema.EmailFailed, "refused", "The provider refused the message."),
	schema.MediaUploaded: func(t schema.EventType, s *scene) schema.Event {
		return schema.NewMediaEvent(t, halfPast, &s.client, &s.media, recipient)
	},
	schema.SocialAccountConnected: func(t schema.EventType, s *scene) schema.Event {
		return schema.NewAccountEvent(t, halfPast, &s.client, &s.account, schema.Actor{Type: schema.ActorConnectLink})
	},
	schema.SocialAccountRemoved: func(t schema.EventType, s *scene) schema.Event {
		s.account.Remove(halfPast)
		return schema.NewAccountEvent(t, halfPast, &s.client, &s.account, recipient)
	},
	schema.EndpointDisabledEvent: func(t schema.EventType, s *scene) schema.Event {
		s.endpoint.Disable(halfPast, schema.DisabledFailing)
		return schema.NewEndpointEvent(t, halfPast, &s.endpoint, schema.System)
	},
}

// Receivers parse these bytes, and replays send the old ones: a change here is
// a new APIVersion.
func TestThePayloadOfEveryEventIsTheGoldenOne(t *testing.T) {
	t.Parallel()
	for name, build := range golden {
		got := build(name, newScene()).Payload
		file := filepath.Join("testdata", "events", string(name)+".json")
		if *update {
			var b bytes.Buffer
			if err := json.Indent(&b, got, "", "  "); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, append(b.Bytes(), '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		indented, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, indented); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s has changed (run with -update if that is meant):\n%s\nwant\n%s", file, got, &want)
		}
	}
}

func TestNoTypeOfEventIsWithoutItsGoldenPayload(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	types := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); ok && id.Name == "EventType" {
			name, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if types++; err != nil || golden[schema.EventType(name)] == nil {
				t.Errorf("%s has no golden payload (%v)", name, err)
			}
		}
		return true
	})
	if types != len(golden) {
		t.Errorf("there are %d types and %d golden payloads", types, len(golden))
	}
}

func TestTheRowOfAnEventSaysWhatItsPayloadSays(t *testing.T) {
	t.Parallel()
	for name, build := range golden {
		s := newScene()
		e := build(name, s)
		var p schema.Payload
		strict := json.NewDecoder(bytes.NewReader(e.Payload))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&p); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b := e.Payload; bytes.Contains(b, []byte("S3CRET")) {
			t.Errorf("%s carries the endpoint's URL: %s", name, b)
		}
		if p.Type != e.Type || e.Type != name || !p.Timestamp.Equal(e.OccurredAt) || p.Data.Sequence != e.Sequence || e.Sequence != 7 ||
			p.Data.Agency.ID != e.AgencyID || p.Data.Client.ID != e.ClientID || p.Data.Actor.Type != e.ActorType || p.Data.APIVersion != schema.APIVersion {
			t.Errorf("%s: the row is %+v, the payload %s", name, e, e.Payload)
		}
		subject, counter := schema.SubjectID(s.user.ID), s.user.EventSeq
		switch family, _, _ := strings.Cut(string(name), "."); family {
		case "client":
			subject, counter = schema.SubjectID(s.client.ID), s.client.EventSeq
		case "media":
			subject, counter = schema.SubjectID(s.media.ID), s.media.EventSeq
		case "social_account":
			subject, counter = schema.SubjectID(s.account.ID), s.account.EventSeq
		case "endpoint":
			subject, counter = schema.SubjectID(s.endpoint.ID), s.endpoint.EventSeq
		}
		if e.SubjectID != subject || counter != 7 {
			t.Errorf("%s: the subject is %s, its counter %d", name, e.SubjectID, counter)
		}
	}
}

// The longest that the columns hold, in the characters that take the most room
// in JSON: escaped ones take six bytes each.
func TestTheLongestPayloadsAreUnder20Kilobytes(t *testing.T) {
	t.Parallel()
	for _, wide := range []string{"<", "𝄞", "é", "\\"} {
		for name, build := range golden {
			s := newScene()
			long := strings.Repeat(wide, 120)
			s.client.Name, s.client.ExternalID, s.user.FullName, s.endpoint.Name = long, &long, long, long
			s.media.Name, s.account.Handle = strings.Repeat(wide, 255), long
			s.client.Email, s.client.Website = strings.Repeat("&", 254), strings.Repeat("&", 200)
			s.user.Email, s.email.Address = s.client.Email, s.client.Email
			s.email.Code, s.email.Reason = strings.Repeat(wide, 40), strings.Repeat(wide, 255)
			if e := build(name, s); len(e.Payload) > 20_000 {
				t.Fatalf("%s of %q has %d bytes", name, wide, len(e.Payload))
			}
		}
	}
}
