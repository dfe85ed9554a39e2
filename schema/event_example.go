package schema

import "time"

// ExamplePayload is the body of an example event of a type, as a test sends it:
// nobody in it exists. It is nil for a type that is not in the catalogue.
func ExamplePayload(t EventType, agency AgencyID, at time.Time) []byte {
	build := examples[t]
	if build == nil {
		return nil
	}
	return build(t, newExample(agency, at)).Payload
}

// example is what the example events are about.
type example struct {
	at       time.Time
	client   Client
	user     ClientUser
	email    Email
	endpoint Endpoint
	media    Media
	account  SocialAccount
	member   Actor
	person   Actor
}

// The IDs of what does not exist.
var (
	exampleAgency = exampleID[AgencyID]("ag_01M6DN6ZTRW7Z0N5C3XH9DREVA")
	exampleClient = exampleID[ClientID]("cl_01M6ZW53F82GPD8S1QF5M0TANB")
	examplePerson = exampleID[ClientUserID]("cu_01M8RZM9ERR6HXE2K7Z8VTJS4D")
	exampleEmail  = exampleID[EmailID]("em_01M8RZM9ERN0FQ5TY1AX6M8PGH")
	examplePoint  = exampleID[EndpointID]("ep_01M77FRFM04VSR7J2CWD9K3MYT")
	exampleMedia  = exampleID[MediaID]("md_01M9A7Q2C5GX8E4T1RZKD6WNHV")
	exampleSocial = exampleID[AccountID]("sa_01M9BK40YAP6JW3S8V2HXNQD5M")
	exampleMember = exampleID[UserID]("us_01M6DN6ZTR5K2YV8PN6EXG7QHR")
	exampleUser   = exampleID[UserID]("us_01M92S89SR3TWM9BF4ZS1R8CKE")
)

func exampleID[T any, PT interface {
	*T
	UnmarshalText([]byte) error
}](s string) T {
	id, err := Parse[T, PT](s)
	if err != nil {
		panic("schema: no ID: " + s) // a slip in the list above
	}
	return id
}

func newExample(agency AgencyID, at time.Time) *example {
	at = at.UTC()
	key := "CRM-4711"
	return &example{at: at,
		client: Client{ID: exampleClient, AgencyID: agency, Name: "Orchard Lane Bakery", Website: "orchardlane.example",
			ExternalID: &key, EventSeq: 1},
		user: ClientUser{ID: examplePerson, AgencyID: agency, ClientID: exampleClient, Email: "tom@orchardlane.example",
			FullName: "Tom Okafor", Status: StatusInvited, ExpiresAt: at.Add(7 * 24 * time.Hour), EventSeq: 1},
		email:    Email{ID: exampleEmail, Address: "tom@orchardlane.example"},
		endpoint: Endpoint{ID: examplePoint, AgencyID: agency, Name: "Studio board", Status: EndpointEnabled},
		media:    Media{ID: exampleMedia, AgencyID: agency, ClientID: exampleClient, Name: "saffron-buns-tray.jpg", Type: "image/jpeg", Size: 4_116_304},
		account: SocialAccount{ID: exampleSocial, AgencyID: agency, ClientID: exampleClient, Network: "tiktok", Handle: "orchardlanebakes",
			Status: AccountConnected},
		member: Actor{Type: ActorUser, ID: exampleMember},
		person: Actor{Type: ActorRecipient, ID: exampleUser},
	}
}

var examples = map[EventType]func(EventType, *example) Event{
	ClientCreated: func(t EventType, x *example) Event {
		x.client.EventSeq = 0
		return NewClientEvent(t, x.at, &x.client, x.member)
	},
	ClientUpdated: func(t EventType, x *example) Event { return NewClientEvent(t, x.at, &x.client, x.member) },
	ClientDeleted: func(t EventType, x *example) Event {
		x.client.DeletedAt = &x.at
		return NewClientEvent(t, x.at, &x.client, x.member)
	},
	InvitationCreated: func(t EventType, x *example) Event {
		x.user.EventSeq = 0
		return x.move(t, StatusNone, StatusInvited, x.member)
	},
	InvitationSent:       exampleMail(EmailSent, "", ""),
	InvitationDelivered:  exampleMail(EmailDelivered, "", ""),
	InvitationDelayed:    exampleMail(EmailDelayed, "452", "The mailbox is full; another try follows."),
	InvitationBounced:    exampleMail(EmailBounced, "550", "There is no such address."),
	InvitationComplained: exampleMail(EmailComplained, "", ""),
	InvitationFailed:     exampleMail(EmailFailed, "refused", "The provider refused the message."),
	InvitationResent: func(t EventType, x *example) Event {
		return x.move(t, StatusExpired, StatusInvited, x.member)
	},
	InvitationAddressChanged: func(t EventType, x *example) Event {
		x.user.Email = "tom.okafor@orchardlane.example"
		return x.move(t, StatusInvited, StatusInvited, x.member)
	},
	InvitationRevoked: func(t EventType, x *example) Event {
		return x.move(t, StatusInvited, StatusRevoked, x.member)
	},
	InvitationExpired: func(t EventType, x *example) Event {
		x.user.ExpiresAt = x.at
		return x.move(t, StatusInvited, StatusExpired, System)
	},
	InvitationAccepted: func(t EventType, x *example) Event {
		return x.move(t, StatusInvited, StatusActive, x.person)
	},
	ClientUserActivated: func(t EventType, x *example) Event {
		x.user.EventSeq++ // right after invitation.accepted
		return x.move(t, StatusInvited, StatusActive, x.person)
	},
	ClientUserDeactivated: func(t EventType, x *example) Event {
		x.user.EventSeq += 2
		return x.move(t, StatusActive, StatusDeactivated, x.member)
	},
	MediaUploaded: func(t EventType, x *example) Event {
		return NewMediaEvent(t, x.at, &x.client, &x.media, x.person)
	},
	SocialAccountConnected: func(t EventType, x *example) Event {
		return NewAccountEvent(t, x.at, &x.client, &x.account, x.person)
	},
	SocialAccountRemoved: func(t EventType, x *example) Event {
		x.account.EventSeq++
		x.account.Remove(x.at)
		return NewAccountEvent(t, x.at, &x.client, &x.account, x.person)
	},
	EndpointDisabledEvent: func(t EventType, x *example) Event {
		x.endpoint.Disable(x.at, DisabledFailing)
		return NewEndpointEvent(t, x.at, &x.endpoint, System)
	},
}

func (x *example) move(t EventType, from, to Status, by Actor) Event {
	x.user.Status = to
	return NewClientUserEvent(t, x.at, &x.client, &x.user, from, by)
}

func exampleMail(s EmailState, code, reason string) func(EventType, *example) Event {
	return func(t EventType, x *example) Event {
		x.email.State, x.email.Code, x.email.Reason = s, code, reason
		return NewEmailEvent(t, x.at, &x.client, &x.user, &x.email)
	}
}
