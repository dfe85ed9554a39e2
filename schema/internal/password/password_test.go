package password

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"anteroom/schema"
)

var cheap = Cost{MemoryKiB: 64, Iterations: 1}

func code(plain string) string {
	return schema.CodeOf(Check(plain, "Ines.Duarte@Example.com", "Ines Maria Duarte"))
}

func TestAPasswordHas12To1024Characters(t *testing.T) {
	t.Parallel()
	phrase := strings.Repeat("correct mule ", 100)
	for plain, want := range map[string]string{
		"":                  "password_short",
		phrase[:11]:         "password_short",
		phrase[:12]:         "",
		phrase[:1024]:       "",
		phrase[:1025]:       "password_long",
		"münchenñandú"[:12]: "password_short", // 12 bytes, 10 characters
		"münchenñandú":      "",
		"🙂🙃😀😁😂🤣😃😄😅😆😉":              "password_short", // 11
		"🙂🙃😀😁😂🤣😃😄😅😆😉😊":             "",
		"ün" + phrase[:1022]:       "",
		"correct\xffmule staple":   "password_characters",
		"correct mule\x00staple b": "",
	} {
		if got := code(plain); got != want {
			t.Errorf("%q: %q, want %q", plain, got, want)
		}
	}
}

func TestCommonPasswordsAreRefusedInAnyDress(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"passwordpassword", "PasswordPassword", "Password1234", "1234password", "password123!", "!!password!!!!",
		"qwertyuiop12", "iloveyou2026", "123456789012", "000000000000", "aaaaaaaaaaaa", "abababababab", "____________", "............", "            ",
		"letmeinletmein", "correcthorsebatterystaple", "CorrectHorseBatteryStaple", "correct horse battery staple", "changeme-2026", "administrator"} {
		if got := code(plain); got != "password_common" {
			t.Errorf("%q: %q", plain, got)
		}
	}
}

func TestOnesOwnNameAndAddressAreRefused(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"ines.duarte@example.com", "INES.DUARTE@EXAMPLE.COM", "Ines Maria Duarte", "inesmariaduarte", "InesMariaDuarte"} {
		if got := code(plain); got != "password_own" {
			t.Errorf("%q: %q", plain, got)
		}
	}
	if got := schema.CodeOf(Check("ines.maria.d", "Ines.Maria.D@example.com", "")); got != "password_own" {
		t.Errorf("the part before the @: %q", got)
	}
}

func TestAPassphraseIsTaken(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"sourdough at dawn", "tr0ub4dor&3 and more", "Ines likes olives", "x9$kQ2!mZp7@", "пароль от калитки",
		"password is not what I use", "chain of abcabc letters"} {
		if err := Check(plain, "ines.duarte@example.com", "Ines Maria Duarte"); err != nil {
			t.Errorf("%q: %v", plain, err)
		}
	}
}

func TestEveryRefusalBelongsToTheFieldAndIsASentence(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"", "\xff", strings.Repeat("ab cd ", 200), "passwordpassword", "ines.duarte@example.com"} {
		e, ok := errors.AsType[*schema.Error](Check(plain, "ines.duarte@example.com", ""))
		if !ok || e.Kind != schema.Invalid || e.Field != "password" || !strings.HasSuffix(e.Message, ".") {
			t.Errorf("%.20q: %+v", plain, e)
		}
		if plain != "" && ok && strings.Contains(e.Message, plain) {
			t.Errorf("the sentence repeats the password: %q", e.Message)
		}
	}
}

func TestAHashMatchesItsPasswordOnly(t *testing.T) {
	t.Parallel()
	h := New(cheap)
	one, err := h.Hash(t.Context(), "sourdough at dawn")
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.Hash(t.Context(), "sourdough at dawn")
	if err != nil || one == two {
		t.Errorf("the same password hashes alike (%v)", err)
	}
	for plain, want := range map[string]bool{"sourdough at dawn": true, "sourdough at dawm": false, "sourdough at dawn ": false, "Sourdough at dawn": false,
		"": false, strings.Repeat("x", 1025): false} {
		if got, err := h.Matches(t.Context(), plain, one); err != nil || got != want {
			t.Errorf("%.20q matches: %v (%v)", plain, got, err)
		}
	}
}

func TestNothingMatchesWhereThereIsNoPassword(t *testing.T) {
	t.Parallel()
	h := New(cheap)
	for _, plain := range []string{"", "nobody has this password", "sourdough at dawn"} {
		if ok, err := h.Matches(t.Context(), plain, ""); ok || err != nil {
			t.Errorf("%q matches no password (%v)", plain, err)
		}
	}
}

func TestAHashOfAnotherCostStillMatches(t *testing.T) {
	t.Parallel()
	old, err := New(cheap).Hash(t.Context(), "sourdough at dawn")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := New(Cost{MemoryKiB: 128, Iterations: 2}).Matches(t.Context(), "sourdough at dawn", old); !ok || err != nil {
		t.Errorf("after the cost was raised: %v (%v)", ok, err)
	}
}

func TestTheDefaultCostIsOWASPsMinimum(t *testing.T) {
	t.Parallel()
	hash, err := New(OWASP).Hash(t.Context(), "sourdough at dawn")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %q (%v)", hash, err)
	}
}

func TestHashingIsBoundedByTheCores(t *testing.T) {
	t.Parallel()
	h := New(cheap)
	for range runtime.GOMAXPROCS(0) {
		if err := h.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(over, "sourdough at dawn"); !errors.Is(err, context.Canceled) {
		t.Errorf("one more hashes beside as many as there are cores (%v)", err)
	}
	if _, err := h.Matches(over, "sourdough at dawn", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("one more compares beside as many as there are cores (%v)", err)
	}
	waited := make(chan error)
	go func() {
		_, err := h.Hash(t.Context(), "sourdough at dawn")
		waited <- err
	}()
	h.leave()
	if err := <-waited; err != nil {
		t.Errorf("whoever waited got %v", err)
	}
	if err := h.enter(t.Context()); err != nil || len(h.slots) != runtime.GOMAXPROCS(0) {
		t.Errorf("%d places are taken (%v): one was not given back", len(h.slots), err)
	}
}
