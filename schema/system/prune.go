package system

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// PruneBatch is how many rows of a kind one transaction of Prune deletes.
const PruneBatch = 500

// Prune deletes up to n rows of each kind that have no more use: lists that
// nobody sent in time, sessions that have ended, sign-ups whose link is dead for
// a day, tokens of the mail provider that are too old to come again, deliveries
// and replays older than schema.DeliveriesKept, endpoints that were deleted since,
// ways to platforms that are over.
// It returns how many went; none means that none is left for it. Nothing reads
// them any more, so it can end at any point.
func (s *System) Prune(ctx context.Context, n int) (total int, err error) {
	for _, prune := range []func(*store.Tx, int) (int, error){pruneDrafts, pruneSessions, pruneSignUps, pruneMailTokens,
		pruneDeliveries, pruneReplays, pruneEndpoints, pruneConnects} {
		done := 0
		err := s.run(ctx, func(tx *store.Tx) (err error) {
			done, err = prune(tx, n)
			return err
		})
		if err != nil {
			return total, err
		}
		total += done
	}
	return total, nil
}

// pruneDrafts deletes the lines before the lists: with them they would go in one
// statement, however many there are.
func pruneDrafts(tx *store.Tx, n int) (int, error) {
	var ids []schema.BatchID
	err := tx.Select(&ids, `SELECT id FROM invitation_batches WHERE state = 'draft' AND created_at <= ?
		ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED`, tx.Now.Add(-schema.DraftLifetime))
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	lines, err := tx.ExecIn(`DELETE FROM invitation_batch_lines WHERE batch_id IN (?) LIMIT ?`, ids, n)
	if err != nil || int(lines) == n {
		return int(lines), err
	}
	lists, err := tx.ExecIn(`DELETE FROM invitation_batches WHERE id IN (?)`, ids)
	return int(lines + lists), err
}

// pruneSessions locks the users first, as whoever ends sessions does.
func pruneSessions(tx *store.Tx, n int) (int, error) {
	var rows []struct {
		Hash []byte        `db:"token_hash"`
		User schema.UserID `db:"user_id"`
	}
	idle := tx.Now.Add(-schema.SessionIdle)
	err := tx.Select(&rows, `(SELECT token_hash, user_id FROM sessions WHERE expires_at <= ? LIMIT ?)
		UNION (SELECT token_hash, user_id FROM sessions WHERE last_seen_at <= ? LIMIT ?) LIMIT ?`, tx.Now, n, idle, n, n)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	hashes, users := make([][]byte, len(rows)), make([]schema.UserID, len(rows))
	for i, r := range rows {
		hashes[i], users[i] = r.Hash, r.User
	}
	if _, err := lock.Users(tx, users); err != nil {
		return 0, err
	}
	// Asked again: a request may have come meanwhile.
	done, err := tx.ExecIn(`DELETE FROM sessions WHERE token_hash IN (?) AND (expires_at <= ? OR last_seen_at <= ?)`, hashes, tx.Now, idle)
	return int(done), err
}

// pruneSignUps deletes their emails first, which refer to them. One that is
// being sent at this moment keeps its sign-up for the next time.
func pruneSignUps(tx *store.Tx, n int) (int, error) {
	var found []schema.SignUpID
	err := tx.Select(&found, `SELECT s.id FROM sign_ups s WHERE s.expires_at <= ? AND NOT EXISTS
		(SELECT 1 FROM emails e WHERE e.sign_up_id = s.id AND e.state = 'sending') ORDER BY s.expires_at LIMIT ?`,
		tx.Now.Add(-schema.SignUpKept), n)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	// Under its lock nobody claims an email of a sign-up, or writes one.
	if _, err := lock.SignUps(tx, found); err != nil {
		return 0, err
	}
	var busy []schema.SignUpID
	err = tx.SelectIn(&busy, `SELECT DISTINCT sign_up_id FROM emails WHERE sign_up_id IN (?) AND state = 'sending'`, found)
	if err != nil || len(busy) > 0 {
		return 0, err // taken this moment: next time
	}
	if _, err := tx.ExecIn(`DELETE FROM emails WHERE sign_up_id IN (?)`, found); err != nil {
		return 0, err
	}
	done, err := tx.ExecIn(`DELETE FROM sign_ups WHERE id IN (?)`, found)
	return int(done), err
}

func pruneMailTokens(tx *store.Tx, n int) (int, error) {
	done, err := tx.Exec(`DELETE FROM mailgun_tokens WHERE seen_at <= ? ORDER BY seen_at LIMIT ?`, tx.Now.Add(-mailTokenKept), n)
	return int(done), err
}
