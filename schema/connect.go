package schema

import (
	"bytes"
	"encoding/binary"
	"time"

	"anteroom/internal/keyring"
)

// ConnectLife is how long somebody may take at a platform before they are back.
const ConnectLife = 10 * time.Minute

// Connect is somebody on the way to a platform and back, to connect an account for
// a client: a person of the client's, or whoever came by its connect link.
type Connect struct {
	ID         ConnectID  `db:"id"`
	AgencyID   AgencyID   `db:"agency_id"`
	ClientID   ClientID   `db:"client_id"`
	UserID     UserID     `db:"user_id"`    // zero for the connect link
	Generation uint32     `db:"generation"` // of the connect link
	Network    string     `db:"network"`
	Holder     []byte     `db:"holder"`   // SHA-256 of the secret that the browser holds
	Verifier   []byte     `db:"verifier"` // PKCE's, sealed
	ExpiresAt  time.Time  `db:"expires_at"`
	UsedAt     *time.Time `db:"used_at"`
	CreatedAt  time.Time  `db:"created_at"`
}

// ErrConnect is the one answer to a state that can't be used, whatever the reason:
// whoever brings somebody else's learns nothing of it.
var ErrConnect = &Error{Kind: Conflict, Code: "connect_over",
	Message: "This was not begun in this browser, took longer than ten minutes, or is done already. Nothing was connected. Start again."}

// Take uses the row up, for one of the secrets that the browser holds. Somebody
// else's try leaves it as it is.
func (c *Connect) Take(now time.Time, holders ...[]byte) error {
	for _, h := range holders {
		if len(h) == len(c.Holder) && bytes.Equal(h, c.Holder) && c.UsedAt == nil && c.ExpiresAt.After(now) {
			c.UsedAt = &now
			return nil
		}
	}
	return ErrConnect
}

// ByLink says that it began at the client's connect link.
func (c *Connect) ByLink() bool { return c.UserID.IsZero() }

// Actor is who connects.
func (c *Connect) Actor() Actor {
	if c.ByLink() {
		return Actor{Type: ActorConnectLink}
	}
	return Actor{Type: ActorRecipient, ID: c.UserID}
}

// Link is the connect link that it began at.
func (c *Connect) Link() ConnectLink { return ConnectLink{c.ClientID, c.Generation} }

const (
	purposeConnectLink  = "connect_link"
	purposeConnectState = "connect_state"
	sealVerifier        = "connect verifier"
	sealAccount         = "social account"
)

// StateToken is the state that goes to the platform and comes back. It names the
// row; who may use it stands there.
func (c *Connect) StateToken(r *keyring.Ring) string { return seal(r, purposeConnectState, c.ID[:]) }

// ParseConnectState reads what StateToken wrote. Everything else is ErrConnect.
func ParseConnectState(r *keyring.Ring, token string) (id ConnectID, err error) {
	b, err := unseal(r, purposeConnectState, token, len(id))
	if err != nil {
		return id, ErrConnect
	}
	copy(id[:], b)
	return id, nil
}

// ConnectLink is what the token of a client's connect link says.
type ConnectLink struct {
	Client     ClientID
	Generation uint32
}

// Token writes the link.
func (l ConnectLink) Token(r *keyring.Ring) string {
	return seal(r, purposeConnectLink, binary.BigEndian.AppendUint32(l.Client[:], l.Generation))
}

// ErrConnectLink is for a link that was switched off, replaced, or never was one.
var ErrConnectLink = &Error{Kind: NotFound, Code: "connect_link_dead",
	Message: "This link no longer works. Ask whoever sent it to you for a new one."}

// ParseConnectLink reads what Token wrote. Everything else is ErrConnectLink.
func ParseConnectLink(r *keyring.Ring, token string) (l ConnectLink, err error) {
	b, err := unseal(r, purposeConnectLink, token, len(l.Client)+4)
	if err != nil {
		return l, ErrConnectLink
	}
	l.Generation = binary.BigEndian.Uint32(b[copy(l.Client[:], b):])
	return l, nil
}

// Opens says whether the link is the client's present one.
func (l ConnectLink) Opens(c *Client) bool {
	return c.ID == l.Client && !c.Deleted() && c.ConnectOn && c.ConnectGeneration == l.Generation && l.Generation > 0
}

// TurnOnConnectLink makes the link work; the first time, it makes it.
func (c *Client) TurnOnConnectLink() {
	c.ConnectOn = true
	c.ConnectGeneration = max(c.ConnectGeneration, 1)
}

// RegenerateConnectLink makes a new link that works. The old one is dead.
func (c *Client) RegenerateConnectLink() {
	c.ConnectOn = true
	c.ConnectGeneration++
}

// TurnOffConnectLink stops the link until it is turned on again.
func (c *Client) TurnOffConnectLink() { c.ConnectOn = false }

// SealVerifier encrypts PKCE's secret to be stored.
func SealVerifier(r *keyring.Ring, id ConnectID, verifier string) []byte {
	return r.Seal(sealVerifier, id[:], []byte(verifier))
}

// OpenVerifier decrypts what SealVerifier made for that row.
func OpenVerifier(r *keyring.Ring, c *Connect) (string, error) {
	b, err := r.Open(sealVerifier, c.ID[:], c.Verifier)
	return string(b), err
}

// SealAccountToken encrypts what a platform gave to act for an account.
func SealAccountToken(r *keyring.Ring, id AccountID, token []byte) []byte {
	return r.Seal(sealAccount, id[:], token)
}

// OpenAccountToken decrypts what SealAccountToken made for that account.
func OpenAccountToken(r *keyring.Ring, id AccountID, sealed []byte) ([]byte, error) {
	return r.Open(sealAccount, id[:], sealed)
}
