package deliveries

import (
	"encoding/json"
	"strings"
)

// span is a piece of a text with the class it is coloured by: k for a key, s for
// a string, none for the rest. Templates escape it like any text.
type span struct{ Class, Text string }

func plain(s string) []span {
	if s == "" {
		return nil
	}
	return []span{{Text: show([]byte(s))}}
}

// The layout of JSON: members stand on lines of their own unless all of theirs
// fit into one.
const (
	inlineMost = 60 // bytes of an object or array on one line
	indentMost = 20 // levels; deeper ones don't move further
)

// highlight lays out and colours JSON. The literals stay as they were sent, to
// the byte. What is no JSON is shown as it is.
func highlight(b []byte) []span {
	if !json.Valid(b) {
		return plain(string(b))
	}
	p := printer{in: b}
	p.print()
	return p.out
}

// printer works on JSON that is valid, so it needs to tell tokens apart only by
// their first byte.
type printer struct {
	in    []byte
	at    int
	stack []level
	key   bool // a string would be a key
	out   []span
}

type level struct {
	object, inline bool
}

func (p *printer) print() {
	for p.at < len(p.in) {
		switch c := p.in[p.at]; c {
		case ' ', '\t', '\n', '\r':
			p.at++
		case '{', '[':
			p.stack = append(p.stack, level{c == '{', p.fits()})
			p.key = c == '{'
			p.punctuation(string(c))
		case '}', ']':
			p.stack = p.stack[:len(p.stack)-1]
			p.key = false
			p.punctuation(string(c))
		case ',':
			top := p.stack[len(p.stack)-1]
			p.key = top.object
			p.punctuation("," + p.space(top))
		case ':':
			p.key = false
			p.punctuation(": ")
		case '"':
			p.literal(p.string())
		default:
			p.punctuation(show(p.word()))
			p.at-- // punctuation has moved on by one
		}
	}
}

// space is what stands behind a comma.
func (p *printer) space(top level) string {
	if top.inline {
		return " "
	}
	return "\n" + strings.Repeat(" ", min(len(p.stack), indentMost))
}

func (p *printer) punctuation(s string) {
	p.at++
	if n := len(p.out); n > 0 && p.out[n-1].Class == "" {
		p.out[n-1].Text += s
		return
	}
	p.out = append(p.out, span{Text: s})
}

func (p *printer) literal(b []byte) {
	class := "s"
	if p.key {
		class = "k"
	}
	p.out = append(p.out, span{class, show(b)})
}

// string reads a string with its quotes.
func (p *printer) string() []byte {
	from := p.at
	for p.at++; p.in[p.at] != '"'; p.at++ {
		if p.in[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
	return p.in[from:p.at]
}

// word reads a number, true, false or null.
func (p *printer) word() []byte {
	from := p.at
	for p.at < len(p.in) && !strings.ContainsRune(" \t\n\r,]}", rune(p.in[p.at])) {
		p.at++
	}
	return p.in[from:p.at]
}

// fits says whether the object or array that begins here goes on one line. The
// outermost one never does.
func (p *printer) fits() bool {
	if len(p.stack) == 0 {
		return false
	}
	depth, inside := 0, false
	for i := p.at; i < len(p.in) && i < p.at+inlineMost; i++ {
		switch c := p.in[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return true
			}
		}
	}
	return false
}
