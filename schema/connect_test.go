package schema_test

import (
	"context"
	"crypto/sha256"
	"testing"

	"anteroom/internal/keyring"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
)

// traveller is a person of a client with a portal, and the ways out of it.
type traveller struct {
	*fixture.Agency
	client schema.Client
	row    schema.ClientUser
	person fixture.Person
	holder []byte
}

func newTraveller(t *testing.T) *traveller {
	t.Helper()
	a := fixture.New(t).Agency("Halden Street")
	v := &traveller{Agency: a, client: a.Client("Orchard Lane")}
	v.row, v.person = a.Admit(v.client, "ines@example.com")
	v.holder = hashOf("the session")
	return v
}

func hashOf(s string) []byte { h := sha256.Sum256([]byte(s)); return h[:] }

func (v *traveller) portal() *portal.Portal {
	v.T.Helper()
	p, err := portal.For(v.T.Context(), v.DB, v.person.ID, v.ID)
	if err != nil {
		v.T.Fatal(err)
	}
	return p
}

func (v *traveller) start() string {
	v.T.Helper()
	state, err := v.portal().StartConnect(v.T.Context(), v.Keys, v.client.ID, "demo", v.holder, "the verifier")
	if err != nil {
		v.T.Fatal(err)
	}
	return state
}

func (v *traveller) take(state string, holders ...[]byte) (schema.Connect, error) {
	c, _, err := v.Visitor.TakeConnect(v.T.Context(), state, holders...)
	return c, err
}

// away is somebody who has come back with their state.
func (v *traveller) away() schema.Connect {
	v.T.Helper()
	c, err := v.take(v.start(), v.holder)
	if err != nil {
		v.T.Fatal(err)
	}
	return c
}

const secretToken = `{"access_token":"tok-not-to-be-seen"}`

func grant(id string) schema.Grant {
	return schema.Grant{ExternalID: id, Handle: "saffron.buns", Token: []byte(secretToken)}
}

func (v *traveller) account(id schema.AccountID) schema.SocialAccount {
	v.T.Helper()
	return fixture.Read[schema.SocialAccount](v.World, `SELECT * FROM social_accounts WHERE id = ?`, id)
}

func TestAStateIsGoodOnceForTheBrowserThatItWasMadeFor(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	state := v.start()
	if c, err := v.take(state, hashOf("another session")); schema.CodeOf(err) != "connect_over" || !c.ID.IsZero() {
		t.Errorf("another session gets %+v (%v)", c, err)
	}
	fixture.Refused(t, fixture.Error(v.take(state)), schema.Conflict, "connect_over")
	for _, wrong := range []string{"", "rubbish", state + "A", state[:len(state)-1]} {
		fixture.Refused(t, fixture.Error(v.take(wrong, v.holder)), schema.Conflict, "connect_over")
	}
	c, verifier, err := v.Visitor.TakeConnect(t.Context(), state, hashOf("another"), v.holder)
	if err != nil || verifier != "the verifier" || c.ClientID != v.client.ID || c.UserID != v.person.ID || c.Network != "demo" {
		t.Errorf("it gives %+v %q (%v)", c, verifier, err)
	}
	fixture.Refused(t, fixture.Error(v.take(state, v.holder)), schema.Conflict, "connect_over")
}

func TestOfManyAtOnceWithOneStateOneComesThrough(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	state, through := v.start(), 0
	for _, err := range fixture.Together(8, func(int) error { return fixture.Error(v.take(state, v.holder)) }) {
		if err == nil {
			through++
		} else if schema.CodeOf(err) != "connect_over" {
			t.Error(err)
		}
	}
	if through != 1 {
		t.Errorf("%d came through", through)
	}
}

func TestAStateEndsAfterTenMinutesAndIsSweptAway(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	clock := v.StopClock()
	state := v.start()
	clock.Forward(schema.ConnectLife)
	fixture.Refused(t, fixture.Error(v.take(state, v.holder)), schema.Conflict, "connect_over")
	if _, err := v.System.Prune(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if n := fixture.Read[int](v.World, `SELECT COUNT(*) FROM connects`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestAConnectedAccountIsAssignedToldOfAndItsTokenSealed(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	a, err := v.Visitor.SaveAccount(t.Context(), v.away(), grant("bp-1"))
	if err != nil {
		t.Fatal(err)
	}
	got := v.account(a.ID)
	if got.ClientID != v.client.ID || got.Status != schema.AccountConnected || got.ConnectedByType != schema.ActorRecipient || got.ConnectedBy != v.person.ID {
		t.Errorf("it is %+v", got)
	}
	if token, err := schema.OpenAccountToken(v.Keys, a.ID, got.SealedToken); err != nil || string(token) != secretToken {
		t.Errorf("its token opens as %q (%v)", token, err)
	}
	for _, c := range v.Dump() {
		for _, secret := range []string{"tok-not-to-be-seen", "the verifier", "the session"} {
			if containsBytes(c.Value, secret) {
				t.Errorf("%s.%s has %q", c.Table, c.Column, secret)
			}
		}
	}
	if n := fixture.Read[int](v.World, `SELECT COUNT(*) FROM events WHERE type = 'social_account.connected' AND actor_type = 'recipient'
		AND actor_id = ? AND sequence = 1 AND client_id = ?`, v.person.ID, v.client.ID); n != 1 {
		t.Errorf("%d events tell of it", n)
	}
}

func containsBytes(b []byte, s string) bool {
	for i := 0; i+len(s) <= len(b); i++ {
		if string(b[i:i+len(s)]) == s {
			return true
		}
	}
	return false
}

func TestAnAccountThatIsConnectedAgainIsTheSameOne(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	save := func(c schema.Connect) (schema.SocialAccount, error) {
		return v.Visitor.SaveAccount(t.Context(), c, grant("bp-1"))
	}
	ways := []schema.Connect{v.away(), v.away(), v.away(), v.away()}
	for _, err := range fixture.Together(len(ways), func(i int) error { return fixture.Error(save(ways[i])) }) {
		if err != nil {
			t.Error(err)
		}
	}
	ids := fixture.ReadAll[schema.AccountID](v.World, `SELECT id FROM social_accounts WHERE external_id = 'bp-1'`)
	if len(ids) != 1 || v.account(ids[0]).EventSeq != 4 {
		t.Fatalf("there are %d accounts", len(ids))
	}
	if client, err := v.portal().RemoveAccount(t.Context(), ids[0]); err != nil || client != v.client.ID {
		t.Fatal(client, err)
	}
	if a := v.account(ids[0]); a.Status != schema.AccountRemoved || a.SealedToken != nil || !a.ClientID.IsZero() {
		t.Errorf("removed it is %+v", a)
	}
	fixture.Refused(t, fixture.Error(v.portal().RemoveAccount(t.Context(), ids[0])), schema.NotFound, "not_found")
	if a, err := save(v.away()); err != nil || a.ID != ids[0] || a.EventSeq != 6 || a.ClientID != v.client.ID {
		t.Errorf("connected again it is %+v (%v)", a, err)
	}
}

func TestAnotherClientsAccountIsRefusedAndThatClientNotNamed(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	other := v.Client("Alder Row")
	a, err := v.Visitor.SaveAccount(t.Context(), v.away(), grant("bp-1"))
	if err != nil {
		t.Fatal(err)
	}
	v.Exec(`UPDATE social_accounts SET client_id = ? WHERE id = ?`, other.ID, a.ID)
	before := v.account(a.ID)
	e := fixture.Refused(t, fixture.Error(v.Visitor.SaveAccount(t.Context(), v.away(), grant("bp-1"))), schema.Conflict, "account_taken")
	if containsBytes([]byte(e.Message), "Alder") {
		t.Errorf("it names the other client: %s", e.Message)
	}
	if after := v.account(a.ID); string(after.SealedToken) != string(before.SealedToken) || after.EventSeq != before.EventSeq {
		t.Error("the account was changed")
	}
	fixture.Refused(t, fixture.Error(v.portal().RemoveAccount(t.Context(), a.ID)), schema.NotFound, "not_found")
	fixture.Refused(t, fixture.Error(v.portal().RemovalEffects(t.Context(), a.ID)), schema.NotFound, "not_found")
	fixture.Refused(t, fixture.Error(v.portal().Accounts(t.Context(), other.ID)), schema.NotFound, "not_found")
	v.DeleteClient(other)
	if a, err := v.Visitor.SaveAccount(t.Context(), v.away(), grant("bp-1")); err != nil || a.ClientID != v.client.ID {
		t.Errorf("of a deleted client it is %+v (%v)", a, err)
	}
}

func TestWhoeverLostTheirPlaceMeanwhileConnectsNothing(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*traveller) error{
		"the client is deleted": func(v *traveller) error { v.DeleteClient(v.client); return nil },
		"the person is removed": func(v *traveller) error { return v.Workspace().Remove(context.Background(), v.row.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newTraveller(t)
			c := v.away()
			if err := lose(v); err != nil {
				t.Fatal(err)
			}
			fixture.Refused(t, fixture.Error(v.Visitor.SaveAccount(t.Context(), c, grant("bp-1"))), schema.Conflict, "connect_ended")
			if n := fixture.Read[int](v.World, `SELECT COUNT(*) FROM social_accounts WHERE external_id IS NOT NULL OR sealed_token IS NOT NULL`); n != 0 {
				t.Errorf("%d accounts were stored", n)
			}
		})
	}
}

func TestAConnectLinkDiesWhenItIsReplacedSwitchedOffOrItsClientDeleted(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]func(*traveller) error{
		"regenerated":  func(v *traveller) error { return v.Workspace().RegenerateConnectLink(v.T.Context(), v.client.ID) },
		"switched off": func(v *traveller) error { return v.Workspace().TurnOffConnectLink(v.T.Context(), v.client.ID) },
		"deleted":      func(v *traveller) error { v.DeleteClient(v.client); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newTraveller(t)
			if err := v.Workspace().TurnOnConnectLink(t.Context(), v.client.ID); err != nil {
				t.Fatal(err)
			}
			link, err := v.Workspace().ConnectLink(t.Context(), v.Keys, v.client.ID)
			if err != nil {
				t.Fatal(err)
			}
			if o, err := v.Visitor.OpenConnectLink(t.Context(), link.Token); err != nil || o.Name != "Orchard Lane" || o.AgencyName != "Halden Street" {
				t.Fatalf("it opens as %+v (%v)", o, err)
			}
			state, err := v.Visitor.StartConnect(t.Context(), link.Token, "demo", v.holder, "v")
			if err != nil {
				t.Fatal(err)
			}
			c, err := v.take(state, v.holder)
			if err != nil {
				t.Fatal(err)
			}
			if a, err := v.Visitor.SaveAccount(t.Context(), c, grant("bp-2")); err != nil || a.ConnectedByType != schema.ActorConnectLink || a.ClientID != v.client.ID {
				t.Fatalf("by the link it is %+v (%v)", a, err)
			}
			if err := kill(v); err != nil {
				t.Fatal(err)
			}
			_, err = v.Visitor.SaveAccount(t.Context(), c, grant("bp-3"))
			fixture.Refused(t, err, schema.NotFound, "connect_link_dead")
			_, err = v.Visitor.OpenConnectLink(t.Context(), link.Token)
			fixture.Refused(t, err, schema.NotFound, "connect_link_dead")
			_, err = v.Visitor.StartConnect(t.Context(), link.Token, "demo", v.holder, "v")
			fixture.Refused(t, err, schema.NotFound, "connect_link_dead")
		})
	}
}

func TestTheAccountsNameWhoConnectedThemOnlyWithinTheClient(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	ids := map[string]schema.AccountID{}
	for _, id := range []string{"bp-1", "bp-2"} {
		a, err := v.Visitor.SaveAccount(t.Context(), v.away(), grant(id))
		if err != nil {
			t.Fatal(err)
		}
		ids[id] = a.ID
	}
	_, stranger := v.Admit(v.Client("Alder Row"), "otto@example.com")
	v.Exec(`UPDATE social_accounts SET connected_by = ? WHERE id = ?`, stranger.ID, ids["bp-2"])
	v.Exec(`UPDATE social_accounts SET token_expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY WHERE id = ?`, ids["bp-2"])
	all, err := v.portal().Accounts(t.Context(), schema.ClientID{})
	if err != nil || len(all) != 3 {
		t.Fatalf("there are %+v (%v)", all, err)
	}
	for _, a := range all {
		switch a.ID {
		case ids["bp-1"]:
			if a.By != v.person.FullName || a.NeedsSignIn() {
				t.Errorf("one's own is %+v", a)
			}
		case ids["bp-2"]:
			if a.By != "" || !a.NeedsSignIn() {
				t.Errorf("a stranger's is %+v", a)
			}
		}
	}
}

func TestThePostsThatWillNotGoOutAreCountedBeforeARemoval(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	a, err := v.Visitor.SaveAccount(t.Context(), v.away(), grant("bp-1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"scheduled", "scheduled", "published"} {
		v.Exec(`INSERT INTO posts (id, agency_id, social_account_id, body, state, publish_at, created_at)
			VALUES (?, ?, ?, 'Buns', ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`, schema.New[schema.PostID](), v.ID, a.ID, state)
	}
	if r, err := v.portal().RemovalEffects(t.Context(), a.ID); err != nil || r.Scheduled != 2 || r.Handle != "saffron.buns" {
		t.Errorf("it says %+v (%v)", r, err)
	}
}

func TestResealingTakesAlongTheTokensOfAccounts(t *testing.T) {
	t.Parallel()
	v := newTraveller(t)
	a, err := v.Visitor.SaveAccount(t.Context(), v.away(), grant("bp-1"))
	if err != nil {
		t.Fatal(err)
	}
	older, newer := keyring.Generate("old"), keyring.Generate("new")
	ring := func(keys string) *keyring.Ring {
		r, err := keyring.Parse(keys)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	v.Exec(`UPDATE social_accounts SET sealed_token = ? WHERE id = ?`, schema.SealAccountToken(ring(older), a.ID, []byte(secretToken)), a.ID)
	if out, err := v.System.ResealAccounts(t.Context(), ring(newer), schema.AccountID{}, 10); err != nil || len(out.Broken) != 1 || out.Done != 0 {
		t.Errorf("without the old key it did %+v (%v)", out, err)
	}
	for _, want := range []int{1, 0} {
		if out, err := v.System.ResealAccounts(t.Context(), ring(newer+","+older), schema.AccountID{}, 10); err != nil || out.Done != want || out.After != a.ID {
			t.Errorf("with both it did %+v (%v)", out, err)
		}
	}
	if token, err := schema.OpenAccountToken(ring(newer), a.ID, v.account(a.ID).SealedToken); err != nil || string(token) != secretToken {
		t.Errorf("its token opens as %q (%v)", token, err)
	}
}
