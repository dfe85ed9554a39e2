package system_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/internal/keyring"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func ring(t *testing.T, keys string) *keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSecretsAreSealedAnewUnderTheFirstKey(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	k1, k2 := keyring.Generate("k1"), keyring.Generate("k2")
	old, both, alone := ring(t, k1), ring(t, k2+","+k1), ring(t, k2)
	a := w.Agency("Halden Street")
	w.Keys = old
	secrets := map[schema.EndpointID]string{}
	for range 5 {
		e, secret := a.Endpoint("https://crm.example/hook")
		secrets[e.ID] = secret
		w.Exec(`UPDATE webhook_endpoints SET old_secret = ?, old_secret_until = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE id = ?`,
			schema.SealSecret(old, e.ID, "before "+secret), e.ID)
	}
	ids := fixture.ReadAll[schema.EndpointID](w, `SELECT id FROM webhook_endpoints ORDER BY id`)
	w.Exec(`UPDATE webhook_endpoints SET old_secret_until = UTC_TIMESTAMP(6), old_secret = 'sealed long ago' WHERE id = ?`, ids[1])
	w.Exec(`UPDATE webhook_endpoints SET secret = '', old_secret = NULL, old_secret_until = NULL, status = 'deleted' WHERE id = ?`, ids[2])
	other := ring(t, keyring.Generate("k9"))
	w.Exec(`UPDATE webhook_endpoints SET secret = ? WHERE id = ?`, schema.SealSecret(other, ids[3], "x"), ids[3])
	broken := fixture.Read[schema.Endpoint](w, `SELECT * FROM webhook_endpoints WHERE id = ?`, ids[3])
	run := func() (done int, failed []schema.EndpointID) {
		var after schema.EndpointID
		for {
			out, err := w.System.Reseal(t.Context(), both, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			done += out.Done
			failed = append(failed, out.Broken...)
			if after = out.After; after.IsZero() {
				return done, failed
			}
		}
	}
	if done, failed := run(); done != 5 || !slices.Equal(failed, ids[3:4]) {
		t.Errorf("%d were sealed anew, %v were not", done, failed)
	}
	for i, id := range ids {
		e := fixture.Read[schema.Endpoint](w, `SELECT * FROM webhook_endpoints WHERE id = ?`, id)
		switch i {
		case 2:
		case 3:
			if string(e.Secret) != string(broken.Secret) || string(e.OldSecret) != string(broken.OldSecret) {
				t.Error("one that can't be opened has changed")
			}
		default:
			secret, err := schema.OpenSecret(alone, id, e.Secret)
			if err != nil || secret != secrets[id] {
				t.Errorf("the secret is %q (%v)", secret, err)
			}
			before, err := schema.OpenSecret(alone, id, e.OldSecret)
			if i == 1 && e.OldSecret != nil || i != 1 && (err != nil || before != "before "+secret || !e.OldSecretUntil.After(time.Now())) {
				t.Errorf("the old secret is %q (%v)", before, err)
			}
		}
	}
	before := w.Snapshot()
	if done, _ := run(); done != 0 || w.Snapshot() != before {
		t.Errorf("the second time %d were sealed anew", done)
	}
}
