package keyring_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"anteroom/internal/keyring"
)

func key(id string, fill byte) string {
	return id + ":" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, keyring.KeySize))
}

func ring(t *testing.T, keys ...string) *keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheFirstKeySignsAndAllOfThemVerify(t *testing.T) {
	t.Parallel()
	message := []byte("message")
	old, both, moved, dropped := ring(t, key("k1", 1)), ring(t, key("k1", 1), key("k2", 2)),
		ring(t, key("k2", 2), key("k1", 1)), ring(t, key("k2", 2))
	oldID, oldMAC := old.Sign("p", message)
	newID, newMAC := moved.Sign("p", message)
	if id, mac := both.Sign("p", message); id != "k1" || oldID != "k1" || newID != "k2" || !bytes.Equal(mac, oldMAC) || bytes.Equal(oldMAC, newMAC) {
		t.Errorf("%s signs %x, %s signs %x", oldID, oldMAC, newID, newMAC)
	}
	for name, c := range map[string]struct {
		r        *keyring.Ring
		old, new bool
	}{"old": {old, true, false}, "added last": {both, true, true}, "moved first": {moved, true, true}, "old one dropped": {dropped, false, true}} {
		if c.r.Verify("p", oldID, message, oldMAC) != c.old || c.r.Verify("p", newID, message, newMAC) != c.new {
			t.Errorf("%s: verifies the old %v, the new %v", name, !c.old, !c.new)
		}
	}
}

func TestASignatureHoldsForItsKeyPurposeAndMessageOnly(t *testing.T) {
	t.Parallel()
	r := ring(t, key("k1", 1), key("k2", 2))
	id, mac := r.Sign("invitation", []byte("message"))
	if len(mac) != keyring.MACSize || !r.Verify("invitation", id, []byte("message"), mac) {
		t.Fatalf("its own signature %x does not verify", mac)
	}
	for name, passes := range map[string]bool{
		"another key's ID":     r.Verify("invitation", "k2", []byte("message"), mac),
		"an unknown key":       r.Verify("invitation", "k3", []byte("message"), mac),
		"no key":               r.Verify("invitation", "", []byte("message"), mac),
		"another purpose":      r.Verify("invitation2", id, []byte("message"), mac),
		"no purpose":           r.Verify("", id, []byte("message"), mac),
		"purpose into message": r.Verify("invitationm", id, []byte("essage"), mac),
		"another message":      r.Verify("invitation", id, []byte("messagf"), mac),
		"a longer message":     r.Verify("invitation", id, []byte("message\x00"), mac),
		"a shorter MAC":        r.Verify("invitation", id, []byte("message"), mac[:31]),
		"a longer MAC":         r.Verify("invitation", id, []byte("message"), append(mac[:32:32], 0)),
		"no MAC":               r.Verify("invitation", id, []byte("message"), nil),
	} {
		if passes {
			t.Errorf("%s passes", name)
		}
	}
}

func TestAGeneratedKeyIsReadAndIsNeverTheSame(t *testing.T) {
	t.Parallel()
	a, b := keyring.Generate("k1"), keyring.Generate("k1")
	if a == b {
		t.Error("two generated keys are the same")
	}
	ring(t, a, strings.Replace(b, "k1", "k2", 1))
}

func TestSpacesAroundTheKeysDoNotMatter(t *testing.T) {
	t.Parallel()
	r := ring(t, " "+key("k1", 1)+" ", "\n"+key("0123456789ab", 2)+"\n")
	if id, _ := r.Sign("p", nil); id != "k1" {
		t.Errorf("%q signs", id)
	}
}

// What goes wrong with the keys ends in a log.
func TestAWrongKeyIsNamedAndItsSecretIsNot(t *testing.T) {
	t.Parallel()
	encode := func(n int) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("secret"), n)[:n]) }
	good := "good:" + encode(32)
	for list, names := range map[string]string{
		"": "empty", "  \n": "empty",
		encode(32):                                  "key 1",
		good + "," + encode(32):                     "key 2",
		good + ",":                                  "key 2",
		"," + good:                                  "key 1",
		"K1:" + encode(32):                          "key 1",
		"k_1:" + encode(32):                         "key 1",
		":" + encode(32):                            "key 1",
		"0123456789abc:" + encode(32):               "key 1",
		good + ",short:" + encode(31):               `"short"`,
		good + ",long:" + encode(33):                `"long"`,
		good + ",none:":                             `"none"`,
		"raw:" + strings.TrimRight(encode(32), "="): `"raw"`,
		"url:" + strings.Repeat("-_", 21) + "A=":    `"url"`,
		"plain:" + strings.Repeat("secret", 6):      `"plain"`,
		"colon:x:" + encode(32):                     `"colon"`,
		good + "," + good:                           `"good"`,
	} {
		_, err := keyring.Parse(list)
		if err == nil || !strings.Contains(err.Error(), names) {
			t.Errorf("%q gives %v, which does not name %s", list, err, names)
			continue
		}
		for _, secret := range []string{"secret", encode(32)[:8], encode(31)[20:], strings.Repeat("-_", 4)} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%q repeats the secret: %v", list, err)
			}
		}
	}
}
