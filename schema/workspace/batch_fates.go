package workspace

import (
	"context"

	"anteroom/schema"
)

// Fate is what sending a draft would do to one of its lines, as things stand.
type Fate string

// The fates. All but FateInvite leave the line out.
const (
	FateInvite    Fate = "invite"
	FateMend      Fate = "mend"      // what stands there is no name or no address
	FateOmitted   Fate = "omitted"   // by hand
	FateDuplicate Fate = "duplicate" // an earlier line has the address
	FateInvited   Fate = "invited"   // already
	FateActive    Fate = "active"
	FateExpired   Fate = "expired" // the invitation there is
)

// Valid says that there is such a fate.
func (f Fate) Valid() bool {
	switch f {
	case FateInvite, FateMend, FateOmitted, FateDuplicate, FateInvited, FateActive, FateExpired:
		return true
	}
	return false
}

// fates says of every line of a draft what would become of it: l is the line, u
// the person that it names, if there is one. Its arguments are the draft and the
// draft's client.
const fates = ` FROM (SELECT l.line, l.full_name, l.email, l.email_key, l.code, l.reason, l.first, u.id AS client_user_id,
	CASE WHEN l.state = 'omitted' THEN 'omitted' WHEN l.code <> '' THEN 'mend' WHEN l.first < l.line THEN 'duplicate'
		WHEN u.status = 'active' THEN 'active' WHEN u.status = 'expired' OR u.status = 'invited' AND u.expires_at <= UTC_TIMESTAMP(6) THEN 'expired'
		WHEN u.status = 'invited' THEN 'invited' ELSE 'invite' END AS fate
	FROM (SELECT line, full_name, email, email_key, state, code, reason,
		COALESCE(MIN(CASE WHEN state = 'pending' AND code = '' THEN line END) OVER (PARTITION BY email_key), line) AS first
		FROM invitation_batch_lines WHERE batch_id = ?) l
	LEFT JOIN client_users u ON u.client_id = ? AND u.email_key = l.email_key) l`

func fateArgs(b *schema.Batch) []any { return []any{b.ID, b.ClientID} }

// Fates counts what sending a draft would do.
func (w *Workspace) Fates(ctx context.Context, id schema.BatchID) (map[Fate]int, error) {
	b, err := w.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Fate Fate `db:"fate"`
		N    int  `db:"n"`
	}
	err = w.db.SelectContext(ctx, &rows, `SELECT l.fate, COUNT(*) AS n`+fates+` GROUP BY l.fate`, fateArgs(&b)...)
	out := make(map[Fate]int, len(rows))
	for _, r := range rows {
		out[r.Fate] = r.N
	}
	return out, err
}
