package workspace

import (
	"context"
	"time"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// RotateSecret gives an endpoint a new secret and returns it as it is shown. The
// old one signs too for the overlap, which may be 0.
func (w *Workspace) RotateSecret(ctx context.Context, keys *keyring.Ring, id schema.EndpointID, overlap time.Duration) (secret string, err error) {
	if overlap < 0 || overlap > schema.MaxOverlap {
		return "", &schema.Error{Kind: schema.Invalid, Field: "overlap", Code: "overlap",
			Message: "Choose how long the old secret goes on signing: seven days at most."}
	}
	secret = schema.NewEndpointSecret()
	err = w.change(ctx, func(tx *store.Tx) error {
		e, err := w.endpoint(tx, id)
		if err != nil {
			return err
		}
		e.Rotate(tx.Now, schema.SealSecret(keys, e.ID, secret), schema.SecretHint(secret), overlap)
		return endpoint.Save(tx, &e)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}
