package schema_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// underClient are the verbs on something under a client, and how its row must
// stand for them.
var underClient = map[string]struct {
	status schema.Status
	call   func(t *testing.T, a *fixture.Agency, ws *workspace.Workspace, u schema.ClientUser) error
}{
	"invite": {schema.StatusRevoked, func(t *testing.T, _ *fixture.Agency, ws *workspace.Workspace, u schema.ClientUser) error {
		return fixture.Error(ws.Invite(t.Context(), u.ClientID, u.FullName, u.Email))
	}},
	"resend": {schema.StatusInvited, func(t *testing.T, _ *fixture.Agency, ws *workspace.Workspace, u schema.ClientUser) error {
		return fixture.Error(ws.Resend(t.Context(), u.ID))
	}},
	"fix email": {schema.StatusInvited, func(t *testing.T, _ *fixture.Agency, ws *workspace.Workspace, u schema.ClientUser) error {
		return fixture.Error(ws.FixEmail(t.Context(), u.ID, "fixed@example.com"))
	}},
	"revoke": {schema.StatusInvited, func(t *testing.T, _ *fixture.Agency, ws *workspace.Workspace, u schema.ClientUser) error {
		return ws.Revoke(t.Context(), u.ID)
	}},
	"accept": {schema.StatusInvited, func(t *testing.T, a *fixture.Agency, _ *workspace.Workspace, u schema.ClientUser) error {
		return fixture.Error(a.Visitor.Accept(t.Context(), a.Link(u), u.FullName, fixture.Password, ""))
	}},
	"fresh link": {schema.StatusExpired, func(t *testing.T, a *fixture.Agency, _ *workspace.Workspace, u schema.ClientUser) error {
		return fixture.Error(a.Visitor.FreshLink(t.Context(), a.Link(u)))
	}},
	"claim a mail": {schema.StatusInvited, func(t *testing.T, a *fixture.Agency, _ *workspace.Workspace, u schema.ClientUser) error {
		return fixture.Error(a.System.ClaimEmails(t.Context(), []schema.EmailID{u.EmailID}))
	}},
}

// A verb stopped at its client user has its client already: otherwise the
// client's deletion, cascade and all, could pass it by and leave it behind.
func TestEveryVerbUnderAClientHoldsTheClientBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	a := fixture.Over(t, ownDatabase(t)).Agency("Halden Street")
	for name, verb := range underClient {
		c := a.Client("Orchard Lane")
		u := a.InviteSent(c, "ines"+name[:3]+"@example.com")
		a.Cool(u.ID)
		a.Exec(`UPDATE client_users SET status = ? WHERE id = ?`, verb.status, u.ID)
		ws, done := a.Workspace(), make(chan error)
		tx := a.DB.MustBegin()
		if _, err := tx.Exec(`SELECT id FROM client_users WHERE id = ? FOR UPDATE`, u.ID); err != nil {
			t.Fatal(err)
		}
		go func() { done <- verb.call(t, a, ws, u) }()
		for stopped := false; !stopped; {
			select {
			case err := <-done:
				t.Fatalf("%s did not stop at the row that is locked: %v", name, err)
			default:
				stopped = waiting(a.World)
			}
		}
		if _, err := a.DB.Exec(`SELECT id FROM clients WHERE id = ? FOR UPDATE NOWAIT`, c.ID); err == nil {
			t.Errorf("%s does not hold the client", name)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// waiting says whether anybody on the server waits for a row.
func waiting(w *fixture.World) bool {
	w.T.Helper()
	type status struct {
		Name  string `db:"Variable_name"`
		Value int    `db:"Value"`
	}
	return fixture.Read[status](w, `SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'`).Value > 0
}
