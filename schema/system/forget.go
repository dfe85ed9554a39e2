package system

import (
	"slices"

	"anteroom/schema"
)

// forget takes out of attempts that came too late what the receiver said, where
// the event was erased meanwhile. Those in time are no trouble: erasing waits for
// what is under way.
func (r *recording) forget() error {
	if len(r.late) == 0 {
		return nil
	}
	var erased []schema.EventID
	err := r.tx.SelectIn(&erased, `SELECT id FROM events WHERE id IN (?) AND erased_at IS NOT NULL`, r.late)
	for i := range r.attempts {
		a := &r.attempts[i]
		if slices.Contains(erased, r.rows[a.DeliveryID].EventID) {
			a.ResponseHeaders, a.ResponseBody, a.ErrorText = []byte("{}"), nil, ""
		}
	}
	return err
}
