// Package event writes the log of what happened, and its deliveries.
package event

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Append writes events, and a delivery of each to every endpoint that takes it. It
// is positional because a sweep appends hundreds at a time and sqlx parses and
// reflects over every named row.
func Append(tx *store.Tx, events ...schema.Event) error {
	if len(events) == 0 {
		return nil
	}
	const row = `(?,?,?,?,?,?,?,?,?,?)`
	args := make([]any, 0, len(events)*10)
	for i := range events {
		e := &events[i]
		args = append(args, e.ID[:], e.AgencyID[:], e.ClientID, e.SubjectID[:], e.Sequence, string(e.Type),
			string(e.ActorType), e.ActorID, e.OccurredAt, e.Payload)
	}
	_, err := tx.Exec(`INSERT INTO events (id, agency_id, client_id, subject_id, sequence, type,
		actor_type, actor_id, occurred_at, payload) VALUES `+row+strings.Repeat(`,`+row, len(events)-1), args...)
	if err != nil {
		return err
	}
	return deliver(tx, events)
}
