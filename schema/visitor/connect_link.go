package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/connect"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// OpenLink is what the page behind a connect link shows: names, and nothing of what
// the client has.
type OpenLink struct {
	schema.Client
	schema.Logo
	AgencyName string `db:"agency_name"`
}

// OpenConnectLink reads what a connect link leads to. A dead one is
// schema.ErrConnectLink.
func (v *Visitor) OpenConnectLink(ctx context.Context, token string) (o OpenLink, err error) {
	link, err := schema.ParseConnectLink(v.keys, token)
	if err != nil {
		return o, err
	}
	err = missing(v.db.GetContext(ctx, &o, `SELECT c.id, c.agency_id, c.name, c.deleted_at, c.connect_generation, c.connect_on,
		a.name AS agency_name, a.logo_hash, a.logo_width, a.logo_height
		FROM clients c JOIN agencies a ON a.id = c.agency_id WHERE c.id = ?`, link.Client))
	if schema.KindOf(err) == schema.NotFound || err == nil && !link.Opens(&o.Client) {
		return OpenLink{}, schema.ErrConnectLink
	}
	return o, err
}

// StartConnect sends whoever came by a connect link on their way to a platform.
// holder is the SHA-256 of a secret that their browser keeps.
func (v *Visitor) StartConnect(ctx context.Context, token, network string, holder []byte, verifier string) (state string, err error) {
	link, err := schema.ParseConnectLink(v.keys, token)
	if err != nil {
		return "", err
	}
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		c, err := lock.ClientShared(tx, link.Client)
		if schema.KindOf(err) == schema.NotFound || err == nil && !link.Opens(&c) {
			return schema.ErrConnectLink
		}
		if err != nil {
			return err
		}
		state, err = connect.Start(tx, v.keys, schema.Connect{AgencyID: c.AgencyID, ClientID: c.ID, Generation: link.Generation,
			Network: network, Holder: holder}, verifier)
		return err
	})
	return state, err
}

// LinkToken is the token of the connect link that somebody began at.
func (v *Visitor) LinkToken(c *schema.Connect) string { return c.Link().Token(v.keys) }
