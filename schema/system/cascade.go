package system

import (
	"context"
	"errors"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/access"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// CascadeBatch is how many people one transaction of the cascade deactivates at
// most: each with its row, its event, and a session and an email at most as a rule,
// that is batchRows. The deliveries of the events make it fewer.
const CascadeBatch = batchRows / cascadeRows

const cascadeRows = 4

// ErrOvertaken says that another worker has claimed the row since.
var ErrOvertaken = errors.New("system: another worker has the claim")

// CascadeClaim is what a worker gets that comes for a deleted client.
type CascadeClaim struct {
	Verdict schema.ClaimVerdict
	Attempt uint32
	Wait    time.Duration // until it is due, when it has to wait
}

// ClaimCascade claims the work after a client's deletion.
func (s *System) ClaimCascade(ctx context.Context, id schema.ClientID) (out CascadeClaim, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		c, err := lock.Client(tx, id)
		if schema.KindOf(err) == schema.NotFound {
			out = CascadeClaim{Verdict: schema.ClaimDone}
			return nil
		}
		if err != nil {
			return err
		}
		out = CascadeClaim{Verdict: c.ClaimCascade(tx.Now), Attempt: c.CascadeAttempt}
		switch out.Verdict {
		case schema.ClaimTaken:
			return saveCascade(tx, &c)
		case schema.ClaimWait:
			out.Wait = c.CascadeDueAt.Sub(tx.Now)
		}
		return nil
	})
	return out, err
}

// Cascade does one batch under the client's lock and says whether that was the
// last: it is complete only when a look under that lock finds nobody left.
func (s *System) Cascade(ctx context.Context, id schema.ClientID, attempt uint32) (done bool, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		c, err := lock.Client(tx, id)
		if err != nil {
			return err
		}
		if !c.ContinueCascade(tx.Now, attempt) {
			return ErrOvertaken
		}
		left, err := deactivate(tx, &c)
		if err != nil {
			return err
		}
		if done = !left; done {
			if err := endCascade(tx, &c); err != nil {
				return err
			}
		}
		return saveCascade(tx, &c)
	})
	return done, err
}

// ReleaseCascade gives the claim back, so that the next worker needn't wait
// for the lease.
func (s *System) ReleaseCascade(ctx context.Context, id schema.ClientID, attempt uint32) error {
	return s.run(ctx, func(tx *store.Tx) error {
		c, err := lock.Client(tx, id)
		if err != nil {
			return err
		}
		if !c.ContinueCascade(tx.Now, attempt) {
			return ErrOvertaken
		}
		c.ReleaseCascade(tx.Now)
		return saveCascade(tx, &c)
	})
}

// deactivate takes one batch of people and reports whether there were any.
func deactivate(tx *store.Tx, c *schema.Client) (bool, error) {
	per, err := event.Endpoints(tx, []schema.AgencyID{c.AgencyID})
	if err != nil {
		return false, err
	}
	users, err := lock.OpenClientUsers(tx, c.ID, batchRows/(cascadeRows+per[c.AgencyID]))
	if err != nil || len(users) == 0 {
		return false, err
	}
	people := keysOf(users, func(u *schema.ClientUser) schema.UserID { return u.UserID })
	// Before the rows are written: their foreign keys would share-lock them.
	if _, err := lock.Users(tx, people); err != nil {
		return false, err
	}
	events, err := end(tx, c, users)
	if err != nil {
		return false, err
	}
	ids := keysOf(users, func(u *schema.ClientUser) schema.ClientUserID { return u.ID })
	if err := saveEnded(tx, c, users); err != nil {
		return false, err
	}
	if err := access.EndSessions(tx, people...); err != nil {
		return false, err
	}
	if err := outbox.CancelUnsent(tx, ids...); err != nil {
		return false, err
	}
	return true, event.Append(tx, events...)
}

// end moves people to deactivated, stale invitations by way of expired.
func end(tx *store.Tx, c *schema.Client, users []schema.ClientUser) ([]schema.Event, error) {
	by := schema.Actor{Type: schema.ActorUser, ID: c.DeletedBy}
	events := make([]schema.Event, 0, len(users))
	for i := range users {
		u := &users[i]
		if u.Stale(tx.Now) {
			if err := u.Expire(); err != nil {
				return nil, err
			}
			events = append(events, schema.NewClientUserEvent(schema.InvitationExpired, tx.Now, c, u, schema.StatusInvited, schema.System))
		}
		prev := u.Status
		if err := u.ClientDeleted(*c.DeletedAt, c.DeletedBy); err != nil {
			return nil, err
		}
		events = append(events, schema.NewClientUserEvent(schema.ClientUserDeactivated, tx.Now, c, u, prev, by))
	}
	return events, nil
}

func saveEnded(tx *store.Tx, c *schema.Client, users []schema.ClientUser) error {
	args := make([]any, 0, len(users)*2+2)
	for i := range users {
		args = append(args, users[i].ID, users[i].EventSeq)
	}
	_, err := tx.Exec(`UPDATE (SELECT ? AS id, ? AS seq`+strings.Repeat(` UNION ALL SELECT ?,?`, len(users)-1)+`) v
		STRAIGHT_JOIN client_users u ON u.id = v.id SET u.status = 'deactivated', u.remind_at = NULL, u.event_seq = v.seq, u.ended_at = ?, u.ended_by = ?`,
		append(args, c.DeletedAt, c.DeletedBy)...)
	return err
}

// endCascade unassigns the social accounts, which stay connected.
func endCascade(tx *store.Tx, c *schema.Client) error {
	c.EndCascade()
	_, err := tx.Exec(`UPDATE social_accounts SET client_id = NULL WHERE client_id = ?`, c.ID)
	return err
}

func saveCascade(tx *store.Tx, c *schema.Client) error {
	_, err := tx.Exec(`UPDATE clients SET cascade_state = ?, cascade_attempt = ?, cascade_due_at = ?, cascade_ring_at = ?
		WHERE id = ?`, c.CascadeState, c.CascadeAttempt, c.CascadeDueAt, c.CascadeRingAt(), c.ID)
	return err
}
