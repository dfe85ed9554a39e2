package visitor

import (
	"context"
	"encoding/hex"
	"time"

	"anteroom/schema"
)

// SessionID names a session to its owner. It is what the database keeps of the
// token, in hex: nobody comes from it to the token, which has 256 random bits.
type SessionID string

// ID is the session's public name.
func (t SessionToken) ID() SessionID { return SessionID(hex.EncodeToString(t.hash())) }

// hash is the ID as the database has it; nil for what is none.
func (id SessionID) hash() []byte {
	b, err := hex.DecodeString(string(id))
	if err != nil || hex.EncodeToString(b) != string(id) {
		return nil
	}
	return b
}

// OpenSession is a place where a person is signed in.
type OpenSession struct {
	ID         SessionID `db:"id"`
	Device     string    `db:"device"` // the browser's own words
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"` // to the minute
}

// Sessions lists where a person is signed in, the one used last on top.
func (v *Visitor) Sessions(ctx context.Context, who schema.UserID) (out []OpenSession, err error) {
	err = v.db.SelectContext(ctx, &out, `SELECT LOWER(HEX(token_hash)) AS id, device, created_at, last_seen_at FROM sessions
		WHERE user_id = ? AND expires_at > UTC_TIMESTAMP(6) AND last_seen_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND
		ORDER BY last_seen_at DESC, token_hash`, who, int(schema.SessionIdle.Seconds()))
	return out, err
}
