package schema_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestANameIsTrimmedAndItsWhiteSpaceFolded(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Ines Duarte":             "Ines Duarte",
		"  Ines \t\r\n  Duarte  ": "Ines Duarte",
		"Ines\u00a0Duarte\u2028":  "Ines Duarte",
		"Ìnês Dúarte":             "Ìnês Dúarte",
		"孫 悟空":                    "孫 悟空",
		"עמוס עוז":                "עמוס עוז",
		"O’Hara-Smith, Jr. <3":    "O’Hara-Smith, Jr. <3",
		"👩\u200d👧":                "👩\u200d👧",               // joined by a mark that must stay
		strings.Repeat("é", 120):  strings.Repeat("é", 120), // characters, not bytes
		strings.Repeat("🙂", 120):  strings.Repeat("🙂", 120),
		" " + strings.Repeat("a", 120) + strings.Repeat(" ", 50): strings.Repeat("a", 120),
	} {
		if got, err := schema.ParseName("full_name", "Full name", s); err != nil || got != want {
			t.Errorf("%q becomes %q (%v), want %q", s, got, err, want)
		}
	}
}

func TestAnythingThatIsNoNameIsRefusedInWords(t *testing.T) {
	t.Parallel()
	for code, rubbish := range map[string][]string{
		"required": {"", "   ", "\t\r\n", "\u00a0\u2003"},
		"name_characters": {"Ines\x00", "Ines\x1b[31m", "Ines\x7f", "Ines\u0085Duarte", "Ines\v", "\xff\xfe", "Ines\xc3",
			"Ines \u202eetrauD", "\u202aInes", "\u202bInes", "\u202cInes", "\u202dInes", "\u2066Ines", "\u2067Ines", "\u2068Ines", "Ines\u2069"},
		"name_long": {strings.Repeat("a", 121), strings.Repeat("é", 121), strings.Repeat("a ", 61)},
	} {
		for _, s := range rubbish {
			got, err := schema.ParseName("full_name", "Full name", s)
			e, ok := err.(*schema.Error)
			if !ok || e.Kind != schema.Invalid || e.Field != "full_name" || e.Code != code || got != "" {
				t.Errorf("%q gives %q, %#v; want the code %s", s, got, err, code)
				continue
			}
			fixture.Sentence(t, e.Message)
			if !strings.Contains(strings.ToLower(e.Message), "full name") {
				t.Errorf("%q does not say which field", e.Message)
			}
		}
	}
}

// Whoever gets a mail from "", or sees an empty line on the list, knows nothing.
func TestANameThatShowsNothingIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"\u200b", "\u200d\u200c", "\u2060 \u2060", "\ufeff", "\u00ad", "\u200e"} {
		if got, err := schema.ParseName("full_name", "Full name", s); schema.KindOf(err) != schema.Invalid {
			t.Errorf("%+q passes as %+q (%v)", s, got, err)
		}
	}
}
