package web_test

import (
	"time"

	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

const password = "sourdough at dawn"

// agency is an agency with an owner, a client and an account, ready to invite.
type agency struct {
	*site
	id     schema.AgencyID
	client schema.ClientID
	acct   schema.AccountID
	ws     *workspace.Workspace
}

func (s *site) agency(name, client string) *agency {
	s.t.Helper()
	owner := s.user("owner-"+schema.New[schema.UserID]().String()+"@agency.example", "Priya Nair")
	a := &agency{site: s, id: schema.New[schema.AgencyID](), client: schema.New[schema.ClientID](), acct: schema.New[schema.AccountID]()}
	s.exec(`INSERT INTO agencies (id, name, plan, invitation_days, created_at) VALUES (?, ?, 'agency', 7, UTC_TIMESTAMP(6))`, a.id, name)
	s.member(owner, a.id)
	s.exec(`INSERT INTO clients (id, agency_id, name, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, a.client, a.id, client)
	s.exec(`INSERT INTO social_accounts (id, agency_id, client_id, network, handle, connected_at)
		VALUES (?, ?, ?, 'instagram', 'a.handle', UTC_TIMESTAMP(6))`, a.acct, a.id, a.client)
	ws, err := workspace.For(s.t.Context(), s.db, owner, a.id)
	if err != nil {
		s.t.Fatal(err)
	}
	a.ws = ws
	return a
}

func (s *site) member(u schema.UserID, a schema.AgencyID) {
	s.t.Helper()
	s.exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, 'owner', UTC_TIMESTAMP(6))`, a, u)
}

// user is a person with a confirmed address and no password.
func (s *site) user(email, name string) schema.UserID {
	s.t.Helper()
	id := schema.New[schema.UserID]()
	s.exec(`INSERT INTO users (id, email, email_key, full_name, email_confirmed_at, created_at)
		VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`, id, email, email, name)
	return id
}

// withPassword gives a user the password, by the link that the product mails.
func (s *site) withPassword(u schema.UserID) schema.UserID {
	s.t.Helper()
	v := visitor.New(s.db, s.keys, visitor.HashCost(64, 1))
	if _, err := v.SetPassword(s.t.Context(), s.passwordToken(u), password, ""); err != nil {
		s.t.Fatal(err)
	}
	s.exec(`DELETE FROM sessions WHERE user_id = ?`, u)
	return u
}

func (s *site) passwordToken(u schema.UserID) string {
	return s.accountToken(schema.PurposeSetPassword, u)
}

func (s *site) accountToken(p schema.Purpose, u schema.UserID) string {
	s.t.Helper()
	var version uint32
	if err := s.db.Get(&version, `SELECT credential_version FROM users WHERE id = ?`, u); err != nil {
		s.t.Fatal(err)
	}
	return schema.AccountLink{Purpose: p, User: u, CredentialVersion: version, ExpiresAt: time.Now().Add(time.Hour)}.Token(s.keys)
}

// invite invites and returns the row and the path of its link.
func (a *agency) invite(email, name string) (schema.ClientUser, string) {
	a.t.Helper()
	i, err := a.ws.Invite(a.t.Context(), a.client, name, email)
	if err != nil {
		a.t.Fatal(err)
	}
	a.mailed(i.ClientUser.ID)
	return i.ClientUser, a.link(i.ClientUser.ID)
}

// mailed marks the emails of a row as sent, as the worker would.
func (a *agency) mailed(id schema.ClientUserID) {
	a.exec(`UPDATE emails SET state = 'sent', due_at = NULL, ring_at = NULL WHERE client_user_id = ?`, id)
	a.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ?`, id)
}

// link is the path of a row's newest link.
func (s *site) link(id schema.ClientUserID) string {
	s.t.Helper()
	var g uint32
	if err := s.db.Get(&g, `SELECT generation FROM client_users WHERE id = ?`, id); err != nil {
		s.t.Fatal(err)
	}
	return "/invitations/" + schema.InvitationLink{ClientUser: id, Generation: g}.Token(s.keys)
}

func (s *site) exec(query string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(query, args...); err != nil {
		s.t.Fatal(err)
	}
}

// signedIn is a browser of that person.
func (s *site) signedIn(email string) *browser {
	s.t.Helper()
	b := s.browser()
	if a := b.post("/login", "email", email, "password", password); a.StatusCode != 303 {
		s.t.Fatalf("%s can't sign in: %d\n%s", email, a.StatusCode, a.body)
	}
	return b
}

// rows is a fingerprint of all that a visit could change.
func (s *site) rows() (out []int64) {
	s.t.Helper()
	for _, table := range []string{"users", "members", "clients", "client_users", "emails", "events", "sessions", "posts", "social_accounts", "sign_ups", "agencies", "member_invitations"} {
		var row struct {
			Table string `db:"Table"`
			Sum   int64  `db:"Checksum"`
		}
		if err := s.db.Get(&row, `CHECKSUM TABLE `+table); err != nil {
			s.t.Fatal(err)
		}
		out = append(out, row.Sum)
	}
	return out
}
