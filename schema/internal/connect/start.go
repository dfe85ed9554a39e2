// Package connect writes what happens between the click that leads to a platform
// and the account that comes of it.
package connect

import (
	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Start writes a row for somebody who leaves for a platform, and returns the state
// that they take along. The client is locked by the caller.
func Start(tx *store.Tx, keys *keyring.Ring, c schema.Connect, verifier string) (state string, err error) {
	c.ID, c.CreatedAt, c.ExpiresAt = schema.New[schema.ConnectID](), tx.Now, tx.Now.Add(schema.ConnectLife)
	c.Verifier = schema.SealVerifier(keys, c.ID, verifier)
	_, err = tx.Named(`INSERT INTO connects (id, agency_id, client_id, user_id, generation, network, holder, verifier, expires_at, created_at)
		VALUES (:id, :agency_id, :client_id, :user_id, :generation, :network, :holder, :verifier, :expires_at, :created_at)`, &c)
	return c.StateToken(keys), err
}

// Take uses up the row that a state names, for whoever holds one of these secrets.
func Take(tx *store.Tx, id schema.ConnectID, holders ...[]byte) (c schema.Connect, err error) {
	err = tx.Get(&c, `SELECT id, agency_id, client_id, user_id, generation, network, holder, verifier, expires_at, used_at, created_at
		FROM connects WHERE id = ? FOR UPDATE`, id)
	if schema.KindOf(err) == schema.NotFound {
		return c, schema.ErrConnect
	}
	if err != nil {
		return c, err
	}
	if err := c.Take(tx.Now, holders...); err != nil {
		return schema.Connect{}, err
	}
	_, err = tx.Exec(`UPDATE connects SET used_at = ? WHERE id = ?`, c.UsedAt, c.ID)
	return c, err
}
