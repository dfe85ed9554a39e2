package workspace

import (
	"context"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// ConnectLink is a client's connect link: whoever has it can connect accounts for
// the client, and see nothing.
type ConnectLink struct {
	Client schema.Client
	Token  string // empty while it is switched off
}

// ConnectLink reads it. A link is worth as much as being able to change the client,
// so only owners and admins see it.
func (w *Workspace) ConnectLink(ctx context.Context, keys *keyring.Ring, id schema.ClientID) (l ConnectLink, err error) {
	if err := w.Role.MayManage(); err != nil {
		return l, err
	}
	err = missing(w.db.GetContext(ctx, &l.Client, `SELECT id, agency_id, name, deleted_at, connect_generation, connect_on
		FROM clients WHERE id = ?`, id))
	if l.Client, err = w.own(l.Client, err); err != nil {
		return ConnectLink{}, err
	}
	if l.Client.ConnectOn {
		l.Token = schema.ConnectLink{Client: id, Generation: l.Client.ConnectGeneration}.Token(keys)
	}
	return l, nil
}

// TurnOnConnectLink makes a client's connect link work.
func (w *Workspace) TurnOnConnectLink(ctx context.Context, id schema.ClientID) error {
	return w.changeLink(ctx, id, (*schema.Client).TurnOnConnectLink)
}

// RegenerateConnectLink replaces a client's connect link: the old one is dead, also
// for whoever is on their way to a platform by it.
func (w *Workspace) RegenerateConnectLink(ctx context.Context, id schema.ClientID) error {
	return w.changeLink(ctx, id, (*schema.Client).RegenerateConnectLink)
}

// TurnOffConnectLink stops a client's connect link.
func (w *Workspace) TurnOffConnectLink(ctx context.Context, id schema.ClientID) error {
	return w.changeLink(ctx, id, (*schema.Client).TurnOffConnectLink)
}

func (w *Workspace) changeLink(ctx context.Context, id schema.ClientID, how func(*schema.Client)) error {
	return w.change(ctx, func(tx *store.Tx) error {
		c, err := w.own(lock.Client(tx, id))
		if err != nil {
			return err
		}
		how(&c)
		_, err = tx.Exec(`UPDATE clients SET connect_on = ?, connect_generation = ? WHERE id = ?`, c.ConnectOn, c.ConnectGeneration, c.ID)
		return err
	})
}
