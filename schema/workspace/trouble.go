package workspace

import (
	"context"
	"fmt"

	"anteroom/schema"
)

// Trouble is what is the matter with invitations of a client: how many people
// have the worst of it. The zero Trouble is none.
type Trouble struct {
	What  string `db:"what"` // bounced, complained, suppressed, failed, held or expired
	Count int    `db:"count"`
}

// troubleWords say what is the matter, after the number of people.
var troubleWords = map[string]string{"bounced": "bounced", "complained": "marked as spam", "suppressed": "not delivered",
	"failed": "not sent", "held": "held", "expired": "expired"}

// String is what the list says: "1 bounced".
func (t Trouble) String() string {
	if t.Count == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", t.Count, troubleWords[t.What])
}

// addTrouble notes each client's worst trouble. Held is one only once an
// email's fate is not known for longer than system.DefaultSettle.
func (w *Workspace) addTrouble(ctx context.Context, ids []schema.ClientID, rows map[schema.ClientID]*ClientRow) error {
	var found []struct {
		ClientID schema.ClientID `db:"client_id"`
		Trouble
	}
	err := w.selectIn(ctx, &found, `SELECT t.client_id, t.what, COUNT(*) AS count FROM (
		SELECT u.client_id, CASE WHEN u.status = 'expired' OR u.expires_at <= UTC_TIMESTAMP(6) THEN 'expired'
			WHEN e.state IN ('bounced', 'complained', 'suppressed', 'failed') THEN e.state
			WHEN e.state = 'held' AND e.state_at <= UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE THEN 'held' END AS what
		FROM client_users u LEFT JOIN emails e ON e.id = u.email_id
		WHERE u.client_id IN (?) AND u.status IN ('invited', 'expired')) t WHERE t.what IS NOT NULL
		GROUP BY t.client_id, t.what ORDER BY FIELD(t.what, 'bounced', 'complained', 'suppressed', 'failed', 'held', 'expired')`, ids)
	for _, f := range found {
		if r, ok := rows[f.ClientID]; ok && r.Trouble.Count == 0 && !r.Deleted() {
			r.Trouble = f.Trouble
		}
	}
	return err
}
