package schema_test

import (
	"testing"

	"anteroom/schema"
)

func TestAFileIsWhatItsContentSays(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		"\xff\xd8\xff\xe0\x00\x10JFIF":                             "image/jpeg",
		"\x89PNG\r\n\x1a\n\x00\x00":                                "image/png",
		"GIF89a\x01\x00":                                           "image/gif",
		"RIFF\x10\x00\x00\x00WEBPVP8 ":                             "image/webp",
		"RIFF\x10\x00\x00\x00WAVEfmt ":                             "",
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic":         "image/heic",
		"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic":         "image/heic",
		"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif":         "",
		"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1":         "",
		"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42":         "video/mp4",
		"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ":             "video/quicktime",
		"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm":     "video/webm",
		"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska": "",
		`<svg xmlns="http://www.w3.org/2000/svg"></svg>`:           "",
		"<!doctype html><script>alert(1)</script>":                 "",
		"":                     "",
		"\x00\x00\x00\x18ftyp": "",
	} {
		if got, ok := schema.MediaType([]byte(head)); got != want || ok != (want != "") {
			t.Errorf("%q is %q, not %q", head, got, want)
		}
	}
}

func FuzzMediaType(f *testing.F) {
	f.Add([]byte("\xff\xff\xff\xffftypmif1\x00\x00\x00\x00heic"))
	f.Fuzz(func(t *testing.T, head []byte) {
		kind, ok := schema.MediaType(head)
		if ok == (kind == "") || len(kind) > 32 {
			t.Errorf("%q (%v)", kind, ok)
		}
	})
}

func TestAFileNameIsForShowAndNoPath(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		`C:\pictures\scone.jpg`: "scone.jpg", "../../etc/passwd": "passwd", " crème brûlée.png ": "crème brûlée.png",
		"a\x00b\n.gif": "ab.gif", "photo\u202egpj.exe": "photogpj.exe", "..": "", "a/": "", "\xff.png": "",
	} {
		if got, err := schema.FileName(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is shown as %q (%v)", typed, got, err)
		}
	}
}
