package system

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// ExpireBatch is how many stale invitations one transaction expires: with an
// event each that is 2,000 rows.
const ExpireBatch = 1000

// Swept is what one batch of a sweep did.
type Swept struct {
	Done    int             // rows
	Clients []schema.Client // theirs, each once
}

// Expire expires up to n stale invitations, with one event each. It passes over rows that somebody holds, so it is safe beside
// accepts and other sweeps; fewer than n done means that none is left for it.
func (s *System) Expire(ctx context.Context, n int) (out Swept, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		users, err := lock.StaleClientUsers(tx, n)
		out = Swept{Done: len(users)}
		if err != nil || out.Done == 0 {
			return err
		}
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
