package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// SaveEndpoint changes what a person entered about an endpoint. What is on its way
// already goes to the new URL, whatever its type. The caller has checked before
// that the URL may be called.
func (w *Workspace) SaveEndpoint(ctx context.Context, id schema.EndpointID, f EndpointForm) error {
	return w.change(ctx, func(tx *store.Tx) error {
		if _, err := lock.Agency(tx, w.Agency.ID); err != nil {
			return err
		}
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		if err := f.apply(&e); err != nil {
			return err
		}
		if err := w.endpointNameFree(tx, &e); err != nil {
			return err
		}
		return endpoint.Save(tx, &e)
	})
}
