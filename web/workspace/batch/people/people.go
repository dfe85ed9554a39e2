// Package people reads lists of people as they are pasted from mails and
// exported from spreadsheets. It takes whatever it is given and judges nothing:
// what is wrong with a name or an address is for whoever uses the list.
package people

import (
	"iter"
	"strings"
)

// Person is somebody on a list, as they stand there.
type Person struct{ FullName, Email string }

// Parse reads a list, one person a line: full name and address, in that order or
// as a header says. Commas, semicolons and tabs divide; `Name <address>` is taken
// too. It stops after limit+1 people.
func Parse(text string, limit int) (out []Person) {
	text = newlines.Replace(strings.ToValidUTF8(strings.TrimPrefix(text, "\uFEFF"), "\uFFFD"))
	text, comma := declared(text)
	if comma == 0 {
		comma = divider(text)
	}
	next, stop := iter.Pull(records(text, comma))
	defer stop()
	first, ok := next()
	head, isHead := header(first)
	if ok && !isHead {
		out = append(out, free(first)...)
	}
	for len(out) <= limit {
		fields, ok := next()
		if !ok {
			break
		}
		if isHead {
			out = append(out, head.read(fields))
		} else {
			out = append(out, free(fields)...)
		}
	}
	return out[:min(len(out), limit+1)]
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// free reads a line without a header: the field with the @ is the address, the
// one before it the name. Several of the form `Name <address>` are several people.
func free(fields []string) []Person {
	var angled []Person
	at := -1
	for i, f := range fields {
		if name, email, ok := angle(f); ok {
			angled = append(angled, Person{name, email})
		}
		if at < 0 && strings.Contains(f, "@") {
			at = i
		}
	}
	switch {
	case len(angled) > 1:
		return angled
	case at < 0:
		return []Person{nobody(fields)}
	case len(angled) == 1:
		name, email, _ := angle(fields[at])
		return []Person{{fuller(before(fields[:at]), name), email}}
	case len(fields) == 1:
		return []Person{words(fields[0])}
	}
	return []Person{{before(fields[:at]), clean(joined(fields, at))}}
}

// nobody is a line on which no field has an @: the last of several is what was
// meant for one.
func nobody(fields []string) Person {
	if len(fields) == 1 {
		return Person{FullName: fields[0]}
	}
	return Person{before(fields[:len(fields)-1]), fields[len(fields)-1]}
}

// before is the name in the fields before the address: the last, or the last two
// where they are single words, first name and last name.
func before(fields []string) string {
	n := len(fields)
	for n > 0 && fields[n-1] == "" {
		n--
	}
	switch {
	case n == 0:
		return ""
	case n == 2 && single(fields[0]) && single(fields[1]):
		return fields[0] + " " + fields[1]
	}
	return fields[n-1]
}

func single(s string) bool { return s != "" && !strings.ContainsAny(s, " 0123456789") }

// joined puts an address together that a comma has divided: what follows
// belongs to it when its domain has no dot yet and could go on with it.
func joined(fields []string, at int) string {
	email := fields[at]
	domain := email[strings.LastIndexByte(email, '@')+1:]
	if domain != "" && !strings.Contains(domain, ".") && at+1 < len(fields) && label(fields[at+1]) {
		email += "," + fields[at+1]
	}
	return email
}

func label(s string) bool {
	return s != "" && len(s) < 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '.' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// words reads a line that nothing divides: "Nadia Haddad nadia@example.com".
func words(s string) Person {
	at := strings.IndexByte(s, '@')
	from := strings.LastIndexByte(s[:at], ' ') + 1
	if from == 0 {
		return Person{"", clean(s)}
	}
	return Person{strings.TrimRight(s[:from], " -:"), clean(s[from:])}
}

// fuller is the name of `Haddad, Nadia <address>` and the like: of two single
// words the later goes first, else the one of several words is the name.
func fuller(before, inner string) string {
	switch {
	case single(before) && single(inner):
		return inner + " " + before
	case before != "" && (inner == "" || single(inner)):
		return before
	}
	return inner
}

// angle takes `Name <address>` apart.
func angle(s string) (name, email string, ok bool) {
	from, to := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>')
	if from < 0 || to < from || !strings.Contains(s[from:to], "@") || strings.TrimRight(s[to+1:], " ;,") != "" {
		return "", "", false
	}
	return strings.Trim(strings.TrimSpace(s[:from]), `"' `), clean(s[from+1 : to]), true
}

// clean drops what pasting leaves in an address and nobody sees.
func clean(email string) string {
	return strings.TrimSpace(invisible.Replace(strings.TrimPrefix(strings.TrimSpace(email), "mailto:")))
}

var invisible = strings.NewReplacer("\u200B", "", "\u200C", "", "\u200D", "", "\u2060", "", "\uFEFF", "", "\u00AD", "")
