package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// DeliveryStatus is which of an endpoint's deliveries a log shows.
type DeliveryStatus string

// The parts of the log.
const (
	DeliveriesAll      DeliveryStatus = ""
	DeliveriesRetrying DeliveryStatus = "retrying" // that failed at least once and are tried again
	DeliveriesFailed   DeliveryStatus = "failed"   // that are tried no more
	DeliveriesHeld     DeliveryStatus = "held"     // kept while the endpoint was disabled
)

// statusStates are the states of a part's deliveries; retrying has tries, too.
var statusStates = map[DeliveryStatus]string{
	DeliveriesRetrying: `AND state IN ('queued', 'waiting', 'sending') AND tries > 0`,
	DeliveriesFailed:   `AND state = 'failed'`,
	DeliveriesHeld:     `AND state = 'held'`,
}

// DeliveriesSize is how many deliveries stand on a page of the log.
const DeliveriesSize = 20

// DeliveryFilter narrows the log; the zero filter is all of it.
type DeliveryFilter struct {
	Status DeliveryStatus
	Type   schema.EventType
	Before schema.EventID // older than that event
}

// DeliveryRow is a line of the log.
type DeliveryRow struct {
	schema.Delivery
	TookMicros int64 `db:"took_us"` // of the newest attempt; 0 while it is under way
}

// DeliveryPage is a page of the log, newest event first.
type DeliveryPage struct {
	Rows   []DeliveryRow
	Older  schema.EventID // the page after this one is before it; zero on the last
	Newest bool
	Counts DeliveryCounts
	Now    time.Time
}

// Deliveries reads an endpoint's log. An endpoint of another agency is
// ErrNotFound, and so is a status that does not exist.
func (w *Workspace) Deliveries(ctx context.Context, id schema.EndpointID, f DeliveryFilter) (p DeliveryPage, err error) {
	states, ok := statusStates[f.Status]
	if !ok && f.Status != DeliveriesAll {
		return p, schema.ErrNotFound
	}
	if p.Now, err = w.checkEndpoints(ctx, []schema.EndpointID{id}, 1); err != nil {
		return p, err
	}
	// All of them come in the order of one index; those in a state are few and
	// found by the other. An engine left to choose may read the whole log.
	index := `webhook_deliveries_event`
	if f.Status != DeliveriesAll {
		index = `webhook_deliveries_lane`
	}
	c := conditions{args: []any{id}}
	c.add(`TRUE ` + states)
	if f.Type != "" {
		c.add(`type = ?`, f.Type)
	}
	if !f.Before.IsZero() {
		c.add(`event_id < ?`, f.Before)
	}
	err = w.db.SelectContext(ctx, &p.Rows, `SELECT d.*, COALESCE(a.total_us, 0) AS took_us FROM (
		SELECT `+deliveryColumns+` FROM webhook_deliveries FORCE INDEX (`+index+`) WHERE endpoint_id = ?`+c.sql+`
		ORDER BY event_id DESC LIMIT ?) d LEFT JOIN webhook_attempts a ON a.delivery_id = d.id AND a.attempt = d.attempt
		ORDER BY d.event_id DESC`, append(c.args, DeliveriesSize+1)...)
	if err != nil {
		return p, err
	}
	if len(p.Rows) > DeliveriesSize {
		p.Rows = p.Rows[:DeliveriesSize]
		p.Older = p.Rows[DeliveriesSize-1].EventID
	}
	p.Newest = f.Before.IsZero()
	p.Counts, err = w.countDeliveries(ctx, id, f.Type)
	return p, err
}

const deliveryColumns = `id, agency_id, endpoint_id, event_id, type, test, state, state_at, attempt, tries, due_at,
	status_code, error_class, created_at`

// CountMost is how far all deliveries of an endpoint are counted: there may be
// millions, and each look at the log would count them again.
const CountMost = 10_000

// DeliveryCounts counts an endpoint's deliveries, those of one type or of all.
type DeliveryCounts struct {
	All      int // CountMost+1 when there are more than CountMost
	Retrying int
	Failed   int
	Held     int
}

// Of is the number of one part of the log.
func (n DeliveryCounts) Of(s DeliveryStatus) int {
	return map[DeliveryStatus]int{DeliveriesAll: n.All, DeliveriesRetrying: n.Retrying, DeliveriesFailed: n.Failed, DeliveriesHeld: n.Held}[s]
}

func (w *Workspace) countDeliveries(ctx context.Context, id schema.EndpointID, t schema.EventType) (n DeliveryCounts, err error) {
	c := conditions{args: []any{id}}
	if t != "" {
		c.add(`type = ?`, t)
	}
	err = w.db.GetContext(ctx, &n, `SELECT COUNT(CASE WHEN state IN ('queued', 'waiting', 'sending') AND tries > 0 THEN 1 END) AS retrying,
		COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed, COUNT(CASE WHEN state = 'held' THEN 1 END) AS held
		FROM webhook_deliveries FORCE INDEX (webhook_deliveries_lane)
		WHERE endpoint_id = ? AND state IN ('queued', 'waiting', 'sending', 'failed', 'held')`+c.sql, c.args...)
	if err != nil {
		return n, err
	}
	err = w.db.GetContext(ctx, &n.All, `SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries FORCE INDEX (webhook_deliveries_event)
		WHERE endpoint_id = ?`+c.sql+` LIMIT ?) few`, append(c.args, CountMost+1)...)
	return n, err
}
