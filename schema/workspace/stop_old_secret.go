package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// StopOldSecret ends the overlap of a rotation now.
func (w *Workspace) StopOldSecret(ctx context.Context, id schema.EndpointID) error {
	return w.change(ctx, func(tx *store.Tx) error {
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		if !e.StopOldSecret(tx.Now) {
			return &schema.Error{Kind: schema.Conflict, Code: "no_old_secret", Message: "The old secret has stopped signing already."}
		}
		return endpoint.Save(tx, &e)
	})
}
