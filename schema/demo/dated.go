package demo

import (
	"github.com/oklog/ulid/v2"

	"anteroom/schema"
)

// dated gives an event the ID that it would have got at its moment: the log is
// in the order of the IDs.
func (s *seed) dated(e schema.Event) schema.Event {
	e.ID = schema.EventID(ulid.MustNew(ulid.Timestamp(e.OccurredAt), s.ids))
	return e
}
