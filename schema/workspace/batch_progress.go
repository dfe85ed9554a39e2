package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// BatchProgress is how far a list is that was sent. Its mails are those that the
// list itself has sent; of one that bounced it is told as long as nothing was
// done about it.
type BatchProgress struct {
	schema.Batch
	Now     time.Time `db:"now"`
	Pending int       `db:"pending"` // lines whose turn has yet to come
	Invited int       `db:"invited"`

	Sent       int `db:"sent"`      // mails that went out, whatever became of them
	Ended      int `db:"ended"`     // those that won't: failed, or cancelled with the invitation
	Waiting    int `db:"waiting"`   // those to be tried again later
	Delivered  int `db:"delivered"` // mails that arrived
	Bounced    int `db:"bounced"`
	Complained int `db:"complained"`
	Failed     int `db:"failed"`
}

// Total is how many people the list invites.
func (p BatchProgress) Total() int { return p.Pending + p.Invited }

// Settled is how many of its mails owe nothing more.
func (p BatchProgress) Settled() int { return p.Sent + p.Ended }

// Left estimates how long the rest takes at the rate so far, which doesn't count
// what waits to be tried again. It is zero when there is nothing to say.
func (p BatchProgress) Left() time.Duration {
	rest := p.Total() - p.Settled() - p.Waiting
	if p.StartedAt == nil || rest <= 0 || p.Settled() == 0 {
		return 0
	}
	return p.Now.Sub(*p.StartedAt) * time.Duration(rest) / time.Duration(p.Settled())
}

// BatchProgress counts the lines of a list and their mails.
func (w *Workspace) BatchProgress(ctx context.Context, id schema.BatchID) (p BatchProgress, err error) {
	b, err := w.Batch(ctx, id)
	if err != nil {
		return p, err
	}
	err = w.db.GetContext(ctx, &p, `SELECT UTC_TIMESTAMP(6) AS now, COUNT(CASE WHEN l.state = 'pending' THEN 1 END) AS pending,
		COUNT(CASE WHEN l.state = 'invited' THEN 1 END) AS invited,
		COUNT(CASE WHEN e.state IN ('sent', 'delivered', 'delayed', 'bounced', 'suppressed', 'complained') THEN 1 END) AS sent,
		COUNT(CASE WHEN e.state IN ('failed', 'cancelled') THEN 1 END) AS ended,
		COUNT(CASE WHEN e.state = 'held' OR e.state = 'queued' AND e.code <> '' THEN 1 END) AS waiting,
		COUNT(CASE WHEN e.state = 'delivered' THEN 1 END) AS delivered,
		COUNT(CASE WHEN u.email_id = e.id AND e.state IN ('bounced', 'suppressed') THEN 1 END) AS bounced,
		COUNT(CASE WHEN u.email_id = e.id AND e.state = 'complained' THEN 1 END) AS complained,
		COUNT(CASE WHEN u.email_id = e.id AND e.state = 'failed' THEN 1 END) AS failed
		FROM invitation_batch_lines l LEFT JOIN emails e ON e.id = l.email_id
		LEFT JOIN client_users u ON u.id = l.client_user_id AND u.status = 'invited'
		WHERE l.batch_id = ?`, b.ID)
	p.Batch = b
	return p, err
}
