package schema_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestTheSlipsThatListsAreFullOfAreNamed(t *testing.T) {
	for email, want := range map[string][2]string{
		"beth@alderrow.example":          {},
		" beth@alderrow.example ":        {},
		"":                               {"email_required", "The address is missing."},
		"beth@alderrow,example":          {"email_comma", "A comma stands where a dot should be."},
		"beth@ alderrow, example":        {"email_comma", "A comma stands in the address."},
		"beth,@alderrow.example":         {"email_comma", "A comma stands in the address."},
		"beth @alderrow.example":         {"email_space", "A space stands in the address."},
		"beth.alderrow.example":          {"email_syntax", "The @ is missing."},
		"beth@@alderrow.example":         {"email_syntax", "There is more than one @ in it."},
		"@alderrow.example":              {"email_local", "There is nothing before the @."},
		"beth@":                          {"email_domain", "There is nothing after the @."},
		"beth@alderrow":                  {"email_dot", "The part after the @ has no dot. It should look like example.com."},
		"béth@alderrow.example":          {"email_local", ""},
		"beth@-.example":                 {"email_domain", ""},
		strings.Repeat("b", 300):         {"email_long", ""},
		"<b@" + strings.Repeat(",", 300): {"email_long", ""},
	} {
		c := schema.CheckLine("Beth Ashworth", email)
		switch {
		case c.EmailFault == nil && want[0] == "":
		case c.EmailFault == nil || c.EmailFault.Code != want[0] || want[1] != "" && c.EmailFault.Message != want[1]:
			t.Errorf("%q: %+v", email, c.EmailFault)
		default:
			fixture.Sentence(t, c.EmailFault.Message)
		}
	}
	for name, code := range map[string]string{"Beth Ashworth": "", " ": "name_required", strings.Repeat("b", 121): "name_long", "a\u202eb": "name_characters"} {
		if c := schema.CheckLine(name, "b@c.example"); schema.CodeOf(orNil(c.NameFault)) != code || c.EmailFault != nil {
			t.Errorf("%q: %+v", name, c)
		}
	}
}

func orNil(e *schema.Error) error {
	if e == nil {
		return nil
	}
	return e
}
