package mail

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds in characters. What is longer ends in an ellipsis.
const (
	maxHeaderName  = 100 // a display name in From, To, Reply-To
	maxSubjectName = 50  // a name inside a subject
	maxShownName   = 80  // a name inside the mail
	maxSubject     = 150
)

var scheme = regexp.MustCompile(`(?i)[a-z][a-z0-9+.\-]*://|://`)

// line makes one harmless line of text that somebody typed: no line breaks or
// control characters (they could start another header), no characters that turn
// the reading direction (they could disguise the rest), no "https://", and at
// most limit characters.
func line(s string, limit int) string {
	s = strings.Map(dropUnseen, strings.ToValidUTF8(s, ""))
	for scheme.MatchString(s) { // again, for "htt://ps://"
		s = scheme.ReplaceAllString(s, "")
	}
	s = strings.Join(strings.FieldsFunc(s, blank), " ")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:limit-1])) + "…"
}

func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// dropUnseen removes format characters but for the two joiners, which Persian,
// Indic names and emoji need.
func dropUnseen(r rune) rune {
	if unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
		return -1
	}
	return r
}

// shown is a name as it stands in the mail. Mail clients make links of whatever
// looks like a host, and nobody may send links to strangers through a name; but
// a client may well be called "Booking.com". So the name keeps its looks, and
// an unseen non-joiner after the dot keeps it from being a host.
func shown(name string) string {
	runes := []rune(line(name, maxShownName))
	var b strings.Builder
	for i, r := range runes {
		b.WriteRune(r)
		if r == '.' && i > 0 && i+1 < len(runes) && word(runes[i-1]) && word(runes[i+1]) {
			b.WriteRune('\u200c')
		}
	}
	return b.String()
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// greeting opens a letter with the first name, unless that is no name: who
// signs up under somebody else's address must not get a message to them.
func greeting(fullName string) string {
	if name := firstName(fullName); name != "" {
		return "Hi " + name + ","
	}
	return "Hello,"
}

// firstName is the first word of a full name if it is made like a name, and
// empty otherwise.
func firstName(fullName string) string {
	words := strings.Fields(line(fullName, maxShownName))
	if len(words) == 0 || utf8.RuneCountInString(words[0]) > 30 {
		return ""
	}
	for _, r := range words[0] {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("-'’\u200c\u200d", r) {
			return ""
		}
	}
	return words[0]
}

// initials are one or two letters for a badge.
func initials(name string) string {
	var out []rune
	for _, w := range strings.Fields(name) {
		if r, _ := utf8.DecodeRuneInString(w); word(r) && len(out) < 2 {
			out = append(out, unicode.ToUpper(r))
		}
	}
	return string(out)
}
