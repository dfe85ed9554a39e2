package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"golang.org/x/sync/semaphore"

	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/worker/coalesce"
	"anteroom/worker/webhook"
)

// underway is how many deliveries one process has under way: two hundred
// endpoints that hang take all of it, each up to schema.EndpointConcurrency.
const underway = 2000

// courier takes deliveries to their endpoints. A task hands it IDs and is done: a
// slow endpoint holds a goroutine and none of Asynq's workers. If the process dies
// the claims lapse, and the relay rings for the rows.
type courier struct {
	w       *Worker
	sender  *webhook.Sender
	claims  *coalesce.Group[system.DeliveryAsk, system.DeliveryAnswer]
	results *coalesce.Group[system.DeliveryResult, system.DeliveryAfter]
	room    *semaphore.Weighted
	base    context.Context // of the calls; set by Run
	running sync.WaitGroup

	mu    sync.Mutex
	lanes map[schema.EndpointID]*lane
}

// asksAtOnce is how many asks share a transaction: each has up to
// jobs.MaxDeliveries.
const asksAtOnce = 5

func newCourier(w *Worker) *courier {
	c := &courier{w: w, sender: webhook.New(w.o.Egress, w.plan.Timeout), room: semaphore.NewWeighted(underway),
		lanes: map[schema.EndpointID]*lane{}}
	c.claims = coalesce.New(asksAtOnce, w.system.ClaimDeliveries)
	c.results = coalesce.New(groupSize, c.record)
	return c
}

// deliverWebhooks claims the deliveries of a task and sets them going.
func (w *Worker) deliverWebhooks(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.DeliverPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "deliveries", len(p.DeliveryIDs))
	lanes, err := w.courier.take(ctx, system.DeliveryAsk{IDs: p.DeliveryIDs})
	w.o.Bell.Ring(ctx, lanes...)
	return err
}

// take claims what is asked for and sets it going. It returns the lanes to look at
// again.
func (c *courier) take(ctx context.Context, ask system.DeliveryAsk) ([]schema.Due, error) {
	if c.w.stops() {
		return nil, early(0)
	}
	// Before the claim, whose lease would run while it waits here.
	if err := c.room.Acquire(ctx, int64(ask.Most())); err != nil {
		return nil, err
	}
	answer, err := c.claims.Do(ctx, ask)
	taken := len(answer.Taken)
	c.room.Release(int64(ask.Most() - taken))
	if err != nil {
		return nil, err
	}
	note(ctx, "taken", taken)
	for _, claim := range answer.Taken {
		c.running.Go(func() { c.run(claim) })
	}
	for _, e := range answer.Early {
		c.w.o.Bell.DeliverIn(ctx, e.Wait, e.ID)
	}
	return answer.Lanes, nil
}

// run makes one delivery and records what came of it.
func (c *courier) run(claim system.DeliveryClaim) {
	r := system.DeliveryResult{ID: claim.ID, Endpoint: claim.EndpointID, Agency: claim.AgencyID, Attempt: claim.Attempt, Test: claim.Test}
	r.AttemptResult = c.call(claim)
	after, err := c.keep(r)
	c.room.Release(1)
	c.w.o.Log.LogAttrs(c.base, slog.LevelInfo, "delivery", slog.String("delivery_id", r.ID.String()), slog.String("endpoint_id", r.Endpoint.String()),
		slog.String("event_id", claim.EventID.String()), slog.String("type", string(claim.Type)), slog.Uint64("attempt", uint64(r.Attempt)),
		slog.Int("status", r.StatusCode), slog.String("class", string(r.Class)), slog.Int64("ms", r.Total.Milliseconds()),
		slog.String("state", string(after.State)))
	if err != nil {
		return // its lease lapses
	}
	if after.State == schema.DeliveryQueued {
		c.w.o.Bell.DeliverIn(c.base, after.Wait, r.ID)
	}
	if after.Crowded {
		c.drain(r.Endpoint)
	}
}

// call sends the claim's body, signed by each secret that is live. A secret that
// no key opens is a fault of ours.
func (c *courier) call(claim system.DeliveryClaim) schema.AttemptResult {
	secrets, err := c.secrets(claim)
	if err != nil || claim.Body == nil {
		c.w.o.Log.Error("a delivery can't be made; is a key missing in SECRET_KEYS?", "delivery_id", claim.ID.String(),
			"endpoint_id", claim.EndpointID.String(), "error", err)
		return schema.AttemptResult{Ours: true, RetryAfter: time.Minute}
	}
	return c.sender.Send(c.base, webhook.Request{URL: claim.Endpoint.URL, EventID: claim.EventID.String(), Body: claim.Body,
		Secrets: secrets, Attempt: int(claim.Attempt)})
}

func (c *courier) secrets(claim system.DeliveryClaim) ([]string, error) {
	secret, err := schema.OpenSecret(c.w.o.Keys, claim.EndpointID, claim.Endpoint.Secret)
	if err != nil || claim.OldSecret == nil {
		return []string{secret}, err
	}
	old, err := schema.OpenSecret(c.w.o.Keys, claim.EndpointID, claim.OldSecret)
	return []string{secret, old}, err
}

// keep records a result. While the database is away it keeps trying, so that what
// was delivered is not delivered twice.
func (c *courier) keep(r system.DeliveryResult) (after system.DeliveryAfter, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.base), 2*c.w.plan.Lease())
	defer cancel()
	for {
		after, err = c.results.Do(ctx, r)
		if err == nil || ctx.Err() != nil || errors.Is(err, coalesce.ErrStopped) {
			return after, err
		}
		select {
		case <-ctx.Done():
			return after, err
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// record records a group of results and tells open pages of their endpoints.
func (c *courier) record(ctx context.Context, results []system.DeliveryResult) ([]system.DeliveryAfter, error) {
	out, err := c.w.system.RecordDeliveries(ctx, results)
	if err != nil {
		return nil, err
	}
	seen := map[schema.EndpointID]bool{}
	var changes []live.Change
	for i := range results {
		if r := &results[i]; !seen[r.Endpoint] {
			seen[r.Endpoint] = true
			changes = append(changes, live.Change{Agency: r.Agency.String(), Row: r.Endpoint.String()})
		}
	}
	c.w.o.Bus.Tell(ctx, changes...)
	return out, nil
}
