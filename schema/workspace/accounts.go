package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Account is a social account with the name of the client it is assigned to.
type Account struct {
	schema.SocialAccount
	ClientName string `db:"client_name"`
}

// Accounts lists the agency's social accounts. Those still bound to a deleted
// client, whose cascade is on its way, count as unassigned.
func (w *Workspace) Accounts(ctx context.Context) (out []Account, err error) {
	err = w.db.SelectContext(ctx, &out, `SELECT s.id, s.agency_id, c.id AS client_id, s.network, s.handle, s.connected_at,
		COALESCE(c.name, '') AS client_name
		FROM social_accounts s LEFT JOIN clients c ON c.id = s.client_id AND c.deleted_at IS NULL
		WHERE s.agency_id = ? AND s.status = 'connected' ORDER BY s.network, s.handle`, w.Agency.ID)
	return out, err
}

// AssignAccounts makes exactly these accounts the client's. An account of
// another client moves; one of another agency is ErrNotFound.
func (w *Workspace) AssignAccounts(ctx context.Context, id schema.ClientID, accounts []schema.AccountID) error {
	return w.change(ctx, func(tx *store.Tx) error {
		c, err := w.own(lock.Client(tx, id))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE social_accounts SET client_id = NULL WHERE client_id = ?`, id); err != nil {
			return err
		}
		if len(accounts) > 0 {
			n, err := tx.ExecIn(`UPDATE social_accounts SET client_id = ? WHERE agency_id = ? AND status = 'connected' AND id IN (?)`, id, w.Agency.ID, accounts)
			if err != nil {
				return err
			}
			if int(n) != len(accounts) {
				return schema.ErrNotFound
			}
		}
		return w.saveClient(tx, &c, schema.ClientUpdated)
	})
}
