package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/connect"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// TakeConnect is for whoever comes back from a platform with a state: it can be
// used once, within ten minutes, by the browser that holds one of the secrets which
// it was made for. holders are their SHA-256. It returns PKCE's secret too.
func (v *Visitor) TakeConnect(ctx context.Context, state string, holders ...[]byte) (c schema.Connect, verifier string, err error) {
	id, err := schema.ParseConnectState(v.keys, state)
	if err != nil {
		return c, "", err
	}
	err = store.Run(ctx, v.db, func(tx *store.Tx) (err error) {
		c, err = connect.Take(tx, id, holders...)
		return err
	})
	if err != nil {
		return schema.Connect{}, "", err
	}
	verifier, err = schema.OpenVerifier(v.keys, &c)
	return c, verifier, err
}

var errNoPlace = &schema.Error{Kind: schema.Conflict, Code: "connect_ended",
	Message: "Your access ended while you were away, so nothing was connected. Ask the agency about it."}

// SaveAccount connects what a platform granted to whoever was on their way. They may
// have lost their place meanwhile, the client been deleted, the link been replaced:
// then nothing is stored.
func (v *Visitor) SaveAccount(ctx context.Context, c schema.Connect, g schema.Grant) (a schema.SocialAccount, err error) {
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		client, err := lock.ClientShared(tx, c.ClientID)
		if err != nil {
			return err
		}
		if err := mayConnect(tx, &client, &c); err != nil {
			return err
		}
		a, err = connect.Save(tx, v.keys, &client, c.Network, c.Actor(), g)
		return err
	})
	if err != nil {
		return schema.SocialAccount{}, err
	}
	return a, nil
}

// mayConnect asks again, under the client's lock.
func mayConnect(tx *store.Tx, client *schema.Client, c *schema.Connect) error {
	if c.ByLink() {
		if !c.Link().Opens(client) {
			return schema.ErrConnectLink
		}
		return nil
	}
	if client.Deleted() {
		return errNoPlace
	}
	var place schema.ClientUserID
	err := tx.Get(&place, `SELECT id FROM client_users WHERE client_id = ? AND user_id = ? AND status = 'active'
		LIMIT 1 LOCK IN SHARE MODE`, client.ID, c.UserID)
	if schema.KindOf(err) == schema.NotFound {
		return errNoPlace
	}
	return err
}
