package page

import (
	"errors"
	"fmt"
	"hash/fnv"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

var functions = template.FuncMap{
	"icon":     icon,
	"brand":    brand,
	"network":  networkName,
	"initials": initials,
	"tone":     tone,
	"ago":      ago,
	"when":     when,
	"day":      day,
	"asset":    Asset,
	"plural":   Plural,
	"lower":    strings.ToLower,
	"wbr":      breakable,
	"dict":     dict,
}

// initials are the first letters of the first two words.
func initials(name string) string {
	var out []rune
	for w := range strings.FieldsSeq(name) {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, unicode.ToUpper(r))
		}
		if len(out) == 2 {
			break
		}
	}
	if len(out) == 0 {
		return "?"
	}
	return string(out)
}

// tone is one of the six avatar colours, always the same for one name.
func tone(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name)) // never fails
	return fmt.Sprintf("tone-%d", h.Sum32()%6+1)
}

// Plural counts things: "1 hour", "3 hours".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Enumerate joins names: "A, B and C".
func Enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// breakable lets a long address break before its @ and its dots.
func breakable(address string) template.HTML {
	s := template.HTMLEscapeString(address)
	return template.HTML(strings.NewReplacer("@", "<wbr>@", ".", "<wbr>.").Replace(s))
}

// dict passes several values to a partial.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("page: dict takes pairs")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("page: %v is no key", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}
