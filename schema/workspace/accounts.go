package workspace

import (
	"bytes"
	"context"
	"slices"

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
// another client moves; one of another agency is ErrNotFound. It names the
// clients that lost one.
func (w *Workspace) AssignAccounts(ctx context.Context, id schema.ClientID, accounts []schema.AccountID) (lost []schema.ClientID, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		lost = nil // the transaction may run again
		c, err := w.own(lock.Client(tx, id))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE social_accounts SET client_id = NULL WHERE client_id = ?`, id); err != nil {
			return err
		}
		if len(accounts) > 0 {
			if lost, err = w.moveAccounts(tx, id, accounts); err != nil {
				return err
			}
		}
		return w.saveClient(tx, &c, schema.ClientUpdated)
	})
	return lost, err
}

func (w *Workspace) moveAccounts(tx *store.Tx, to schema.ClientID, accounts []schema.AccountID) (from []schema.ClientID, err error) {
	err = tx.SelectIn(&from, `SELECT client_id FROM social_accounts
		WHERE agency_id = ? AND client_id IS NOT NULL AND id IN (?) ORDER BY id FOR UPDATE`, w.Agency.ID, accounts)
	if err != nil {
		return nil, err
	}
	n, err := tx.ExecIn(`UPDATE social_accounts SET client_id = ? WHERE agency_id = ? AND status = 'connected' AND id IN (?)`, to, w.Agency.ID, accounts)
	if err != nil {
		return nil, err
	}
	if int(n) != len(accounts) {
		return nil, schema.ErrNotFound
	}
	slices.SortFunc(from, func(a, b schema.ClientID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(from), nil
}
