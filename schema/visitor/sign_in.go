package visitor

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Place is where a signed-in person may go.
type Place struct {
	AgencyID   schema.AgencyID `db:"agency_id"`
	AgencyName string          `db:"agency_name"`
	Role       schema.Role     `db:"role"`   // set for a workspace
	Portal     string          `db:"portal"` // names of the clients, set for a portal
}

// Places lists the workspaces of a person, then the portals, one an agency.
func (v *Visitor) Places(ctx context.Context, u schema.UserID) (out []Place, err error) {
	err = v.db.SelectContext(ctx, &out, `SELECT a.id AS agency_id, a.name AS agency_name, m.role, '' AS portal
		FROM members m JOIN agencies a ON a.id = m.agency_id WHERE m.user_id = ?
		UNION ALL
		SELECT a.id, a.name, '', GROUP_CONCAT(c.name ORDER BY c.name SEPARATOR ', ')
		FROM client_users u JOIN clients c ON c.id = u.client_id JOIN agencies a ON a.id = c.agency_id
		WHERE u.user_id = ? AND u.status = 'active' AND c.deleted_at IS NULL GROUP BY a.id, a.name`, u, u)
	slices.SortFunc(out, func(a, b Place) int {
		return cmp.Or(cmp.Compare(min(len(a.Portal), 1), min(len(b.Portal), 1)), cmp.Compare(a.AgencyName, b.AgencyName),
			bytes.Compare(a.AgencyID[:], b.AgencyID[:]))
	})
	return out, err
}

var errWrong = &schema.Error{Kind: schema.Invalid, Field: "password", Code: "credentials",
	Message: "That email and password don’t belong together. Check both, or set a new password."}

var errNowhere = &schema.Error{Kind: schema.Forbidden, Code: "no_access",
	Message: "You have no client portal open at the moment. Ask the agency to invite you again."}

// SignIn opens a session. A wrong password and an unknown address get the same
// error and take the same time. Who has nowhere left to go is told so, but only
// after the right password.
func (v *Visitor) SignIn(ctx context.Context, email, plain, device string) (t SessionToken, err error) {
	u, err := v.authenticate(ctx, email, plain)
	if err != nil {
		return "", err
	}
	places, err := v.Places(ctx, u.ID)
	if err != nil {
		return "", err
	}
	if len(places) == 0 {
		return "", errNowhere
	}
	return v.openSession(ctx, u, device)
}

// authenticate finds the user whose password this is.
func (v *Visitor) authenticate(ctx context.Context, email, plain string) (u schema.User, err error) {
	if a, bad := schema.ParseAddress(email); bad == nil {
		err = missingOK(v.db.GetContext(ctx, &u, `SELECT id, email, email_key, password_hash, credential_version,
			email_confirmed_at FROM users WHERE email_key = ?`, a.Key))
	}
	if err != nil {
		return u, err
	}
	ok, err := v.hash.Matches(ctx, plain, u.PasswordHash)
	if err != nil {
		return u, err
	}
	if !ok {
		return u, errWrong
	}
	return u, nil
}

// openSession starts a session, unless the password was changed since it was
// compared.
func (v *Visitor) openSession(ctx context.Context, known schema.User, device string) (t SessionToken, err error) {
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		u, err := unchanged(tx, known)
		if err != nil {
			return err
		}
		t, err = open(tx, u.ID, device)
		return err
	})
	return t, err
}

// unchanged locks a user whose password was compared before, and refuses if it
// has been changed since.
func unchanged(tx *store.Tx, known schema.User) (schema.User, error) {
	u, err := lock.User(tx, known.ID)
	if err == nil && u.CredentialVersion != known.CredentialVersion {
		err = errWrong
	}
	return u, err
}
