package deliveries

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// content is the body of an answer, for people. It is text, whatever it says of
// itself, and never interpreted.
type content struct {
	Text   []span
	Size   string
	Binary string // what stands there instead of text
}

func newContent(b []byte) content {
	c := content{Size: size(len(b))}
	switch {
	case len(b) == 0:
	case binary(b):
		c.Binary = fmt.Sprintf("%s bytes of binary data", number(len(b)))
	default:
		c.Text = highlight(b)
	}
	return c
}

// foreignMost is how much of a text may be in another encoding than UTF-8.
const foreignMost = 10 // percent

// binary says that a body is no text: it has control characters, or hardly any
// UTF-8. One that was cut in the middle of a character still is.
func binary(b []byte) bool {
	foreign := 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			foreign++
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f':
			return true
		}
		i += n
	}
	return foreign*100 > len(b)*foreignMost
}

// visible makes a text of a stranger's safe to look at: what would turn the
// direction of writing, and so have it say something else than it does, is
// written out.
var visible = strings.NewReplacer("\u202a", `\u202a`, "\u202b", `\u202b`, "\u202c", `\u202c`, "\u202d", `\u202d`, "\u202e", `\u202e`,
	"\u2066", `\u2066`, "\u2067", `\u2067`, "\u2068", `\u2068`, "\u2069", `\u2069`, "\u200e", `\u200e`, "\u200f", `\u200f`)

// show is a piece of a body as valid UTF-8.
func show(b []byte) string { return visible.Replace(strings.ToValidUTF8(string(b), "\ufffd")) }
