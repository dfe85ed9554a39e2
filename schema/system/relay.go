package system

import (
	"context"
	"fmt"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// relayPause is how long the relay leaves a row alone that it has just rung for.
const relayPause = 10 * time.Second

// Unrung returns up to n rows of each kind that are due, or whose lease lapsed,
// and that nobody has rung for lately; it notes that it looked. SKIP LOCKED
// spreads several relays out.
func (s *System) Unrung(ctx context.Context, n int) (due []schema.Due, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		due = nil
		for _, look := range []func(*store.Tx, int) ([]schema.Due, error){
			unrungEmails,
			unrungCascades,
			unrungErasures,
			unrungBatches,
			unrungLanes,
			unrungReplays,
			unrungThumbnails,
		} {
			found, err := look(tx, n)
			if err != nil {
				return err
			}
			due = append(due, found...)
		}
		return nil
	})
	return due, err
}

func unrungEmails(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, kind, state, due_at, ring FROM emails WHERE ring_at <= ?
		ORDER BY ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE emails SET ring_at = ? WHERE id IN (?)`,
		func(e *schema.Email) (schema.EmailID, schema.Due) {
			d := e.Due()
			d.Lapsed = e.State == schema.EmailSending && !e.DueAt.After(tx.Now)
			return e.ID, d
		})
}

func unrungCascades(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, cascade_state, cascade_due_at, cascade_ring FROM clients WHERE cascade_ring_at <= ?
		ORDER BY cascade_ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE clients SET cascade_ring_at = ? WHERE id IN (?)`,
		func(c *schema.Client) (schema.ClientID, schema.Due) {
			d := c.CascadeDue()
			d.Lapsed = c.CascadeState == schema.CascadeRunning && !c.CascadeDueAt.After(tx.Now)
			return c.ID, d
		})
}

func unrungErasures(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, erase_state, erase_due_at, erase_ring FROM clients WHERE erase_ring_at <= ?
		ORDER BY erase_ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE clients SET erase_ring_at = ? WHERE id IN (?)`,
		func(c *schema.Client) (schema.ClientID, schema.Due) {
			d := c.EraseDue()
			d.Lapsed = c.EraseState == schema.EraseRunning && !c.EraseDueAt.After(tx.Now)
			return c.ID, d
		})
}

func unrungBatches(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, state, due_at, ring FROM invitation_batches WHERE ring_at <= ?
		ORDER BY ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE invitation_batches SET ring_at = ? WHERE id IN (?)`,
		func(b *schema.Batch) (schema.BatchID, schema.Due) {
			d := b.Due()
			d.Lapsed = b.State == schema.BatchRunning && !b.DueAt.After(tx.Now)
			return b.ID, d
		})
}

func unrungReplays(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, state, due_at, ring FROM webhook_replays WHERE ring_at <= ?
		ORDER BY ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE webhook_replays SET ring_at = ? WHERE id IN (?)`,
		func(r *schema.Replay) (schema.ReplayID, schema.Due) {
			d := r.Due()
			d.Lapsed = r.State == schema.ReplayRunning && !r.DueAt.After(tx.Now)
			return r.ID, d
		})
}

// UnrungDeliveries returns up to n deliveries that are due, or whose lease lapsed,
// and that nobody has rung for lately; it notes that it looked.
func (s *System) UnrungDeliveries(ctx context.Context, n int) (ids []schema.DeliveryID, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		err := tx.Select(&ids, `SELECT id FROM webhook_deliveries WHERE ring_at <= ?
			ORDER BY ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, tx.Now, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		_, err = tx.ExecIn(`UPDATE webhook_deliveries SET ring_at = ? WHERE id IN (?)`, tx.Now.Add(relayPause), ids)
		return err
	})
	return ids, err
}

func unrungLanes(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, ring FROM webhook_endpoints WHERE ring_at <= ?
		ORDER BY ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE webhook_endpoints SET ring_at = ? WHERE id IN (?)`,
		func(e *schema.Endpoint) (schema.EndpointID, schema.Due) { return e.ID, e.Due() })
}

// unrung reads up to n rows of one kind and notes that they were looked at.
func unrung[Row, ID any](tx *store.Tx, n int, find, looked string, bell func(*Row) (ID, schema.Due)) ([]schema.Due, error) {
	var rows []Row
	if err := tx.Select(&rows, find, tx.Now, n); err != nil || len(rows) == 0 {
		return nil, err
	}
	ids, due := make([]ID, len(rows)), make([]schema.Due, len(rows))
	for i := range rows {
		ids[i], due[i] = bell(&rows[i])
	}
	_, err := tx.ExecIn(looked, tx.Now.Add(relayPause), ids)
	return due, err
}

// RaiseRing gives a due row the next ring number, because the bell with the
// present one can't ring any more, and returns what to ring for. It reports
// false when somebody else raised it first.
func (s *System) RaiseRing(ctx context.Context, d schema.Due) (schema.Due, bool, error) {
	query, id := `UPDATE emails SET ring = ring + 1 WHERE id = ? AND ring = ?`, any(nil)
	var err error
	switch d.Work {
	case schema.WorkClientDeactivate:
		query = `UPDATE clients SET cascade_ring = cascade_ring + 1 WHERE id = ? AND cascade_ring = ?`
		id, err = schema.Parse[schema.ClientID](d.Row)
	case schema.WorkWebhookDrain:
		query = `UPDATE webhook_endpoints SET ring = ring + 1 WHERE id = ? AND ring = ?`
		id, err = schema.Parse[schema.EndpointID](d.Row)
	case schema.WorkWebhookReplay:
		query = `UPDATE webhook_replays SET ring = ring + 1 WHERE id = ? AND ring = ?`
		id, err = schema.Parse[schema.ReplayID](d.Row)
	case schema.WorkClientErase:
		query = `UPDATE clients SET erase_ring = erase_ring + 1 WHERE id = ? AND erase_ring = ?`
		id, err = schema.Parse[schema.ClientID](d.Row)
	case schema.WorkThumbnail:
		query = `UPDATE media SET thumb_ring = thumb_ring + 1 WHERE id = ? AND thumb_ring = ?`
		id, err = schema.Parse[schema.MediaID](d.Row)
	case schema.WorkInvitationBatch:
		query = `UPDATE invitation_batches SET ring = ring + 1 WHERE id = ? AND ring = ?`
		id, err = schema.Parse[schema.BatchID](d.Row)
	default:
		id, err = schema.Parse[schema.EmailID](d.Row)
	}
	if err != nil {
		return d, false, fmt.Errorf("system: raise ring of %q: %w", d.Row, err)
	}
	var n int64
	err = s.run(ctx, func(tx *store.Tx) error {
		n, err = tx.Exec(query, id, d.Ring)
		return err
	})
	d.Ring++
	return d, n == 1, err
}
