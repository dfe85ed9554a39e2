package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Deletion is what deleting a client does, in numbers.
type Deletion struct {
	Client   schema.Client
	People   int // lose access
	Open     int // invitations are cancelled
	Accounts int // stay connected and become unassigned
	// Losing and Invited name them where they are few, and nobody else.
	Losing, Invited []string
}

// FewNames is how many people the question before a deletion names.
const FewNames = 3

// PreviewDeletion counts what DeleteClient would do now.
func (w *Workspace) PreviewDeletion(ctx context.Context, id schema.ClientID) (d Deletion, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		if d.Client, err = w.own(lock.ClientShared(tx, id)); err != nil {
			return err
		}
		err := tx.Get(&d, `SELECT
			(SELECT COUNT(*) FROM client_users WHERE client_id = ? AND status = 'active') AS people,
			(SELECT COUNT(*) FROM client_users WHERE client_id = ? AND status = 'invited' AND expires_at > ?) AS open,
			(SELECT COUNT(*) FROM social_accounts WHERE client_id = ?) AS accounts`, id, id, tx.Now, id)
		if err != nil {
			return err
		}
		return d.name(tx)
	})
	return d, err
}

func (d *Deletion) name(tx *store.Tx) error {
	if d.People <= FewNames {
		err := tx.Select(&d.Losing, `SELECT full_name FROM client_users WHERE client_id = ? AND status = 'active' ORDER BY full_name, id`, d.Client.ID)
		if err != nil {
			return err
		}
	}
	if d.Open > FewNames {
		return nil
	}
	return tx.Select(&d.Invited, `SELECT full_name FROM client_users WHERE client_id = ? AND status = 'invited' AND expires_at > ?
		ORDER BY full_name, id`, d.Client.ID, tx.Now)
}

// DeleteClient closes the client's portal with its commit. The rest (statuses,
// invitations, sessions, events, unassigning the accounts) is the due cascade.
func (w *Workspace) DeleteClient(ctx context.Context, id schema.ClientID) (due []schema.Due, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		c, err := w.own(lock.Client(tx, id))
		if err != nil {
			return err
		}
		c.Delete(tx.Now, w.User.ID)
		if err := w.saveClient(tx, &c, schema.ClientDeleted); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE clients SET cascade_ring_at = ? WHERE id = ?`, c.CascadeRingAt(), c.ID); err != nil {
			return err
		}
		due = []schema.Due{c.CascadeDue()}
		return nil
	})
	return due, err
}
