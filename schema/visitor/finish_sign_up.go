package visitor

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// PendingSignUp is what the page behind a sign-up's link shows.
type PendingSignUp struct {
	schema.SignUp
	// Known says that the address has an account, whose password is asked for
	// instead of the one chosen at the sign-up.
	Known bool
}

// SignUpLink reads what a link leads to and changes nothing. One that no longer
// works is a Conflict with the code link_used or link_expired.
func (v *Visitor) SignUpLink(ctx context.Context, token string) (p PendingSignUp, err error) {
	s, u, err := v.pending(ctx, token)
	return PendingSignUp{s, proven(u)}, err
}

// pending reads a sign-up and the user with its address, which is zero if there
// is none.
func (v *Visitor) pending(ctx context.Context, token string) (s schema.SignUp, u schema.User, err error) {
	id, err := schema.ParseSignUpToken(v.keys, token)
	if err != nil {
		return s, u, err
	}
	var row struct {
		schema.SignUp
		Now time.Time `db:"now"`
	}
	err = missing(v.db.GetContext(ctx, &row, `SELECT id, agency_name, full_name, email, email_key, password_hash, expires_at,
		used_at, UTC_TIMESTAMP(6) AS now FROM sign_ups WHERE id = ?`, id))
	if err != nil {
		return s, u, err
	}
	if err := usableSignUp(&row.SignUp, row.Now); err != nil {
		return s, u, err
	}
	err = missingOK(v.db.GetContext(ctx, &u, `SELECT id, email, email_key, password_hash, credential_version, email_confirmed_at
		FROM users WHERE email_key = ?`, row.EmailKey))
	return row.SignUp, u, err
}

func usableSignUp(s *schema.SignUp, now time.Time) error {
	switch {
	case s.Open(now):
		return nil
	case s.UsedAt != nil:
		return &schema.Error{Kind: schema.Conflict, Code: "link_used", Message: "This link was used already, and the agency is there. Sign in."}
	}
	return &schema.Error{Kind: schema.Conflict, Code: "link_expired", Message: "This link is too old. Sign up again to get a new one."}
}

// proven says that a user is somebody who owns the address and has a password.
// Anybody else with it, or nobody, counts as new.
func proven(u schema.User) bool { return u.Confirmed() && u.PasswordHash != "" }

var errSignUpPassword = &schema.Error{Kind: schema.Invalid, Field: "password", Code: "credentials",
	Message: "That is not the password you chose when you signed up. Type it again, or sign up once more."}

var errAccountPassword = &schema.Error{Kind: schema.Invalid, Field: "password", Code: "credentials",
	Message: "That is not your account’s password. Type it again, or set a new one."}

// maxSignUps is how many sign-ups of one address a password is compared with:
// each takes as long as a sign-in.
const maxSignUps = 5

// FinishSignUp makes the agency, on the plan solo, and its owner, and opens a
// session in it. It asks for the password, so that a click of the mailbox's
// owner proves the address for nobody else; which of the address's sign-ups it
// finishes, the password says: a stranger's, whose mail came first, keeps nobody
// from their own. Of several callers on one link
// exactly one wins; the others get the Conflict link_used.
func (v *Visitor) FinishSignUp(ctx context.Context, token, plain, device string) (t SessionToken, err error) {
	s, known, err := v.pending(ctx, token)
	if err != nil {
		return "", err
	}
	own, err := v.matching(ctx, s, known, plain)
	if err != nil {
		return "", err
	}
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		owner, err := claimSignUp(tx, s.ID, own, known)
		if err != nil {
			return err
		}
		agency, err := found(tx, own.AgencyName, owner)
		if err != nil {
			return err
		}
		t, err = openTo(tx, owner, device, "", places{Workspace: agency})
		return err
	})
	return t, err
}

// matching is the open sign-up of the link's address that was made with the
// password. Where the address has an account, its password decides, and the
// sign-up is the link's.
func (v *Visitor) matching(ctx context.Context, link schema.SignUp, known schema.User, plain string) (schema.SignUp, error) {
	var others []schema.SignUp
	wrong := errSignUpPassword
	if proven(known) {
		link.PasswordHash, wrong = known.PasswordHash, errAccountPassword
	} else if err := v.db.SelectContext(ctx, &others, `SELECT id, agency_name, full_name, email, email_key, password_hash, expires_at,
		used_at FROM sign_ups WHERE email_key = ? AND id <> ? AND used_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
		ORDER BY created_at DESC, id DESC LIMIT ?`, link.EmailKey, link.ID, maxSignUps-1); err != nil {
		return link, err
	}
	for _, s := range append([]schema.SignUp{link}, others...) {
		ok, err := v.hash.Matches(ctx, plain, s.PasswordHash)
		if err != nil || ok {
			return s, err
		}
	}
	return link, wrong
}

// claimSignUp uses up the link's sign-up and the one that it finishes, and says
// who owns the agency. known is the user whose password was compared, unless the
// sign-up's own was.
func claimSignUp(tx *store.Tx, link schema.SignUpID, s schema.SignUp, known schema.User) (owner schema.UserID, err error) {
	ids := []schema.SignUpID{link, s.ID}
	rows, err := lock.SignUps(tx, ids)
	if err != nil {
		return owner, err
	}
	if len(rows) == 0 {
		return owner, schema.ErrNotFound
	}
	for i := range rows {
		if err := usableSignUp(&rows[i], tx.Now); err != nil {
			return owner, err
		}
	}
	if _, err := tx.ExecIn(`UPDATE sign_ups SET used_at = ? WHERE id IN (?)`, tx.Now, ids); err != nil {
		return owner, err
	}
	u, err := lock.UserByAddress(tx, s.EmailKey)
	address := schema.Address{Typed: s.Email, Key: s.EmailKey}
	switch {
	case schema.KindOf(err) == schema.NotFound:
		u, err = insertUser(tx, address, s.FullName, s.PasswordHash)
	case err != nil:
	case !proven(u):
		err = takeOver(tx, u, address, s.FullName, s.PasswordHash)
	case !proven(known) || u.CredentialVersion != known.CredentialVersion:
		err = errAccountPassword // it was set since the other was compared
	}
	return u.ID, err
}

// found makes an agency of somebody whose row is locked.
func found(tx *store.Tx, name string, owner schema.UserID) (schema.AgencyID, error) {
	id := schema.New[schema.AgencyID]()
	_, err := tx.Exec(`INSERT INTO agencies (id, name, plan, created_at) VALUES (?, ?, ?, ?)`, id, name, schema.PlanSolo, tx.Now)
	if err != nil {
		return id, err
	}
	_, err = tx.Exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, ?, ?)`, id, owner, schema.RoleOwner, tx.Now)
	return id, err
}
