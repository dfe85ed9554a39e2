package schema

import (
	"time"

	"anteroom/internal/keyring"
)

// Grant is what a platform gave: whose account it is, and a token to act for it.
type Grant struct {
	ExternalID string
	Handle     string
	Token      []byte // a secret; stored sealed
	// ExpiresAt is nil if the token can be renewed or doesn't end.
	ExpiresAt *time.Time
}

var errOtherClient = &Error{Kind: Conflict, Code: "account_taken",
	Message: "This account is connected for another client of the agency already. Ask the agency to move it to you."}

// Connect assigns the account to a client and keeps what the platform gave. free
// says that the client which it is assigned to was deleted.
func (a *SocialAccount) Connect(now time.Time, c *Client, by Actor, g Grant, free bool, r *keyring.Ring) error {
	if a.Status == AccountConnected && !a.ClientID.IsZero() && a.ClientID != c.ID && !free {
		return errOtherClient
	}
	a.ClientID, a.Handle, a.Status, a.RemovedAt = c.ID, g.Handle, AccountConnected, nil
	a.ConnectedByType, a.ConnectedBy, a.ConnectedAt = by.Type, by.ID, now
	a.SealedToken, a.TokenExpiresAt = SealAccountToken(r, a.ID, g.Token), g.ExpiresAt
	return nil
}
