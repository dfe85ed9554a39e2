package media

import (
	"mime"
	"strings"
	"testing"
)

func TestADownloadKeepsItsNameAndBreaksNoHeader(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"buns.jpg", `a "quoted" \ name.png`, "line\r\nX-Evil: 1.jpg", "حلوى.jpg", "🥐 100%.mp4", "a;b/c.gif", strings.Repeat("é", 255)} {
		h := disposition(name)
		for _, r := range h {
			if r < ' ' || r > '~' {
				t.Errorf("%q: %q is in the header", name, r)
			}
		}
		kind, params, err := mime.ParseMediaType(h[:strings.Index(h, "; filename=")] + h[strings.Index(h, "; filename*="):])
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%q reads as %q (%v)", name, params["filename"], err)
		}
		if strings.Count(h, `"`) != 2 {
			t.Errorf("%q: %s", name, h)
		}
	}
}
