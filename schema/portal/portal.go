// Package portal holds the queries of a client user. Every one is a method of
// Portal and so carries the clients whose doors are open to that person now.
package portal

import (
	"context"
	"fmt"
	"slices"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Client is a client the person may look at.
type Client struct {
	ID   schema.ClientID `db:"id"`
	Name string          `db:"name"`
}

// Portal is one person's view of the clients of one agency that they belong to.
type Portal struct {
	db         *schema.DB
	User       schema.User // name, address and time zone
	AgencyID   schema.AgencyID
	AgencyName string
	Clients    []Client
}

// ErrSeveral is for a person with portals of several agencies who has chosen
// none of them.
var ErrSeveral = &schema.Error{Kind: schema.Conflict, Code: "several_portals",
	Message: "You have the portals of several agencies. Choose one of them first."}

// For opens the portal of a person: the chosen agency's, or the only one if
// that is not open to them. It is asked at every request: whoever has no active
// membership of a client that still exists gets ErrNotFound.
func For(ctx context.Context, db *schema.DB, user schema.UserID, chosen schema.AgencyID) (*Portal, error) {
	var all []door
	err := db.SelectContext(ctx, &all, `SELECT c.id, c.name, a.id AS agency_id, a.name AS agency_name
		FROM client_users u JOIN clients c ON c.id = u.client_id JOIN agencies a ON a.id = c.agency_id
		WHERE u.user_id = ? AND u.status = 'active' AND c.deleted_at IS NULL ORDER BY c.name, c.id`, user)
	if err != nil {
		return nil, fmt.Errorf("portal: open: %w", err)
	}
	p := &Portal{db: db}
	if err := p.enter(all, chosen); err != nil {
		return nil, err
	}
	err = db.GetContext(ctx, &p.User, `SELECT id, email, full_name, time_zone FROM users WHERE id = ?`, user)
	if err != nil {
		return nil, fmt.Errorf("portal: open: %w", err)
	}
	return p, nil
}

// door is a client that lets the person in.
type door struct {
	Client
	AgencyID   schema.AgencyID `db:"agency_id"`
	AgencyName string          `db:"agency_name"`
}

// enter takes the doors of one agency.
func (p *Portal) enter(all []door, chosen schema.AgencyID) error {
	if len(all) == 0 {
		return schema.ErrNotFound
	}
	at := slices.IndexFunc(all, func(d door) bool { return d.AgencyID == chosen })
	if at < 0 {
		if slices.ContainsFunc(all, func(d door) bool { return d.AgencyID != all[0].AgencyID }) {
			return ErrSeveral
		}
		at = 0
	}
	p.AgencyID, p.AgencyName = all[at].AgencyID, all[at].AgencyName
	for _, d := range all {
		if d.AgencyID == p.AgencyID {
			p.Clients = append(p.Clients, d.Client)
		}
	}
	return nil
}

// actor is the person, who was invited once.
func (p *Portal) actor() schema.Actor {
	return schema.Actor{Type: schema.ActorRecipient, ID: p.User.ID}
}

// hold locks one of the person's clients against deletion, and their place at it
// against removal: what is written under it is written by somebody who may.
func (p *Portal) hold(tx *store.Tx, id schema.ClientID) (c schema.Client, err error) {
	if c, err = lock.ClientShared(tx, id); err != nil {
		return c, err
	}
	return c, p.belongs(tx, &c)
}

// belongs makes sure of the person's place at a locked client.
func (p *Portal) belongs(tx *store.Tx, c *schema.Client) error {
	if c.AgencyID != p.AgencyID || c.Deleted() {
		return schema.ErrNotFound
	}
	var place schema.ClientUserID
	return tx.Get(&place, `SELECT id FROM client_users WHERE client_id = ? AND user_id = ? AND status = 'active'
		LIMIT 1 LOCK IN SHARE MODE`, c.ID, p.User.ID)
}

// clientIDs are those of the person's clients.
func (p *Portal) clientIDs() []schema.ClientID {
	ids := make([]schema.ClientID, len(p.Clients))
	for i, c := range p.Clients {
		ids[i] = c.ID
	}
	return ids
}
