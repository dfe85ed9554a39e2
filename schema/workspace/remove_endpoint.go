package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// RemoveEndpoint deletes an endpoint and wipes its secrets. What was about to go
// out is cancelled, in the background.
func (w *Workspace) RemoveEndpoint(ctx context.Context, id schema.EndpointID) (due []schema.Due, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		e.Remove(tx.Now)
		due = []schema.Due{e.Due()}
		return endpoint.Save(tx, &e)
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}
