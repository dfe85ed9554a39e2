package schema

import (
	"errors"
	"strings"
	"unicode"
)

// CheckedLine is what a name and an address on a list come to, or what is wrong
// with each.
type CheckedLine struct {
	Name                  string
	Address               Address
	NameFault, EmailFault *Error
}

// CheckLine is ParseName and ParseAddress for a line of a list. What is wrong is
// said shorter than in a form, and the slips that lists are full of are named.
func CheckLine(fullName, email string) (c CheckedLine) {
	var err error
	if c.Name, err = ParseName("full_name", "Full name", fullName); err != nil {
		c.NameFault, _ = errors.AsType[*Error](err)
		if c.NameFault.Code == "required" {
			c.NameFault = invalid("full_name", "name_required", "The name is missing.")
		}
	}
	if c.Address, err = ParseAddress(email); err != nil {
		c.EmailFault, _ = errors.AsType[*Error](err)
		if slip := slipIn(strings.TrimSpace(email)); slip != nil {
			c.EmailFault = slip
		}
	}
	return c
}

// slipIn names a common slip in what is no address.
func slipIn(s string) *Error {
	at := strings.LastIndexByte(s, '@')
	switch {
	case s == "":
		return invalid("email", "email_required", "The address is missing.")
	case len(s) > maxAddress:
		return nil
	case strings.Contains(s, ","):
		if _, err := ParseAddress(strings.ReplaceAll(s, ",", ".")); err == nil {
			return invalid("email", "email_comma", "A comma stands where a dot should be.")
		}
		return invalid("email", "email_comma", "A comma stands in the address.")
	case strings.ContainsFunc(s, unicode.IsSpace):
		return invalid("email", "email_space", "A space stands in the address.")
	case at < 0:
		return invalid("email", "email_syntax", "The @ is missing.")
	case strings.Count(s, "@") > 1:
		return invalid("email", "email_syntax", "There is more than one @ in it.")
	case at == 0:
		return invalid("email", "email_local", "There is nothing before the @.")
	case at == len(s)-1:
		return invalid("email", "email_domain", "There is nothing after the @.")
	case !strings.Contains(s[at:], "."):
		return invalid("email", "email_dot", "The part after the @ has no dot. It should look like example.com.")
	}
	return nil
}
