package schema_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"anteroom/internal/keyring"
	"anteroom/schema"
)

// Fixed keys, so that a failure can be looked at again.
const (
	keyOne = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	keyTwo = "k2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
)

func ring(t testing.TB, keys ...string) *keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var (
	link    = schema.InvitationLink{ClientUser: schema.ClientUserID{1, 2, 3, 15: 9}, Generation: 70_000}
	account = schema.AccountLink{Purpose: schema.PurposeSetPassword, User: schema.UserID{1, 2, 3, 15: 9},
		CredentialVersion: 3, ExpiresAt: noon}
)

func TestATokenSaysWhatWasPutIntoIt(t *testing.T) {
	t.Parallel()
	r := ring(t, keyOne)
	for _, l := range []schema.InvitationLink{link, {}, {Generation: 1<<32 - 1}} {
		token := l.Token(r)
		if got, err := schema.ParseInvitationToken(r, token); err != nil || got != l {
			t.Errorf("%+v comes back as %+v (%v)", l, got, err)
		}
		if len(token) > 100 || strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
			t.Errorf("that is nothing to put into a URL: %q", token)
		}
	}
	for _, l := range []schema.AccountLink{account, {Purpose: schema.PurposeConfirmEmail, ExpiresAt: time.Unix(0, 0).UTC()}} {
		if got, err := schema.ParseAccountToken(r, l.Purpose, l.Token(r)); err != nil || got != l {
			t.Errorf("%+v comes back as %+v (%v)", l, got, err)
		}
	}
}

// parsers read the two kinds of tokens, the one key in all of them.
func parsers(t *testing.T) map[string]func(string) error {
	r := ring(t, keyOne)
	return map[string]func(string) error{
		link.Token(r):    func(s string) error { _, err := schema.ParseInvitationToken(r, s); return err },
		account.Token(r): func(s string) error { _, err := schema.ParseAccountToken(r, account.Purpose, s); return err },
	}
}

func TestATokenWithAnyOneCharacterChangedIsUnknown(t *testing.T) {
	t.Parallel()
	for token, parse := range parsers(t) {
		if err := parse(token); err != nil {
			t.Fatal(err)
		}
		for i := range len(token) {
			for c := range 256 {
				mutant := token[:i] + string([]byte{byte(c)}) + token[i+1:]
				if mutant != token && parse(mutant) != error(schema.ErrNotFound) {
					t.Fatalf("%q passes for %q", mutant, token)
				}
			}
			for _, mutant := range []string{token[:i], token[:i] + token[i+1:], token[:i] + "A" + token[i:], token + token[i:]} {
				if parse(mutant) != error(schema.ErrNotFound) {
					t.Fatalf("%q passes for %q", mutant, token)
				}
			}
		}
	}
}

func TestATokenWithAnyOneBitChangedIsUnknown(t *testing.T) {
	t.Parallel()
	for token, parse := range parsers(t) {
		id, body, _ := strings.Cut(token, ".")
		b, err := base64.RawURLEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		for bit := range len(b) * 8 {
			b[bit/8] ^= 1 << (bit % 8)
			if mutant := id + "." + base64.RawURLEncoding.EncodeToString(b); parse(mutant) != error(schema.ErrNotFound) {
				t.Errorf("with bit %d of %d changed it passes", bit, len(b)*8)
			}
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
}

func TestATokenHasOneSpelling(t *testing.T) {
	t.Parallel()
	for token, parse := range parsers(t) {
		id, body, _ := strings.Cut(token, ".")
		b, err := base64.RawURLEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{
			id + "." + base64.URLEncoding.EncodeToString(append(b, 0)), // longer
			token + "=", token + "==", token + "\n", token + "\r\n", token + " ", " " + token, token + ".",
			id + "." + body[:40] + "\n" + body[40:], id + "." + body[:40] + "\r" + body[40:],
			id + ".." + body, "." + body, body, id, id + ".", "", ".",
			strings.ToUpper(id) + "." + body, id + "\x00." + body,
			id + "." + strings.NewReplacer("-", "+", "_", "/").Replace(body) + "=",
		} {
			if parse(s) != error(schema.ErrNotFound) {
				t.Errorf("%q passes for %q", s, token)
			}
		}
	}
}

// The last character of base64 may carry bits that mean nothing: those must be
// zero, or one link would have several spellings.
func TestTheBitsThatMeanNothingMustBeZero(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for token, parse := range parsers(t) {
		last, passing := len(token)-1, 0
		for _, c := range alphabet {
			if parse(token[:last]+string(c)) == nil {
				passing++
			}
		}
		if passing != 1 {
			t.Errorf("%d last characters pass", passing)
		}
	}
}

func TestATokenForOnePurposeIsUnknownToTheOthers(t *testing.T) {
	t.Parallel()
	r := ring(t, keyOne)
	for _, p := range []schema.Purpose{schema.PurposeConfirmEmail, "invitation", "", "set_password2"} {
		if _, err := schema.ParseAccountToken(r, p, account.Token(r)); err != error(schema.ErrNotFound) {
			t.Errorf("a link to set a password passes as %q: %v", p, err)
		}
	}
	if _, err := schema.ParseInvitationToken(r, account.Token(r)); err != error(schema.ErrNotFound) {
		t.Errorf("a link to set a password passes as an invitation: %v", err)
	}
	// One that is as long as an invitation, were there such a purpose.
	if _, err := schema.ParseAccountToken(r, "invitation", link.Token(r)); err != error(schema.ErrNotFound) {
		t.Errorf("an invitation passes as a link to an account: %v", err)
	}
}

func TestALinkOutlivesTheRotationOfItsKey(t *testing.T) {
	t.Parallel()
	old := link.Token(ring(t, keyOne))
	for name, c := range map[string]struct {
		keys   []string
		signer string
		passes bool
	}{
		"the new key stands last":   {[]string{keyOne, keyTwo}, "k1.", true},
		"the new key moved first":   {[]string{keyTwo, keyOne}, "k2.", true},
		"the old key is dropped":    {[]string{keyTwo}, "k2.", false},
		"another key under that ID": {[]string{strings.Replace(keyTwo, "k2", "k1", 1)}, "k1.", false},
	} {
		r := ring(t, c.keys...)
		if _, err := schema.ParseInvitationToken(r, old); (err == nil) != c.passes {
			t.Errorf("%s: the old link gives %v", name, err)
		}
		token := link.Token(r)
		if _, err := schema.ParseInvitationToken(r, token); err != nil || !strings.HasPrefix(token, c.signer) {
			t.Errorf("%s: a new link is %q (%v)", name, token, err)
		}
	}
}

func FuzzParseInvitationToken(f *testing.F) {
	r := ring(f, keyOne, keyTwo)
	valid := link.Token(r)
	for _, seed := range []string{valid, link.Token(ring(f, keyTwo)), account.Token(r), valid + "=", valid[:len(valid)-1], valid + "A",
		strings.ToUpper(valid), "k1.", ".", "", "k1", valid[3:], strings.Repeat("A", 128), strings.Repeat("k1.", 60), "k1.\r\n" + valid[3:], "k2" + valid[2:], "é.é", "\x00\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		l, err := schema.ParseInvitationToken(r, token)
		if err != nil {
			if err != error(schema.ErrNotFound) || l != (schema.InvitationLink{}) {
				t.Errorf("refused with %v, giving %+v", err, l)
			}
			return
		}
		// Whatever passes is what one of the keys wrote, letter by letter.
		if token != l.Token(r) && token != l.Token(ring(t, keyTwo)) {
			t.Errorf("%q passes for %+v", token, l)
		}
	})
}
