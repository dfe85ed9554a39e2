package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// DisableEndpoint stops deliveries to an endpoint. What was about to go out, and
// what happens from now on, is held.
func (w *Workspace) DisableEndpoint(ctx context.Context, id schema.EndpointID) (due []schema.Due, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		if e.Status != schema.EndpointEnabled {
			return &schema.Error{Kind: schema.Conflict, Code: "endpoint_disabled", Message: e.Name + " is disabled already."}
		}
		due = []schema.Due{e.Due()}
		return endpoint.Disable(tx, &e, schema.DisabledManual, w.actor())
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}
