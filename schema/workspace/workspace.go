// Package workspace holds the verbs and queries of an agency's member. Every
// one is a method of Workspace and so carries its agency: a row of another
// agency is ErrNotFound.
package workspace

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Workspace is one member's view of one agency.
type Workspace struct {
	db *schema.DB
	schema.Membership
}

// Open opens the workspace of a membership that this request's session found.
func Open(db *schema.DB, m schema.Membership) *Workspace { return &Workspace{db, m} }

// For opens the workspace of a member by their IDs, for callers without a
// session. Whoever is no member gets ErrNotFound.
func For(ctx context.Context, db *schema.DB, user schema.UserID, agency schema.AgencyID) (*Workspace, error) {
	var row struct {
		schema.Agency `db:"a"`
		schema.User   `db:"u"`
		Role          schema.Role `db:"role"`
	}
	err := db.GetContext(ctx, &row, `SELECT m.role, a.id AS "a.id", a.name AS "a.name", a.plan AS "a.plan",
		a.invitation_days AS "a.invitation_days", a.created_at AS "a.created_at",
		u.id AS "u.id", u.email AS "u.email", u.email_key AS "u.email_key", u.full_name AS "u.full_name",
		u.credential_version AS "u.credential_version", u.time_zone AS "u.time_zone",
		u.email_confirmed_at AS "u.email_confirmed_at", u.created_at AS "u.created_at"
		FROM members m JOIN agencies a ON a.id = m.agency_id JOIN users u ON u.id = m.user_id
		WHERE m.agency_id = ? AND m.user_id = ?`, agency, user)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, schema.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("workspace: open: %w", err)
	}
	return Open(db, schema.Membership{Agency: row.Agency, User: row.User, Role: row.Role}), nil
}

func (w *Workspace) actor() schema.Actor {
	return schema.Actor{Type: schema.ActorUser, ID: w.User.ID}
}

// change runs a verb that only owners and admins may use.
func (w *Workspace) change(ctx context.Context, fn func(*store.Tx) error) error {
	if err := w.Role.MayManage(); err != nil {
		return err
	}
	return store.Run(ctx, w.db, fn)
}

// seat locks a client user of this agency.
func (w *Workspace) seat(tx *store.Tx, id schema.ClientUserID) (*lock.Seat, error) {
	return lock.AgencyClientUser(tx, w.Agency.ID, id)
}

// own makes sure that a locked client is this agency's and still there.
func (w *Workspace) own(c schema.Client, err error) (schema.Client, error) {
	if err != nil {
		return c, err
	}
	if c.AgencyID != w.Agency.ID {
		return c, schema.ErrNotFound
	}
	if c.Deleted() {
		return c, errDeleted(c)
	}
	return c, nil
}

func errDeleted(c schema.Client) error {
	return &schema.Error{Kind: schema.Conflict, Code: "client_deleted",
		Message: c.Name + " was deleted. Invite the person to another client."}
}
