package visitor

import (
	"context"

	"anteroom/schema"
)

// StillMember says whether a session is open and its user a member of the
// agency. Unlike Session it counts as no use: a page that lies open must not
// keep its session alive.
func (v *Visitor) StillMember(ctx context.Context, t SessionToken, agency schema.AgencyID) (still bool, err error) {
	err = v.db.GetContext(ctx, &still, `SELECT EXISTS (SELECT 1 FROM sessions s
		JOIN members m ON m.user_id = s.user_id AND m.agency_id = ?
		WHERE s.token_hash = ? AND s.expires_at > UTC_TIMESTAMP(6) AND s.last_seen_at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND)`,
		agency, t.hash(), int(schema.SessionIdle.Seconds()))
	return still, err
}
