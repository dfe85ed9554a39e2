package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

// SendTest sends the example of a type of event to an endpoint, once, disabled or
// not. Guard, client, signature and log are those of a real delivery.
func (w *Workspace) SendTest(ctx context.Context, id schema.EndpointID, t schema.EventType) (d schema.Delivery, err error) {
	if !known(t) {
		return d, &schema.Error{Kind: schema.Invalid, Field: "type", Code: "type", Message: "There is no such type of event. Choose one from the list."}
	}
	err = w.change(ctx, func(tx *store.Tx) error {
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		d = schema.NewTest(tx.Now, &e, t)
		return event.Test(tx, &d, schema.ExamplePayload(t, w.Agency.ID, tx.Now))
	})
	if err != nil {
		return schema.Delivery{}, err
	}
	return d, nil
}
