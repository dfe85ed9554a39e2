package demo

import (
	"crypto/rand"

	"github.com/oklog/ulid/v2"

	"anteroom/schema"
)

var entropy = ulid.Monotonic(rand.Reader, 0)

// dated gives an event the ID that it would have got at its moment: the log is
// in the order of the IDs.
func dated(e schema.Event) schema.Event {
	e.ID = schema.EventID(ulid.MustNew(ulid.Timestamp(e.OccurredAt), entropy))
	return e
}
