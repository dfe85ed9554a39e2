package schema

import (
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// Address is an email address: as typed, which is what mail is sent to, and
// the key it is compared by.
type Address struct{ Typed, Key string }

// The longest address and local part, in bytes (RFC 5321, section 4.5.3.1, and
// RFC 3696 erratum 1690).
const (
	maxAddress   = 254
	maxLocalPart = 64
)

// localPart is RFC 5322's dot-atom; quoted local parts are refused.
var localPart = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")

var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true), idna.StrictDomainName(true))

// ParseAddress takes an ASCII local part and an IDNA domain of two labels or
// more. Everything else is an Invalid error on the field "email".
func ParseAddress(s string) (Address, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Address{}, invalid("email", "required", "Enter an email address.")
	}
	// Before anything else: converting a domain takes time that grows with the
	// square of its length, 2.9 s for 60 kB.
	if len(s) > maxAddress {
		return Address{}, errLong
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return Address{}, invalid("email", "email_syntax", "That is not an email address. It needs an @, as in name@example.com.")
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > maxLocalPart || !localPart.MatchString(local) {
		return Address{}, invalid("email", "email_local", "The part before the @ has a character that mail can't carry. Use letters, digits, dots, hyphens or a plus sign.")
	}
	ascii, err := domains.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") || numeric(ascii) {
		return Address{}, invalid("email", "email_domain", "The part after the @ is not a domain. It should look like example.com.")
	}
	a := Address{Typed: s, Key: strings.ToLower(local) + "@" + strings.ToLower(ascii)}
	if len(a.Key) > maxAddress {
		return Address{}, errLong
	}
	return a, nil
}

var errLong = invalid("email", "email_long", "That address is longer than mail can carry. Use one of 254 characters or fewer.")

// numeric says that the domain ends like an IP address. No top-level domain is
// all digits (RFC 3696, section 2).
func numeric(domain string) bool {
	return strings.Trim(domain[strings.LastIndexByte(domain, '.')+1:], "0123456789") == ""
}

// Mask hides an address from somebody who merely holds a link: the first and
// last letter of the local part stay, and the domain.
func Mask(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "•••"
	}
	local, domain := address[:at], address[at:]
	if len(local) < 3 {
		return local[:1] + "••" + domain
	}
	return local[:1] + strings.Repeat("•", min(len(local)-2, 8)) + local[len(local)-1:] + domain
}
