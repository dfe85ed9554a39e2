package schema_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// typed and key of addresses that are taken.
var takenAddresses = map[string]string{
	"ines@example.com":                                            "ines@example.com",
	"  Ines@Example.COM\t\r\n":                                    "ines@example.com",
	"INES.Duarte+News@EXAMPLE.com":                                "ines.duarte+news@example.com",
	"a@b.co":                                                      "a@b.co",
	"o'hara!#$%&*/=?^_`{|}~-@example.com":                         "o'hara!#$%&*/=?^_`{|}~-@example.com",
	"info@bücher.example":                                         "info@xn--bcher-kva.example",
	"info@BÜCHER.example":                                         "info@xn--bcher-kva.example",
	"info@xn--bcher-kva.example":                                  "info@xn--bcher-kva.example",
	"info@XN--BCHER-KVA.example":                                  "info@xn--bcher-kva.example",
	"info@faß.example":                                            "info@xn--fa-hia.example",
	"info@例え.テスト":                                                 "info@xn--r8jz45g.xn--zckzah",
	"info@例え。テスト":                                                 "info@xn--r8jz45g.xn--zckzah", // the full stop of that script
	"info@ｅｘａｍｐｌｅ.com":                                            "info@example.com",            // full-width letters
	strings.Repeat("a", 64) + "@example.com":                      strings.Repeat("a", 64) + "@example.com",
	"a@" + strings.Repeat("b", 63) + ".com":                       "a@" + strings.Repeat("b", 63) + ".com",
	"a@" + strings.Repeat(strings.Repeat("b", 61)+".", 4) + "com": "a@" + strings.Repeat(strings.Repeat("b", 61)+".", 4) + "com", // 253
}

func TestAnAddressIsComparedInLowerCaseAndSentAsTyped(t *testing.T) {
	t.Parallel()
	for s, key := range takenAddresses {
		a, err := schema.ParseAddress(s)
		if err != nil || a.Key != key || a.Typed != strings.TrimSpace(s) {
			t.Errorf("%q becomes %+v (%v), want the key %q", s, a, err, key)
		}
		if again, err := schema.ParseAddress(a.Key); err != nil || again.Key != a.Key {
			t.Errorf("the key %q has another key: %+v (%v)", a.Key, again, err)
		}
	}
}

func TestLettersThatLookAlikeMakeDifferentAddresses(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, s := range []string{"cafe@example.com", "caf.e@example.com", "cafe+@example.com", "cafe@examp1e.com", "cafe@exämple.com",
		"cafe@exa\u0308mple.com" /* the same, decomposed */, "cafe@exаmple.com" /* Cyrillic а */} {
		a, err := schema.ParseAddress(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
		}
		seen[a.Key] = s
	}
	if len(seen) != 6 { // both spellings of ä are one
		t.Errorf("the keys are %q", seen)
	}
}

func TestAnythingThatIsNoAddressIsRefusedInWords(t *testing.T) {
	t.Parallel()
	for code, rubbish := range map[string][]string{
		"required":     {"", "   ", "\r\n"},
		"email_syntax": {"ines", "ines.example.com", "ines＠example.com"},
		"email_local": {"@example.com", "ínes@example.com", "ines duarte@example.com", `"ines"@example.com`, "ines(x)@example.com", ".ines@example.com",
			"ines.@example.com", "in..es@example.com", "ines@home@example.com", "ines,jo@example.com", "<ines@example.com", "Ines <ines@example.com",
			"ines\x00@example.com", "ines\x7f@example.com", "ines\xff@example.com", "ines\n@example.com", strings.Repeat("a", 65) + "@example.com",
			"ines@example.com\r\nBcc: all@example.com", "a@b.example, c@d.example", "ines\r\nSubject: x\r\n\r\n@example.com", "mailto:ines@example.com"},
		"email_domain": {"ines@", "ines@localhost", "ines@example", "ines@.com", "ines@example..com", "ines@example.com.", "ines@-example.com", "ines@example-.com",
			"ines@exam_ple.com", "ines@exam ple.com", "ines@example.com>", "ines@[127.0.0.1]", "ines@[IPv6:::1]", "ines@example.com:25", "ines@example.com/x",
			"ines@exam\r\nple.com", "ines@example\x00.com", "ines@xn--a.com", "ines@xn--.com", "ines@" + strings.Repeat("b", 64) + ".com", "ines@\u200e.com"},
		"email_long": {"abc@" + strings.Repeat(strings.Repeat("b", 62)+".", 3) + strings.Repeat("b", 62)},
	} {
		for _, s := range rubbish {
			a, err := schema.ParseAddress(s)
			e, ok := err.(*schema.Error)
			if !ok || e.Kind != schema.Invalid || e.Field != "email" || e.Code != code || a != (schema.Address{}) {
				t.Errorf("%q gives %+v, %#v; want the code %s", s, a, err, code)
				continue
			}
			fixture.Sentence(t, e.Message)
		}
	}
}

// No top-level domain is a number (RFC 3696, section 2): that is a machine's
// address, to which the provider won't deliver.
func TestANumberIsNoDomain(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"ines@127.0.0.1", "ines@10.1", "ines@example.123"} {
		if a, err := schema.ParseAddress(s); schema.CodeOf(err) != "email_domain" {
			t.Errorf("%q becomes %+v (%v)", s, a, err)
		}
	}
}

func TestAnAddressMayHave254CharactersAndNotOneMore(t *testing.T) {
	t.Parallel()
	domain := "@" + strings.Repeat(strings.Repeat("b", 62)+".", 3) + "com" // 193
	if _, err := schema.ParseAddress(strings.Repeat("a", 61) + domain); err != nil {
		t.Errorf("254 characters: %v", err)
	}
	if _, err := schema.ParseAddress(strings.Repeat("a", 62) + domain); schema.CodeOf(err) != "email_long" {
		t.Errorf("255 characters: %v", err)
	}
}

func TestAMaskedAddressKeepsItsDomainAndTwoLetters(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"ines@example.com": "i••s@example.com", "io@example.com": "i••@example.com", "i@example.com": "i••@example.com",
		strings.Repeat("a", 64) + "@example.com": "a••••••••a@example.com", "@example.com": "•••", "": "•••"} {
		if got := schema.Mask(address); got != want {
			t.Errorf("%q is masked as %q, want %q", address, got, want)
		}
	}
}
