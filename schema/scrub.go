package schema

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What stands where names and addresses were. No mail is ever taken for the
// domain (RFC 6761, section 6.4).
const (
	ErasedPerson  = "Erased person"
	ErasedClient  = "Erased client"
	ErasedFile    = "Erased file"
	ErasedAccount = "Erased account"
	erasedDomain  = "@erased.invalid"
	ErasedAddress = "erased" + erasedDomain
)

// Scrub takes from a client what says who it is. Its external ID goes too: the
// agency may give it to another client. In the events it stays, as the CRM's own
// key by which it finds what to erase there.
func (c *Client) Scrub() { c.Name, c.Email, c.Website, c.ExternalID = ErasedClient, "", "", nil }

// ErasedUserAddress stands in the row of an erased client user: the addresses at a
// client are unique.
func ErasedUserAddress(id string) string { return strings.ToLower(id) + erasedDomain }

// Erased says that the row no longer says who it was.
func (u *ClientUser) Erased() bool { return u.EmailKey == ErasedUserAddress(u.ID.String()) }

// Erased says that the email no longer says whom it went to. What the provider
// says of it later may name the address, so that isn't kept either.
func (e *Email) Erased() bool { return e.Address == ErasedAddress }

// Scrub takes names, addresses and reasons, which may repeat an address, out of an
// event of a client. What is left is what happened, when, and to which IDs: the
// log and the sequence stay whole. A recipient's account goes as well: it would
// lead to the person.
func (e *Event) Scrub() error {
	var p Payload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return fmt.Errorf("schema: the payload of %s can't be read: %w", e.ID, err)
	}
	d := &p.Data
	if d.Actor.Type == ActorRecipient {
		d.Actor.ID, e.ActorID = nil, UserID{}
	}
	client := d.Client
	client.Name, client.Email, client.Website = ErasedClient, nil, nil
	brief := ClientPayload{client.ID, client.ExternalID, client.Name, client.Status, client.DeletedAt}
	if u := d.ClientUser; u != nil {
		u.FullName, u.Email = ErasedPerson, ErasedAddress
	}
	if m := d.Email; m != nil {
		m.Address, m.Reason = ErasedAddress, ""
	}
	var err error
	switch {
	case d.Media != nil:
		d.Media.Name = ErasedFile
		e.Payload, err = json.Marshal(Webhook[MediaData]{p.Type, p.Timestamp, MediaData{d.EventHead, brief, *d.Media, d.Actor}})
	case d.Account != nil:
		d.Account.Handle = ErasedAccount
		e.Payload, err = json.Marshal(Webhook[AccountData]{p.Type, p.Timestamp, AccountData{d.EventHead, brief, *d.Account, d.Actor}})
	case d.ClientUser == nil:
		e.Payload, err = json.Marshal(Webhook[ClientData]{p.Type, p.Timestamp, ClientData{d.EventHead, client, d.Actor}})
	case d.Email == nil:
		e.Payload, err = json.Marshal(Webhook[ClientUserData]{p.Type, p.Timestamp, ClientUserData{d.EventHead, brief, *d.ClientUser, d.Actor}})
	default:
		e.Payload, err = json.Marshal(Webhook[EmailData]{p.Type, p.Timestamp, EmailData{d.EventHead, brief, *d.ClientUser, *d.Email, d.Actor}})
	}
	return err
}

// MayGoOut says that the delivery could still be sent, by itself or by a replay of
// many: it is to be cancelled when its client is erased.
func (d *Delivery) MayGoOut() bool {
	return d.State.Open() || d.State == DeliveryFailed || d.State == DeliveryHeld
}
