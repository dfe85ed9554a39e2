package lock

import (
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// AgencyColumns are all that schema.Agency has.
const AgencyColumns = `id, name, plan, invitation_days, reply_to, reminders, created_at, logo_hash, logo_width, logo_height`

// Agency locks an agency alone: whoever changes its settings or its people does
// so one after the other. It is the first lock of all.
func Agency(tx *store.Tx, id schema.AgencyID) (a schema.Agency, err error) {
	err = tx.Get(&a, `SELECT `+AgencyColumns+` FROM agencies WHERE id = ? FOR UPDATE`, id)
	return a, err
}

// AgencyShared locks an agency against those, shared with others that only add
// to it.
func AgencyShared(tx *store.Tx, id schema.AgencyID) (a schema.Agency, err error) {
	err = tx.Get(&a, `SELECT `+AgencyColumns+` FROM agencies WHERE id = ? LOCK IN SHARE MODE`, id)
	return a, err
}
