// Package lock takes the locks of the verbs, always in this order: agency,
// client, client user, member invitation, sign-up, user, email; several rows of
// one kind by ascending ID.
package lock

import (
	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

const clientColumns = `id, agency_id, name, email, website, external_id, event_seq, created_at,
	deleted_at, deleted_by, cascade_state, cascade_attempt, cascade_due_at, cascade_ring,
	erase_state, erase_by, erase_attempt, erase_due_at, erase_ring, erased_at,
	connect_generation, connect_on`

const clientUserColumns = `id, agency_id, client_id, user_id, email, email_key, full_name, status,
	generation, address_generation, invited_by, invited_at, expires_at, resend_after, remind_at,
	accepted_at, ended_at, ended_by, email_id, event_seq, created_at`

const userColumns = `id, email, email_key, full_name, password_hash, credential_version,
	time_zone, email_confirmed_at, last_signed_in_at, mail_after, created_at`

const memberInvitationColumns = `id, agency_id, user_id, email, email_key, full_name, role, status, generation,
	invited_by, invited_at, expires_at, resend_after, email_id, created_at`

const signUpColumns = `id, agency_name, full_name, email, email_key, password_hash, expires_at, used_at, created_at`

const emailColumns = `id, agency_id, kind, client_user_id, user_id, member_invitation_id, sign_up_id, generation, address, state, state_at,
	attempt, due_at, ring, provider_id, code, reason, endpoint_id, created_at, unsuppress, provider_at, retry_at`

// Client locks a client alone, to change or delete it.
func Client(tx *store.Tx, id schema.ClientID) (c schema.Client, err error) {
	err = tx.Get(&c, `SELECT `+clientColumns+` FROM clients WHERE id = ? FOR UPDATE`, id)
	return c, err
}

// ClientShared locks a client against deletion, shared with others that create
// something under it.
func ClientShared(tx *store.Tx, id schema.ClientID) (c schema.Client, err error) {
	err = tx.Get(&c, `SELECT `+clientColumns+` FROM clients WHERE id = ? LOCK IN SHARE MODE`, id)
	return c, err
}

// ClientsShared locks many clients as ClientShared does.
func ClientsShared(tx *store.Tx, ids []schema.ClientID) (out []schema.Client, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+clientColumns+` FROM clients WHERE id IN (?) ORDER BY id LOCK IN SHARE MODE`, ids)
	return out, err
}

// ClientUsers locks client users.
func ClientUsers(tx *store.Tx, ids []schema.ClientUserID) (out []schema.ClientUser, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+clientUserColumns+` FROM client_users WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return out, err
}

// OpenClientUsers locks up to n of a client's users that its deletion has yet
// to deactivate.
func OpenClientUsers(tx *store.Tx, id schema.ClientID, n int) (out []schema.ClientUser, err error) {
	err = tx.Select(&out, `SELECT `+clientUserColumns+` FROM client_users
		WHERE client_id = ? AND status IN ('invited', 'expired', 'active') ORDER BY id LIMIT ? FOR UPDATE`, id, n)
	return out, err
}

// StaleClientUsers locks up to n invitations whose time is over, passing over
// those that somebody else holds: they are on their way to being expired.
func StaleClientUsers(tx *store.Tx, n int) (out []schema.ClientUser, err error) {
	err = tx.Select(&out, `SELECT `+clientUserColumns+` FROM client_users
		WHERE status = 'invited' AND expires_at <= ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED`, tx.Now, n)
	return out, err
}

// User locks a user.
func User(tx *store.Tx, id schema.UserID) (u schema.User, err error) {
	err = tx.Get(&u, `SELECT `+userColumns+` FROM users WHERE id = ? FOR UPDATE`, id)
	return u, err
}

// UserByAddress locks the user with that address.
func UserByAddress(tx *store.Tx, key string) (u schema.User, err error) {
	err = tx.Get(&u, `SELECT `+userColumns+` FROM users WHERE email_key = ? FOR UPDATE`, key)
	return u, err
}

// Users locks users.
func Users(tx *store.Tx, ids []schema.UserID) (out []schema.User, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+userColumns+` FROM users WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return out, err
}

// MemberInvitations locks invitations of colleagues. They stand between client
// users and users in the order of the locks.
func MemberInvitations(tx *store.Tx, ids []schema.MemberInvitationID) (out []schema.MemberInvitation, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+memberInvitationColumns+` FROM member_invitations WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return out, err
}

// SignUps locks sign-ups, right after the invitations of colleagues.
func SignUps(tx *store.Tx, ids []schema.SignUpID) (out []schema.SignUp, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+signUpColumns+` FROM sign_ups WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return out, err
}

// Emails locks emails.
func Emails(tx *store.Tx, ids []schema.EmailID) (out []schema.Email, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+emailColumns+` FROM emails WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return out, err
}

// Seat is a client user under lock, with its client locked against deletion.
type Seat struct {
	Client schema.Client
	User   schema.ClientUser
}

// AgencyClientUser is ClientUser for a member of an agency: a row of another
// agency is ErrNotFound before anything is locked or expired.
func AgencyClientUser(tx *store.Tx, agency schema.AgencyID, id schema.ClientUserID) (*Seat, error) {
	var client schema.ClientID
	if err := tx.Get(&client, `SELECT client_id FROM client_users WHERE id = ? AND agency_id = ?`, id, agency); err != nil {
		return nil, err
	}
	return seat(tx, client, id)
}

// ClientUser locks a client user and its client. A stale invitation is expired
// on the spot, with its event, and stays so even if the verb is then refused.
func ClientUser(tx *store.Tx, id schema.ClientUserID) (*Seat, error) {
	var client schema.ClientID
	if err := tx.Get(&client, `SELECT client_id FROM client_users WHERE id = ?`, id); err != nil {
		return nil, err
	}
	return seat(tx, client, id)
}

func seat(tx *store.Tx, client schema.ClientID, id schema.ClientUserID) (*Seat, error) {
	c, err := ClientShared(tx, client)
	if err != nil {
		return nil, err
	}
	s := &Seat{Client: c}
	err = tx.Get(&s.User, `SELECT `+clientUserColumns+` FROM client_users WHERE id = ? FOR UPDATE`, id)
	if err != nil {
		return nil, err
	}
	return s, s.ExpireIfStale(tx)
}

// ExpireIfStale writes the expiry that the sweep has yet to come by for.
func (s *Seat) ExpireIfStale(tx *store.Tx) error {
	if !s.User.Stale(tx.Now) {
		return nil
	}
	tx.Keep()
	if err := s.User.Expire(); err != nil {
		return err
	}
	return s.Save(tx, s.Event(schema.InvitationExpired, tx, schema.StatusInvited, schema.System))
}

// Event makes an event about the seat; Save must follow.
func (s *Seat) Event(t schema.EventType, tx *store.Tx, prev schema.Status, by schema.Actor) schema.Event {
	return schema.NewClientUserEvent(t, tx.Now, &s.Client, &s.User, prev, by)
}

// Save writes the row as it stands now, and its events.
func (s *Seat) Save(tx *store.Tx, events ...schema.Event) error {
	_, err := tx.Named(`UPDATE client_users SET user_id = :user_id, email = :email, email_key = :email_key,
		full_name = :full_name, status = :status, generation = :generation,
		address_generation = :address_generation, invited_by = :invited_by, invited_at = :invited_at,
		expires_at = :expires_at, resend_after = :resend_after, remind_at = :remind_at, accepted_at = :accepted_at,
		ended_at = :ended_at, ended_by = :ended_by, email_id = :email_id, event_seq = :event_seq
		WHERE id = :id`, &s.User)
	if err != nil {
		return err
	}
	return event.Append(tx, events...)
}

// Insert writes a new row, and its events.
func (s *Seat) Insert(tx *store.Tx, events ...schema.Event) error {
	_, err := tx.Named(`INSERT INTO client_users (id, agency_id, client_id, user_id, email, email_key, full_name,
		status, generation, address_generation, invited_by, invited_at, expires_at, resend_after, remind_at, accepted_at,
		ended_at, ended_by, email_id, event_seq, created_at)
		VALUES (:id, :agency_id, :client_id, :user_id, :email, :email_key, :full_name,
		:status, :generation, :address_generation, :invited_by, :invited_at, :expires_at, :resend_after, :remind_at, :accepted_at,
		:ended_at, :ended_by, :email_id, :event_seq, :created_at)`, &s.User)
	if err != nil {
		return err
	}
	return event.Append(tx, events...)
}
