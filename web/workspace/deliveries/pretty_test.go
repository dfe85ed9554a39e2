package deliveries

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// drawn writes spans as the pages' drawing has them.
func drawn(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Class != "" {
			b.WriteString("<" + s.Class + ">" + s.Text + "</>")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func said(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

func TestJSONIsLaidOutAndColoured(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"type":"invitation.accepted","data":{"id":"cu_1","n":[1,2.50,true,null]}}`: `{<k>"type"</>: <s>"invitation.accepted"</>,` + "\n" +
			` <k>"data"</>: {<k>"id"</>: <s>"cu_1"</>, <k>"n"</>: [1, 2.50, true, null]}}`,
		`{}`: `{}`, `[]`: `[]`, `"only"`: `<s>"only"</>`, ` 12e3 `: `12e3`, `null`: `null`, `["a",{"b":"c"}]`: `[<s>"a"</>,` + "\n" + ` {<k>"b"</>: <s>"c"</>}]`,
		`{"a":"\"}\\","b{":"[,:"}`: `{<k>"a"</>: <s>"\"}\\"</>,` + "\n" + ` <k>"b{"</>: <s>"[,:"</>}`,
		`{"a":1,"a":2}`:            `{<k>"a"</>: 1,` + "\n" + ` <k>"a"</>: 2}`,
		`not json`:                 `not json`, `{"cut":"of`: `{"cut":"of`, ``: ``,
	} {
		if got := drawn(highlight([]byte(in))); got != want {
			t.Errorf("%s\n%s, want\n%s", in, got, want)
		}
	}
}

func FuzzLaidOutJSONSaysTheSame(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\u00e9\\"}],"c":{}}`, `[[],[{}],"x"]`, `-1.5e+3`, `{"` + strings.Repeat("k", 90) + `":[true,false,null]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out := said(highlight(in))
		var before, after any
		if json.Unmarshal(in, &before) != nil || visible.Replace(string(in)) != string(in) {
			return
		}
		if err := json.Unmarshal([]byte(out), &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%q became %q (%v)", in, out, err)
		}
	})
}

func TestDurationsAndSizesAreSaidShortly(t *testing.T) {
	t.Parallel()
	for us, want := range map[int64]string{0: "<1 ms", 212_400: "212 ms", 1_240_000: "1.24 s", 9_994_000: "9.99 s", 9_996_000: "10.0 s", 15_000_000: "15.0 s"} {
		if got := took(micros(us)); got != want {
			t.Errorf("%d: %s, want %s", us, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 B", 110: "110 B", 1024: "1 kB", 1536: "1.5 kB", 16384: "16 kB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
