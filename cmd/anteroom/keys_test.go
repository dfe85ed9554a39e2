package main

import (
	"strings"
	"testing"

	"anteroom/internal/keyring"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAnOperatorSealsSecretsAnewAndDropsTheOldKey(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	db, err := schema.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := fixture.Over(t, db)
	k1, k2 := keyring.Generate("k1"), keyring.Generate("k2")
	a := w.Agency("Halden Street")
	if w.Keys, err = keyring.Parse(k1); err != nil {
		t.Fatal(err)
	}
	e, secret := a.Endpoint("https://crm.example/hook")
	env := func(keys string) []string { return []string{"DATABASE_URL=" + url, "SECRET_KEYS=" + keys} }
	if r := execute(t, env(k2), "keys", "reseal"); r.code == 0 || !strings.Contains(r.stderr, e.ID.String()) {
		t.Errorf("without the old key: %+v", r)
	}
	for _, want := range []string{"Secrets encrypted under the first key: 1.\n", "Secrets encrypted under the first key: 0.\n"} {
		if r := execute(t, env(k2+","+k1), "keys", "reseal"); r != (result{stdout: want}) {
			t.Errorf("it says %+v, want %q", r, want)
		}
	}
	alone, err := keyring.Parse(k2)
	if err != nil {
		t.Fatal(err)
	}
	sealed := fixture.Read[[]byte](w, `SELECT secret FROM webhook_endpoints WHERE id = ?`, e.ID)
	if got, err := schema.OpenSecret(alone, e.ID, sealed); err != nil || got != secret {
		t.Errorf("under the new key alone it is %q (%v)", got, err)
	}
	if r := execute(t, []string{"DATABASE_URL=" + url}, "keys", "reseal"); r.code != exitUsage || !strings.Contains(r.stderr, "SECRET_KEYS: it is not set") {
		t.Errorf("without keys: %+v", r)
	}
}
