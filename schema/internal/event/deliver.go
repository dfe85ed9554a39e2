package event

import (
	"slices"
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// deliver writes a delivery of each event to each endpoint of its agency that
// takes its type. Endpoints are read, not locked: one that is disabled or deleted
// at this moment has the claim decide.
//
// One that is disabled already is locked, shared: what is held behind its enabling
// would never be sent.
func deliver(tx *store.Tx, events []schema.Event) error {
	to, err := endpoints(tx, events)
	if err != nil || len(to) == 0 {
		return err
	}
	var rows []schema.Delivery
	for i := range events {
		e := &events[i]
		for j := range to {
			if p := &to[j]; p.AgencyID == e.AgencyID && p.Types.Takes(e.Type) && schema.EndpointID(e.SubjectID) != p.ID {
				rows = append(rows, schema.NewDelivery(tx.Now, e, p))
			}
		}
	}
	return Deliveries(tx, rows)
}

func endpoints(tx *store.Tx, events []schema.Event) (out []schema.Endpoint, err error) {
	var agencies []schema.AgencyID
	seen := map[schema.AgencyID]bool{}
	for i := range events {
		if id := events[i].AgencyID; !seen[id] {
			seen[id] = true
			agencies = append(agencies, id)
		}
	}
	err = tx.SelectIn(&out, `SELECT id, agency_id, types, status FROM webhook_endpoints
		WHERE agency_id IN (?) AND status IN ('enabled', 'disabled') ORDER BY id`, agencies)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if e := &out[i]; e.Status == schema.EndpointDisabled {
			if err := tx.Get(&e.Status, `SELECT status FROM webhook_endpoints WHERE id = ? LOCK IN SHARE MODE`, e.ID); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(out, func(e schema.Endpoint) bool { return e.Status == schema.EndpointDeleted }), nil
}

// Endpoints counts the endpoints of agencies: so many deliveries an event can have.
func Endpoints(tx *store.Tx, agencies []schema.AgencyID) (map[schema.AgencyID]int, error) {
	var rows []struct {
		ID schema.AgencyID `db:"agency_id"`
		N  int             `db:"n"`
	}
	err := tx.SelectIn(&rows, `SELECT agency_id, COUNT(*) AS n FROM webhook_endpoints
		WHERE agency_id IN (?) AND status IN ('enabled', 'disabled') GROUP BY agency_id`, agencies)
	out := make(map[schema.AgencyID]int, len(rows))
	for _, r := range rows {
		out[r.ID] = r.N
	}
	return out, err
}

// rowsAtOnce is how many deliveries one statement writes.
const rowsAtOnce = 500

// Deliveries writes new deliveries. Those that are due are rung for after the
// commit.
func Deliveries(tx *store.Tx, rows []schema.Delivery) error {
	for len(rows) > 0 {
		n := min(len(rows), rowsAtOnce)
		if err := insert(tx, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func insert(tx *store.Tx, rows []schema.Delivery) error {
	const row = `(?,?,?,?,?,?,?,?,?,?)`
	args := make([]any, 0, len(rows)*10)
	for i := range rows {
		d := &rows[i]
		args = append(args, d.ID[:], d.AgencyID[:], d.EndpointID[:], d.EventID[:], string(d.Type), string(d.State), d.StateAt,
			d.DueAt, d.RingAt(), d.CreatedAt)
		if d.State == schema.DeliveryQueued {
			tx.Deliver(d.ID)
		}
	}
	_, err := tx.Exec(`INSERT INTO webhook_deliveries (id, agency_id, endpoint_id, event_id, type, state, state_at,
		due_at, ring_at, created_at) VALUES `+row+strings.Repeat(`,`+row, len(rows)-1), args...)
	return err
}
