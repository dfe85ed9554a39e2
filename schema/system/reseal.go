package system

import (
	"context"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// ResealBatch is how many endpoints one transaction of Reseal looks at.
const ResealBatch = 100

// Resealed is what one batch of Reseal did.
type Resealed struct {
	After  schema.EndpointID   // how far it is; zero when none is left
	Done   int                 // secrets that were encrypted anew
	Broken []schema.EndpointID // endpoints with a secret that no key at hand opens
}

// Reseal encrypts under the ring's first key the secrets of up to n endpoints
// behind another that are under an older one, so that the older can be dropped.
// The rows are locked: beside it secrets may be rotated, or be read, as ever.
func (s *System) Reseal(ctx context.Context, keys *keyring.Ring, after schema.EndpointID, n int) (out Resealed, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		out = Resealed{}
		var rows []schema.Endpoint
		err := tx.Select(&rows, `SELECT id, secret, old_secret, old_secret_until FROM webhook_endpoints
			WHERE id > ? ORDER BY id LIMIT ? FOR UPDATE`, after[:], n)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := out.reseal(tx, keys, &rows[i]); err != nil {
				return err
			}
		}
		out.After = rows[len(rows)-1].ID
		return nil
	})
	return out, err
}

// reseal does one locked endpoint. An old secret that doesn't sign any more is
// dropped.
func (out *Resealed) reseal(tx *store.Tx, keys *keyring.Ring, e *schema.Endpoint) error {
	if e.OldSecretAt(tx.Now) == nil {
		e.OldSecret, e.OldSecretUntil = nil, nil
	}
	done := 0
	for _, sealed := range []*[]byte{&e.Secret, &e.OldSecret} {
		if len(*sealed) == 0 || keys.Current(*sealed) {
			continue
		}
		secret, err := schema.OpenSecret(keys, e.ID, *sealed)
		if err != nil {
			out.Broken = append(out.Broken, e.ID)
			return nil
		}
		*sealed = schema.SealSecret(keys, e.ID, secret)
		done++
	}
	if done == 0 {
		return nil
	}
	out.Done += done
	_, err := tx.Exec(`UPDATE webhook_endpoints SET secret = ?, old_secret = ?, old_secret_until = ? WHERE id = ?`,
		e.Secret, e.OldSecret, e.OldSecretUntil, e.ID)
	return err
}
