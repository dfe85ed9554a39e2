package keyring_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"anteroom/internal/keyring"
)

func TestASealedSecretOpensForItsOwnerAndPurposeAlone(t *testing.T) {
	k1, k2 := keyring.Generate("k1"), keyring.Generate("k2")
	r := ring(t, k1)
	sealed := r.Seal("webhook", []byte("ep_1"), []byte("whsec"))
	if got, err := r.Open("webhook", []byte("ep_1"), sealed); err != nil || string(got) != "whsec" {
		t.Fatalf("%q, %v", got, err)
	}
	if bytes.Contains(sealed, []byte("whsec")) || bytes.Equal(sealed, r.Seal("webhook", []byte("ep_1"), []byte("whsec"))) {
		t.Error("it lies open, or is the same twice")
	}
	for name, open := range map[string]func() ([]byte, error){
		"another owner":   func() ([]byte, error) { return r.Open("webhook", []byte("ep_2"), sealed) },
		"another purpose": func() ([]byte, error) { return r.Open("oauth", []byte("ep_1"), sealed) },
		"another ring":    func() ([]byte, error) { return ring(t, k2).Open("webhook", []byte("ep_1"), sealed) },
		"nothing":         func() ([]byte, error) { return r.Open("webhook", []byte("ep_1"), nil) },
		"a stub":          func() ([]byte, error) { return r.Open("webhook", []byte("ep_1"), sealed[:9]) },
		"a changed one": func() ([]byte, error) {
			b := slices.Clone(sealed)
			b[len(b)-1] ^= 1
			return r.Open("webhook", []byte("ep_1"), b)
		},
	} {
		if got, err := open(); !errors.Is(err, keyring.ErrSealed) || got != nil {
			t.Errorf("%s opens it: %q, %v", name, got, err)
		}
	}
}

func TestWhatAnOlderKeySealedStillOpensAndIsKnownAsOld(t *testing.T) {
	k1, k2 := keyring.Generate("k1"), keyring.Generate("k2")
	sealed := ring(t, k1).Seal("webhook", nil, []byte("x"))
	both := ring(t, k2, k1)
	if got, err := both.Open("webhook", nil, sealed); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	if both.Current(sealed) || !both.Current(both.Seal("webhook", nil, nil)) {
		t.Error("the ring doesn't know what its first key sealed")
	}
}
