package workspace

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"anteroom/schema"
)

// EndpointStats is how an endpoint did in the last 24 hours, by the database's
// clock. It counts attempts, a retry like a first try and a test like an event:
// each is a time that the receiver answered well or did not.
type EndpointStats struct {
	Delivered, Failed int
	Hours             [24]HourCount // the oldest first; the last one ends now
	// P50 and P95 are how long the receiver took, from the start of an attempt
	// to the end of its answer: nearest ranks over the newest 2,000 attempts that
	// succeeded, at most. Zero without any.
	P50, P95 time.Duration
}

// HourCount is one hour's attempts.
type HourCount struct{ OK, Bad int }

// Total is how many attempts there were.
func (s *EndpointStats) Total() int { return s.Delivered + s.Failed }

// percentileSample is how many attempts the percentiles look at.
const percentileSample = 2000

// EndpointStats reads them for some of the agency's endpoints; one that is not
// the agency's, or deleted, is ErrNotFound.
func (w *Workspace) EndpointStats(ctx context.Context, ids ...schema.EndpointID) (map[schema.EndpointID]EndpointStats, error) {
	out := make(map[schema.EndpointID]EndpointStats, len(ids))
	for _, id := range ids {
		out[id] = EndpointStats{}
	}
	if len(out) == 0 {
		return out, w.Role.MayManage()
	}
	now, err := w.checkEndpoints(ctx, ids, len(out))
	if err != nil {
		return nil, err
	}
	since := now.Add(-24 * time.Hour)
	if err := w.countHours(ctx, now, since, ids, out); err != nil {
		return nil, err
	}
	for id, s := range out {
		if err := w.percentiles(ctx, id, since, &s); err != nil {
			return nil, err
		}
		out[id] = s
	}
	return out, nil
}

// checkEndpoints makes sure that n endpoints are the agency's and that the member
// may see them, and says what time it is.
func (w *Workspace) checkEndpoints(ctx context.Context, ids []schema.EndpointID, n int) (time.Time, error) {
	if err := w.Role.MayManage(); err != nil {
		return time.Time{}, err
	}
	query, args, err := sqlx.In(`SELECT COUNT(*) AS n, UTC_TIMESTAMP(6) AS now FROM webhook_endpoints
		WHERE id IN (?) AND agency_id = ? AND status <> 'deleted'`, ids, w.Agency.ID)
	if err != nil {
		return time.Time{}, err
	}
	var found struct {
		N   int
		Now time.Time
	}
	if err := w.db.GetContext(ctx, &found, query, args...); err != nil {
		return time.Time{}, err
	}
	if found.N != n {
		return time.Time{}, schema.ErrNotFound
	}
	return found.Now, nil
}

// countHours reads from the index alone: endpoint, time, outcome and duration.
func (w *Workspace) countHours(ctx context.Context, now, since time.Time, ids []schema.EndpointID, out map[schema.EndpointID]EndpointStats) error {
	query, args, err := sqlx.In(`SELECT endpoint_id, TIMESTAMPDIFF(HOUR, started_at, ?) AS ago, COUNT(*) AS n, SUM(succeeded) AS ok
		FROM webhook_attempts FORCE INDEX (webhook_attempts_endpoint) WHERE endpoint_id IN (?) AND started_at > ?
		GROUP BY endpoint_id, ago`, now, ids, since)
	if err != nil {
		return err
	}
	var rows []struct {
		EndpointID schema.EndpointID `db:"endpoint_id"`
		Ago, N, OK int
	}
	if err := w.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return err
	}
	for _, r := range rows {
		s := out[r.EndpointID]
		// A machine whose clock is ahead may have begun an attempt after now.
		h := &s.Hours[len(s.Hours)-1-min(max(r.Ago, 0), len(s.Hours)-1)]
		h.OK, h.Bad = h.OK+r.OK, h.Bad+r.N-r.OK
		s.Delivered, s.Failed = s.Delivered+r.OK, s.Failed+r.N-r.OK
		out[r.EndpointID] = s
	}
	return nil
}

func (w *Workspace) percentiles(ctx context.Context, id schema.EndpointID, since time.Time, s *EndpointStats) error {
	if s.Delivered == 0 {
		return nil
	}
	var us []int64
	err := w.db.SelectContext(ctx, &us, `SELECT total_us FROM webhook_attempts FORCE INDEX (webhook_attempts_endpoint)
		WHERE endpoint_id = ? AND started_at > ? AND succeeded ORDER BY started_at DESC LIMIT ?`, id, since, percentileSample)
	if err != nil || len(us) == 0 {
		return err
	}
	slices.Sort(us)
	rank := func(percent int) time.Duration {
		return time.Duration(us[(len(us)*percent+99)/100-1]) * time.Microsecond
	}
	s.P50, s.P95 = rank(50), rank(95)
	return nil
}
