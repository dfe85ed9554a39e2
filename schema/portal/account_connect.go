package portal

import (
	"context"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/connect"
	"anteroom/schema/internal/store"
)

// StartConnect sends the person on their way to a platform, to connect an account
// for one of their clients, and returns the state that they take along. holder is
// the SHA-256 of their session's token, verifier PKCE's secret. Who comes back goes
// on with visitor.TakeConnect.
func (p *Portal) StartConnect(ctx context.Context, keys *keyring.Ring, client schema.ClientID, network string, holder []byte, verifier string) (state string, err error) {
	err = store.Run(ctx, p.db, func(tx *store.Tx) error {
		c, err := p.hold(tx, client)
		if err != nil {
			return err
		}
		state, err = connect.Start(tx, keys, schema.Connect{AgencyID: c.AgencyID, ClientID: c.ID, UserID: p.User.ID,
			Network: network, Holder: holder}, verifier)
		return err
	})
	return state, err
}
