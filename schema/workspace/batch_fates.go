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

// fates says of every line of a draft what would become of it: l is the line, f
// the first that counts with its address, u the person it names. Its arguments
// are the draft, the draft's client and the draft again.
const fates = ` FROM (SELECT l.line, l.full_name, l.email, l.email_key, l.code, l.reason, COALESCE(f.line, l.line) AS first, u.id AS client_user_id,
	CASE WHEN l.state = 'omitted' THEN 'omitted' WHEN l.code <> '' THEN 'mend' WHEN f.line < l.line THEN 'duplicate'
		WHEN u.status = 'active' THEN 'active' WHEN u.status = 'expired' OR u.status = 'invited' AND u.expires_at <= UTC_TIMESTAMP(6) THEN 'expired'
		WHEN u.status = 'invited' THEN 'invited' ELSE 'invite' END AS fate
	FROM invitation_batch_lines l
	LEFT JOIN (SELECT email_key, MIN(line) AS line FROM invitation_batch_lines
		WHERE batch_id = ? AND state = 'pending' AND code = '' GROUP BY email_key) f ON f.email_key = l.email_key
	LEFT JOIN client_users u ON u.client_id = ? AND u.email_key = l.email_key
	WHERE l.batch_id = ?) l`

func fateArgs(b *schema.Batch) []any { return []any{b.ID, b.ClientID, b.ID} }

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
