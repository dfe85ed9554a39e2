package people

import (
	"encoding/csv"
	"iter"
	"strings"
)

// maxFolded is how many lines one quoted field may run over. A quote that is
// never closed would otherwise take the rest of the list with it.
const maxFolded = 10

// records divides text into lines and those into fields, without the empty ones.
func records(text string, comma rune) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for rest := text; rest != ""; {
			record, n := record(rest, comma)
			rest = rest[n:]
			if fields := split(record, comma); fields != nil && !yield(fields) {
				return
			}
		}
	}
}

// record is the first line of text, with those after it that its quotes hold
// together, and how many bytes it takes.
func record(text string, comma rune) (string, int) {
	first := line(text)
	if strings.Contains(text[:first], `" <`) {
		return strings.ReplaceAll(text[:first], `"`, ""), first // of a mail's recipients
	}
	for n, end := 1, first; ; n++ {
		switch whole := text[:end]; {
		case !endsOpen(whole, comma):
			return whole, end
		case n == maxFolded || end == len(text):
			return strings.ReplaceAll(text[:first], `"`, ""), first
		}
		end += line(text[end:])
	}
}

// line is the length of the first line, its end included.
func line(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// endsOpen says whether text ends within a quoted field, by the rules of
// encoding/csv with lazy quotes.
func endsOpen(text string, comma rune) bool {
	quoted, begins := false, true
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '"' && i+1 < len(text) && text[i+1] == '"':
			i++
		case quoted && c == '"' && (i+1 == len(text) || rune(text[i+1]) == comma || text[i+1] == '\n'):
			quoted = false
		case quoted:
		case begins && c == '"':
			quoted, begins = true, false
		case rune(c) == comma:
			begins = true
		case c != ' ' || comma == '\t':
			begins = false
		}
	}
	return quoted
}

// split divides a record into trimmed fields, without the empty ones at its end;
// nil where nothing stands.
func split(record string, comma rune) []string {
	if strings.TrimSpace(record) == "" {
		return nil
	}
	r := csv.NewReader(strings.NewReader(record))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	r.TrimLeadingSpace = comma != '\t' // it would trim empty fields away
	fields, err := r.Read()
	if err != nil {
		fields = strings.Split(strings.ReplaceAll(record, `"`, ""), string(comma))
	}
	last := 0
	for i, f := range fields {
		fields[i] = strings.Join(strings.Fields(f), " ")
		if fields[i] != "" {
			last = i + 1
		}
	}
	if last == 0 {
		return nil
	}
	return fields[:last]
}

// declared reads the line with which spreadsheets name their divider.
func declared(text string) (rest string, comma rune) {
	if n := line(text); n >= 5 && strings.EqualFold(text[:4], "sep=") && strings.IndexByte(",;\t", text[4]) >= 0 {
		return text[n:], rune(text[4])
	}
	return text, 0
}

// sample is how many lines are looked at to find the divider.
const sample = 20

// divider is what divides most of the first lines. The comma stands back: names
// have it too, and the others rarely stand anywhere else.
func divider(text string) rune {
	for _, comma := range []rune{'\t', ';'} {
		lines, with := 0, 0
		for rest := text; rest != "" && lines < sample; {
			n := line(rest)
			if strings.TrimSpace(rest[:n]) != "" {
				lines++
				if divides(rest[:n], comma) {
					with++
				}
			}
			rest = rest[n:]
		}
		if with*2 > lines {
			return comma
		}
	}
	return ','
}

// divides says whether a line has the divider outside quotes.
func divides(line string, comma rune) bool {
	quoted := false
	return strings.ContainsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == comma && !quoted
	})
}
