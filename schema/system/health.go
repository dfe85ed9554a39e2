package system

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// HealthBatch is how many endpoints in trouble one transaction looks at.
const HealthBatch = 50

// EndpointsChecked is what one batch of CheckEndpoints did.
type EndpointsChecked struct {
	Found    int               // endpoints that something was due about
	Disabled []schema.Endpoint // those that it disabled
	Due      []schema.Due      // mails to owners, and lanes whose deliveries are to be held
}

// CheckEndpoints looks at up to n endpoints about which something is due: it
// disables those that had nothing but failures for schema.DisableAfter, and writes
// the mails to their owners. Fewer than n found means that none is left for it.
func (s *System) CheckEndpoints(ctx context.Context, n int) (out EndpointsChecked, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		out = EndpointsChecked{}
		found, err := inTrouble(tx, n)
		if out.Found = len(found); err != nil || out.Found == 0 {
			return err
		}
		owners, err := lockOwners(tx, keysOf(found, func(e *schema.Endpoint) schema.AgencyID { return e.AgencyID }))
		if err != nil {
			return err
		}
		rows, err := endpoint.LockAll(tx, keysOf(found, func(e *schema.Endpoint) schema.EndpointID { return e.ID }))
		if err != nil {
			return err
		}
		for i := range rows {
			if err := out.check(tx, &rows[i], owners[rows[i].AgencyID]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// inTrouble finds candidates without a lock; the rule is asked again under it.
func inTrouble(tx *store.Tx, n int) (out []schema.Endpoint, err error) {
	warn := tx.Now.Add(schema.WarnBefore - schema.DisableAfter)
	err = tx.Select(&out, `(SELECT id, agency_id FROM webhook_endpoints WHERE failing_since IS NOT NULL AND status = 'enabled'
			AND (failures >= ? AND notices < 1 OR failing_since <= ? AND notices < 2) LIMIT ?)
		UNION (SELECT id, agency_id FROM webhook_endpoints WHERE failing_since <= ? AND status = 'enabled' LIMIT ?)
		UNION (SELECT id, agency_id FROM webhook_endpoints WHERE status = 'disabled' AND notices < 3 AND disabled_reason <> 'manual' LIMIT ?)
		LIMIT ?`, schema.NoticeAfter, warn, n, tx.Now.Add(-schema.DisableAfter), n, n, n)
	return out, err
}

// lockOwners locks the owners of agencies: their emails refer to them.
func lockOwners(tx *store.Tx, agencies []schema.AgencyID) (map[schema.AgencyID][]*schema.User, error) {
	var rows []struct {
		AgencyID schema.AgencyID `db:"agency_id"`
		UserID   schema.UserID   `db:"user_id"`
	}
	err := tx.SelectIn(&rows, `SELECT agency_id, user_id FROM members WHERE agency_id IN (?) AND role = 'owner'`, agencies)
	if err != nil {
		return nil, err
	}
	ids := make([]schema.UserID, len(rows))
	for i, r := range rows {
		ids[i] = r.UserID
	}
	users, err := lock.Users(tx, ids)
	if err != nil {
		return nil, err
	}
	byID := byKey(users, func(u *schema.User) schema.UserID { return u.ID })
	out := map[schema.AgencyID][]*schema.User{}
	for _, r := range rows {
		out[r.AgencyID] = append(out[r.AgencyID], byID[r.UserID])
	}
	return out, nil
}

// check does what is due about one locked endpoint.
func (out *EndpointsChecked) check(tx *store.Tx, e *schema.Endpoint, owners []*schema.User) error {
	h := e.Check(tx.Now)
	if h.Mail == "" {
		return nil
	}
	e.Notices = h.Notices
	save := endpoint.Save
	if h.Disable {
		save = func(tx *store.Tx, e *schema.Endpoint) error {
			return endpoint.Disable(tx, e, schema.DisabledFailing, schema.System)
		}
	}
	// Emails stand before endpoints in the order of the locks, but new ones have no
	// lock to wait for.
	for _, u := range owners {
		mail := schema.NewEndpointEmail(tx.Now, u, e, h.Mail)
		if err := outbox.Insert(tx, &mail); err != nil {
			return err
		}
		out.Due = append(out.Due, mail.Due())
	}
	if err := save(tx, e); err != nil {
		return err
	}
	if h.Disable {
		out.Disabled = append(out.Disabled, *e)
		out.Due = append(out.Due, e.Due())
	}
	return nil
}
