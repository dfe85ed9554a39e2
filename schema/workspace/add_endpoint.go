package workspace

import (
	"context"
	"fmt"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// AddEndpoint adds an endpoint and returns its secret as it is shown. The caller
// has checked before that the URL may be called.
func (w *Workspace) AddEndpoint(ctx context.Context, keys *keyring.Ring, f EndpointForm) (e schema.Endpoint, secret string, err error) {
	secret = schema.NewEndpointSecret()
	err = w.change(ctx, func(tx *store.Tx) error {
		e = schema.Endpoint{ID: schema.New[schema.EndpointID](), AgencyID: w.Agency.ID, Status: schema.EndpointEnabled,
			SecretHint: schema.SecretHint(secret), CreatedBy: w.User.ID, CreatedAt: tx.Now}
		e.Secret = schema.SealSecret(keys, e.ID, secret)
		if err := f.apply(&e); err != nil {
			return err
		}
		// Alone, so that two at once neither share a name nor pass the limit.
		if _, err := lock.Agency(tx, w.Agency.ID); err != nil {
			return err
		}
		if err := w.mayAddEndpoint(tx); err != nil {
			return err
		}
		if err := w.endpointNameFree(tx, &e); err != nil {
			return err
		}
		_, err := tx.Named(`INSERT INTO webhook_endpoints (id, agency_id, name, url, types, rate_per_minute, status, secret, secret_hint,
			created_by, created_at) VALUES (:id, :agency_id, :name, :url, :types, :rate_per_minute, :status, :secret, :secret_hint,
			:created_by, :created_at)`, &e)
		return err
	})
	if err != nil {
		return schema.Endpoint{}, "", err
	}
	return e, secret, nil
}

func (w *Workspace) mayAddEndpoint(tx *store.Tx) error {
	var n int
	err := tx.Get(&n, `SELECT COUNT(*) FROM webhook_endpoints WHERE agency_id = ? AND status <> 'deleted'`, w.Agency.ID)
	if err == nil && n >= schema.MaxEndpoints {
		return &schema.Error{Kind: schema.Conflict, Code: "endpoints_max",
			Message: fmt.Sprintf("There are %d endpoints, and no more are possible. Remove one that is not needed any more.", n)}
	}
	return err
}

// endpointNameFree refuses a name that another of the agency's endpoints has,
// however it is written. The agency is locked.
func (w *Workspace) endpointNameFree(tx *store.Tx, e *schema.Endpoint) error {
	var name string
	err := tx.Get(&name, `SELECT name FROM webhook_endpoints WHERE agency_id = ? AND status <> 'deleted' AND name = ? AND id <> ? LIMIT 1`,
		w.Agency.ID, e.Name, e.ID)
	switch {
	case schema.KindOf(err) == schema.NotFound:
		return nil
	case err != nil:
		return err
	}
	return &schema.Error{Kind: schema.Invalid, Field: "name", Code: "name_taken",
		Message: "There is an endpoint called " + name + " already. Give this one another name."}
}
