package schema

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name in characters: the width of its column.
const maxName = 120

// ParseName trims a name and folds its white space. Empty, over 120
// characters or holding control characters is an Invalid error on field.
func ParseName(field, label, s string) (string, error) {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, forbiddenInName) {
		return "", invalid(field, "name_characters", label+" holds a character that can't be shown. Type it again.")
	}
	s = strings.Join(strings.Fields(s), " ")
	if !strings.ContainsFunc(s, shows) {
		return "", invalid(field, "required", "Enter the "+strings.ToLower(label)+".")
	}
	if utf8.RuneCountInString(s) > maxName {
		return "", invalid(field, "name_long", fmt.Sprintf("%s is too long. Use %d characters or fewer.", label, maxName))
	}
	return s, nil
}

// shows keeps out names of nothing but joiners and the like, which a list would
// show as a gap.
func shows(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// forbiddenInName keeps out control characters and the marks that turn the
// direction of the text after them (Unicode TR 36, section 3).
func forbiddenInName(r rune) bool {
	if r == '\t' || r == '\n' || r == '\r' {
		return false // folded to a space
	}
	return unicode.IsControl(r) || (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}
