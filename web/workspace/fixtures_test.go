package workspace_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"anteroom/schema"
)

// tenant is an agency that may invite, seen by its owner.
type tenant struct {
	*browser
	made int
}

func (w *world) tenant(name string) *tenant {
	w.t.Helper()
	id := schema.New[schema.AgencyID]()
	w.exec(`INSERT INTO agencies (id, name, plan, created_at) VALUES (?, ?, 'agency', UTC_TIMESTAMP(6))`, id, name)
	owner := w.user("Priya Nair", "priya@"+strings.ToLower(strings.ReplaceAll(name, " ", ""))+".example")
	w.exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, 'owner', UTC_TIMESTAMP(6))`, id, owner)
	return &tenant{browser: w.signIn(owner, id)}
}

// user is a person with a confirmed address.
func (w *world) user(name, email string) schema.UserID {
	w.t.Helper()
	id := schema.New[schema.UserID]()
	w.exec(`INSERT INTO users (id, email, email_key, full_name, email_confirmed_at, created_at)
		VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`, id, email, email, name)
	return id
}

// colleague is another member of the agency.
func (a *tenant) colleague(name string, role schema.Role) *browser {
	a.t.Helper()
	id := a.user(name, strings.ToLower(strings.ReplaceAll(name, " ", "."))+"@staff.example")
	a.exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, a.agency, id, role)
	return a.signIn(id, a.agency)
}

// client adds a client through its form.
func (a *tenant) client(name string) schema.ClientID {
	a.t.Helper()
	res := a.post("/settings/clients", "name", name, "website", "client.example")
	if res.Status != 303 {
		a.t.Fatalf("add client %s: %d %s", name, res.Status, res.Body)
	}
	_, s, _ := strings.Cut(res.Location, "users=")
	s, _, _ = strings.Cut(s, "#")
	id, err := schema.Parse[schema.ClientID](s)
	if err != nil {
		a.t.Fatalf("%s: %v", res.Location, err)
	}
	return id
}

// account connects a social account.
func (a *tenant) account(network string) schema.AccountID {
	a.t.Helper()
	id := schema.New[schema.AccountID]()
	a.made++
	a.exec(`INSERT INTO social_accounts (id, agency_id, network, handle, connected_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))`,
		id, a.agency, network, fmt.Sprintf("@handle%d", a.made))
	return id
}

// portal is a client that people can be invited to.
func (a *tenant) portal(name string) schema.ClientID {
	a.t.Helper()
	id := a.client(name)
	res := a.post("/settings/clients/"+id.String()+"/accounts", "accounts", a.account("instagram").String())
	if res.Status != 303 {
		a.t.Fatalf("assign: %d %s", res.Status, res.Body)
	}
	return id
}

// invited invites a person through the form.
func (a *tenant) invited(c schema.ClientID, name string) schema.ClientUserID {
	a.t.Helper()
	email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@people.example"
	res := a.post("/settings/clients/"+c.String()+"/invitations", "full_name", name, "email", email)
	if res.Status != 303 {
		a.t.Fatalf("invite %s: %d %s", name, res.Status, res.Body)
	}
	var id schema.ClientUserID
	a.get(&id, `SELECT id FROM client_users WHERE client_id = ? AND email_key = ?`, c, email)
	return id
}

// mail sets what became of the newest email, and ends the cooldown.
func (w *world) mail(u schema.ClientUserID, state schema.EmailState, reason string) {
	w.t.Helper()
	due := "NULL"
	if state.Owes() {
		due = "UTC_TIMESTAMP(6) + INTERVAL 10 MINUTE"
	}
	w.exec(`UPDATE emails e JOIN client_users u ON u.email_id = e.id SET e.state = ?, e.reason = ?, e.due_at = `+due+`,
		e.state_at = UTC_TIMESTAMP(6) - INTERVAL 3 MINUTE WHERE u.id = ?`, state, reason, u)
	w.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ?`, u)
}

// sent is an invitation whose email went out, its cooldown over.
func (a *tenant) sent(c schema.ClientID, name string) schema.ClientUserID {
	a.t.Helper()
	u := a.invited(c, name)
	a.mail(u, schema.EmailSent, "")
	return u
}

// expired is an invitation whose time ran out, not swept yet.
func (a *tenant) expired(c schema.ClientID, name string) schema.ClientUserID {
	a.t.Helper()
	u := a.sent(c, name)
	a.exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 3 DAY WHERE id = ?`, u)
	return u
}

// active is a person who accepted.
func (a *tenant) active(c schema.ClientID, name string) schema.ClientUserID {
	a.t.Helper()
	u := a.sent(c, name)
	id := a.user(name, "account-"+u.String()+"@people.example")
	a.exec(`UPDATE client_users SET status = 'active', user_id = ?, accepted_at = UTC_TIMESTAMP(6) WHERE id = ?`, id, u)
	return u
}

func (w *world) status(u schema.ClientUserID) (s schema.Status) {
	w.t.Helper()
	w.get(&s, `SELECT status FROM client_users WHERE id = ?`, u)
	return s
}

// fingerprint changes with whatever the pages can write.
func (w *world) fingerprint() string {
	w.t.Helper()
	var sums []struct {
		Table string `db:"Table"`
		Sum   int64  `db:"Checksum"`
	}
	err := w.db.SelectContext(w.t.Context(), &sums, `CHECKSUM TABLE agencies, clients, client_users, social_accounts, emails, events, users, members`)
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(sums)
}

// has checks that a page holds all the texts.
func has(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.Body, s) {
			t.Errorf("%d: %q is missing in\n%s", a.Status, s, content(a.Body))
		}
	}
}

// lacks checks that it holds none of them.
func lacks(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(a.Body, s) {
			t.Errorf("%d: %q should not stand in\n%s", a.Status, s, content(a.Body))
		}
	}
}

var drawing = regexp.MustCompile(`(?s)<svg.*?</svg>|\s*\n\s*`)

// content is the page without its frame and its icons.
func content(body string) string {
	_, main, ok := strings.Cut(body, "<main")
	if !ok {
		return body
	}
	main, _, _ = strings.Cut(main, "</main>")
	return drawing.ReplaceAllString(main, "")
}
