package worker

import (
	"context"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
)

// lane is the serving of one endpoint's lane in this process, by one goroutine.
type lane struct{ again bool }

// drainLane looks at the lane of an endpoint.
func (w *Worker) drainLane(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.EndpointPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "endpoint_id", p.EndpointID.String())
	lanes, err := w.courier.take(ctx, system.DeliveryAsk{Lane: p.EndpointID})
	if err != nil {
		return err
	}
	for _, due := range lanes {
		if due.Row == p.EndpointID.String() {
			return early(due.Wait) // a bell for it would find this task under its ID
		}
	}
	return nil
}

// drain serves a lane because there may be room at its endpoint. Who comes while it
// is being served has it looked at once more.
func (c *courier) drain(id schema.EndpointID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l := c.lanes[id]; l != nil {
		l.again = true
		return
	}
	c.lanes[id] = &lane{}
	c.running.Go(func() { c.serve(id) })
}

func (c *courier) serve(id schema.EndpointID) {
	for {
		lanes, err := c.take(c.base, system.DeliveryAsk{Lane: id})
		if err != nil {
			c.forget(id) // the row says that the lane is to be looked at
			return
		}
		c.w.o.Bell.Ring(c.base, lanes...)
		if c.leave(id) {
			return
		}
	}
}

// forget ends the serving, whoever asked for one more look.
func (c *courier) forget(id schema.EndpointID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.lanes, id)
}

// leave ends the serving unless somebody asked for one more look.
func (c *courier) leave(id schema.EndpointID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lanes[id].again {
		c.lanes[id].again = false
		return false
	}
	delete(c.lanes, id)
	return true
}
