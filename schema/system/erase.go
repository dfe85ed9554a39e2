package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// EraseRows is how many rows one transaction of an erasing writes at most. One event
// with more deliveries and attempts than that goes in one all the same.
const EraseRows = 2000

// EraseClaim is what a worker gets that comes for a client to erase.
type EraseClaim struct {
	Verdict schema.ClaimVerdict
	Attempt uint32
	Agency  schema.AgencyID
	Wait    time.Duration // until it is due, when it has to wait
}

// Erased is what one batch of an erasing came to.
type Erased struct {
	After schema.EventID // how far the events are: the next batch looks behind it
	Done  bool           // nothing is left
	Busy  bool           // what is left is being sent at this moment
}

// ClaimErase claims the erasing of a client. One that is gone is done.
func (s *System) ClaimErase(ctx context.Context, id schema.ClientID) (out EraseClaim, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		c, err := lock.Client(tx, id)
		if schema.KindOf(err) == schema.NotFound {
			out = EraseClaim{Verdict: schema.ClaimDone}
			return nil
		}
		if err != nil {
			return err
		}
		verdict, wait := c.ClaimErase(tx.Now)
		out = EraseClaim{Verdict: verdict, Attempt: c.EraseAttempt, Agency: c.AgencyID, Wait: wait}
		if verdict != schema.ClaimTaken {
			return nil
		}
		return saveErase(tx, &c)
	})
	return out, err
}

// Erase does one batch under the client's lock. Whoever writes about one of the
// client's people holds that lock shared, so what is found there is all there is.
// It can end at any point: each batch takes what is not erased yet. after is how
// far the batch before was; zero looks from the start.
func (s *System) Erase(ctx context.Context, id schema.ClientID, attempt uint32, after schema.EventID) (out Erased, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		c, err := lock.Client(tx, id)
		if err != nil {
			return err
		}
		if !c.ContinueErase(tx.Now, attempt) {
			return ErrOvertaken
		}
		c.Scrub() // first: what is written about it from now on has no name in it
		if out, err = s.erase(tx, &c, after); err != nil {
			return err
		}
		if out.Done {
			c.EndErase(tx.Now)
		}
		return saveErase(tx, &c)
	})
	return out, err
}

// erase does the first step that has something to do.
func (s *System) erase(tx *store.Tx, c *schema.Client, after schema.EventID) (out Erased, err error) {
	for _, step := range []func(*store.Tx, schema.ClientID, int) (int, error){erasePeople, eraseMails, eraseLists,
		eraseMedia, eraseUploads, eraseConnects} {
		if n, err := step(tx, c.ID, s.rows); err != nil || n > 0 {
			return out, err
		}
	}
	if out.After, err = eraseEvents(tx, c, after, s.rows); err != nil || !out.After.IsZero() {
		return out, err
	}
	out.Busy, err = eraseLeft(tx, c.ID)
	out.Done = !out.Busy
	return out, err
}

// eraseLeft says whether something is being sent at this moment: an event that was
// passed over, or an email whose result is yet to be written.
func eraseLeft(tx *store.Tx, id schema.ClientID) (left bool, err error) {
	err = tx.Get(&left, `SELECT EXISTS (SELECT 1 FROM events WHERE client_id = ? AND erased_at IS NULL)
		OR EXISTS (SELECT 1 FROM client_users u JOIN emails e ON e.client_user_id = u.id WHERE u.client_id = ? AND e.state = 'sending')`, id, id)
	return left, err
}

// ReleaseErase gives the claim back, to be taken up again after a while.
func (s *System) ReleaseErase(ctx context.Context, id schema.ClientID, attempt uint32, wait time.Duration) error {
	return s.run(ctx, func(tx *store.Tx) error {
		c, err := lock.Client(tx, id)
		if err != nil {
			return err
		}
		if !c.ContinueErase(tx.Now, attempt) {
			return ErrOvertaken
		}
		c.ReleaseErase(tx.Now, wait)
		return saveErase(tx, &c)
	})
}

func saveErase(tx *store.Tx, c *schema.Client) error {
	_, err := tx.Exec(`UPDATE clients SET name = ?, email = ?, website = ?, external_id = ?, erase_state = ?, erase_attempt = ?,
		erase_due_at = ?, erase_ring_at = ?, erased_at = ? WHERE id = ?`, c.Name, c.Email, c.Website, c.ExternalID,
		c.EraseState, c.EraseAttempt, c.EraseDueAt, c.EraseRingAt(), c.ErasedAt, c.ID)
	return err
}
