package schema

import "time"

// AccountStatus says whether a social account is there.
type AccountStatus string

// The statuses of a social account. A removed one keeps its row, for the posts
// that name it, and nothing that the platform gave.
const (
	AccountConnected AccountStatus = "connected"
	AccountRemoved   AccountStatus = "removed"
)

// SocialAccount is an account at a platform, assigned to one client or none.
type SocialAccount struct {
	ID              AccountID     `db:"id"`
	AgencyID        AgencyID      `db:"agency_id"`
	ClientID        ClientID      `db:"client_id"`
	Network         string        `db:"network"`
	Handle          string        `db:"handle"`
	ExternalID      *string       `db:"external_id"` // the platform's; nil for one that was never connected by OAuth
	Status          AccountStatus `db:"status"`
	ConnectedByType ActorType     `db:"connected_by_type"`
	ConnectedBy     UserID        `db:"connected_by"`
	SealedToken     []byte        `db:"sealed_token"`
	// TokenExpiresAt is when the platform asks for a sign-in again; nil if what it
	// gave can be renewed or doesn't end.
	TokenExpiresAt *time.Time `db:"token_expires_at"`
	ConnectedAt    time.Time  `db:"connected_at"`
	RemovedAt      *time.Time `db:"removed_at"`
	EventSeq       uint32     `db:"event_seq"`
}

// NeedsSignIn says that the platform asks for a sign-in again.
func (a *SocialAccount) NeedsSignIn(now time.Time) bool {
	return a.Status == AccountConnected && a.TokenExpiresAt != nil && !a.TokenExpiresAt.After(now)
}

// Remove disconnects the account from its client and forgets its token. What was
// granted stays on the platform's own list until it ends or is taken back there.
func (a *SocialAccount) Remove(now time.Time) {
	a.Status, a.RemovedAt = AccountRemoved, &now
	a.ClientID, a.SealedToken, a.TokenExpiresAt = ClientID{}, nil, nil
}
