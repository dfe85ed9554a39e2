package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Erasure is what erasing a deleted client does, in numbers.
type Erasure struct {
	Client     schema.Client
	People     int  `db:"people"`     // lose name and address
	Mails      int  `db:"mails"`      // lose address
	Events     int  `db:"events"`     // lose names and addresses
	Deliveries int  `db:"deliveries"` // lose what the receivers answered
	Open       int  `db:"open"`       // of them are cancelled
	Later      bool // it can wait for Client.EraseAt still
}

// PreviewErasure counts what EraseClient would do now. It is for owners, and for a
// client that is deleted.
func (w *Workspace) PreviewErasure(ctx context.Context, id schema.ClientID) (e Erasure, err error) {
	if err := w.Role.MayManage(); err != nil {
		return e, err
	}
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		if e.Client, err = w.ofAgency(lock.ClientShared(tx, id)); err != nil {
			return err
		}
		if err := w.Role.MayErase(); err != nil {
			return err
		}
		if err := e.Client.MayBeErased(); err != nil {
			return err
		}
		e.Later = e.Client.EraseAt().After(tx.Now)
		return tx.Get(&e, `SELECT
			(SELECT COUNT(*) FROM client_users WHERE client_id = ?) AS people,
			(SELECT COUNT(*) FROM client_users u JOIN emails m ON m.client_user_id = u.id WHERE u.client_id = ?) AS mails,
			(SELECT COUNT(*) FROM events WHERE client_id = ?) AS events, COUNT(*) AS deliveries,
			COUNT(CASE WHEN d.state IN ('queued', 'waiting', 'sending', 'failed', 'held') THEN 1 END) AS open
			FROM events x JOIN webhook_endpoints p ON p.agency_id = x.agency_id
			JOIN webhook_deliveries d ON d.endpoint_id = p.id AND d.event_id = x.id WHERE x.client_id = ?`, id, id, id, id)
	})
	return e, err
}

// EraseClient promises that what is kept of a deleted client is erased: names and
// addresses of the client and its people, wherever they stand. Owners alone may,
// as they are at this moment. Until a later date it can be called off.
func (w *Workspace) EraseClient(ctx context.Context, id schema.ClientID, when schema.EraseWhen) (due []schema.Due, err error) {
	err = w.erasing(ctx, id, func(tx *store.Tx, c *schema.Client) error {
		due = nil
		if err := c.Erase(tx.Now, w.User.ID, when); err != nil {
			return err
		}
		if when == schema.EraseAtOnce && !c.EraseBegun() {
			due = []schema.Due{c.EraseDue()}
		}
		return nil
	})
	return due, err
}

// CallOffErasure takes the promise of EraseClient back, before its date.
func (w *Workspace) CallOffErasure(ctx context.Context, id schema.ClientID) error {
	return w.erasing(ctx, id, func(tx *store.Tx, c *schema.Client) error { return c.CallOffErase(tx.Now) })
}

// erasing changes whether and when a client is erased. The agency is locked, so
// that the role is the present one.
func (w *Workspace) erasing(ctx context.Context, id schema.ClientID, change func(*store.Tx, *schema.Client) error) error {
	return w.staff(ctx, func(tx *store.Tx, by schema.Role) error {
		c, err := w.ofAgency(lock.Client(tx, id))
		if err != nil {
			return err
		}
		if err := by.MayErase(); err != nil {
			return err
		}
		if err := change(tx, &c); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE clients SET erase_state = ?, erase_by = ?, erase_due_at = ?, erase_ring_at = ? WHERE id = ?`,
			c.EraseState, c.EraseBy, c.EraseDueAt, c.EraseRingAt(), c.ID)
		return err
	})
}

// ofAgency makes sure that a locked client is this agency's, deleted or not.
func (w *Workspace) ofAgency(c schema.Client, err error) (schema.Client, error) {
	if err == nil && c.AgencyID != w.Agency.ID {
		err = schema.ErrNotFound
	}
	return c, err
}
