package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// ThumbClaim is what a worker gets that comes for a thumbnail.
type ThumbClaim struct {
	Verdict schema.ClaimVerdict
	Media   schema.Media
	Wait    time.Duration // until it is due, when it has to wait
}

// ThumbResult is what came of an attempt.
type ThumbResult struct {
	ID      schema.MediaID
	Attempt uint32
	// Key, Width and Height are those of the thumbnail that was made; without a key
	// there is none.
	Key           string
	Width, Height int
	Final         bool // without a key: the file can't be decoded, ever
}

const thumbColumns = `id, agency_id, client_id, type, size, blob_key, thumb_state, thumb_key, thumb_width, thumb_height,
	thumb_attempt, thumb_due_at, thumb_ring`

// ClaimThumbnail claims the making of a file's thumbnail. A file that is gone is
// done.
func (s *System) ClaimThumbnail(ctx context.Context, id schema.MediaID) (out ThumbClaim, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		out = ThumbClaim{}
		m, err := lockThumb(tx, id)
		if schema.KindOf(err) == schema.NotFound {
			out.Verdict = schema.ClaimDone
			return nil
		}
		if err != nil {
			return err
		}
		out.Verdict = m.ClaimThumb(tx.Now)
		out.Media = m
		if out.Verdict == schema.ClaimWait {
			out.Wait = m.ThumbDueAt.Sub(tx.Now)
			return nil
		}
		return saveThumb(tx, &m)
	})
	return out, err
}

// RecordThumbnail writes down what came of an attempt, and says how long the next
// one waits, if there is one. Of an attempt that is not the newest nothing is kept
// (ErrOvertaken).
func (s *System) RecordThumbnail(ctx context.Context, r ThumbResult) (state schema.ThumbState, wait time.Duration, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		m, err := lockThumb(tx, r.ID)
		if schema.KindOf(err) == schema.NotFound {
			return ErrOvertaken
		}
		if err != nil {
			return err
		}
		if !m.HoldsThumb(r.Attempt) {
			return ErrOvertaken
		}
		switch {
		case r.Key != "":
			m.HaveThumb(r.Key, r.Width, r.Height)
		case r.Final:
			m.FailThumb()
		default:
			m.RetryThumb(tx.Now)
		}
		if state, wait = m.ThumbState, 0; m.ThumbDueAt != nil {
			wait = m.ThumbDueAt.Sub(tx.Now)
		}
		return saveThumb(tx, &m)
	})
	return state, wait, err
}

func lockThumb(tx *store.Tx, id schema.MediaID) (m schema.Media, err error) {
	err = tx.Get(&m, `SELECT `+thumbColumns+` FROM media WHERE id = ? FOR UPDATE`, id)
	return m, err
}

func saveThumb(tx *store.Tx, m *schema.Media) error {
	_, err := tx.Exec(`UPDATE media SET thumb_state = ?, thumb_key = ?, thumb_width = ?, thumb_height = ?, thumb_attempt = ?,
		thumb_due_at = ?, thumb_ring_at = ? WHERE id = ?`, m.ThumbState, m.ThumbKey, m.ThumbWidth, m.ThumbHeight, m.ThumbAttempt,
		m.ThumbDueAt, m.ThumbRingAt(), m.ID)
	return err
}

func unrungThumbnails(tx *store.Tx, n int) ([]schema.Due, error) {
	return unrung(tx, n, `SELECT id, thumb_state, thumb_due_at, thumb_ring FROM media WHERE thumb_ring_at <= ?
		ORDER BY thumb_ring_at LIMIT ? FOR UPDATE SKIP LOCKED`, `UPDATE media SET thumb_ring_at = ? WHERE id IN (?)`,
		func(m *schema.Media) (schema.MediaID, schema.Due) {
			d := m.ThumbDue()
			d.Lapsed = m.ThumbState == schema.ThumbRunning && !m.ThumbDueAt.After(tx.Now)
			return m.ID, d
		})
}
