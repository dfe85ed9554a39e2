package system

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// ExpireBatch is how many stale invitations one transaction expires at most: with
// an event each that is batchRows.
const ExpireBatch = 1000

// batchRows is how many rows a batch of a sweep or a cascade writes at most, the
// deliveries of its events included.
const batchRows = 2000

// Swept is what one batch of a sweep did.
type Swept struct {
	Done    int             // rows
	More    bool            // there may be more of them
	Clients []schema.Client // theirs, each once
}

// Expire expires up to n stale invitations, with one event each, fewer where
// each event has many deliveries. It passes over rows that somebody holds, so it is
// safe beside accepts and other sweeps.
func (s *System) Expire(ctx context.Context, n int) (out Swept, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		users, err := lock.StaleClientUsers(tx, n)
		out = Swept{}
		if err != nil || len(users) == 0 {
			return err
		}
		out.More = len(users) == n
		per, err := event.Endpoints(tx, keysOf(users, func(u *schema.ClientUser) schema.AgencyID { return u.AgencyID }))
		if err != nil {
			return err
		}
		rows := 0
		for i := range users {
			if rows += 2 + per[users[i].AgencyID]; rows > batchRows {
				users, out.More = users[:i], true
				break
			}
		}
		out.Done = len(users)
		clients, err := readClients(tx, keysOf(users, func(u *schema.ClientUser) schema.ClientID { return u.ClientID }))
		if err != nil {
			return err
		}
		for _, c := range clients {
			out.Clients = append(out.Clients, *c)
		}
		events := make([]schema.Event, 0, out.Done)
		for i := range users {
			u := &users[i]
			if err := u.Expire(); err != nil {
				return err
			}
			events = append(events, schema.NewClientUserEvent(schema.InvitationExpired, tx.Now, clients[u.ClientID], u, schema.StatusInvited, schema.System))
		}
		_, err = tx.ExecIn(`UPDATE client_users SET status = 'expired', remind_at = NULL, event_seq = event_seq + 1 WHERE id IN (?)`,
			keysOf(users, func(u *schema.ClientUser) schema.ClientUserID { return u.ID }))
		if err != nil {
			return err
		}
		return event.Append(tx, events...)
	})
	return out, err
}

// readClients reads what the events of many client users say of their clients.
func readClients(tx *store.Tx, ids []schema.ClientID) (map[schema.ClientID]*schema.Client, error) {
	var rows []schema.Client
	err := tx.SelectIn(&rows, `SELECT id, agency_id, name, external_id, deleted_at FROM clients WHERE id IN (?)`, ids)
	return byKey(rows, func(c *schema.Client) schema.ClientID { return c.ID }), err
}
