package people

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// ErrNoText is for a file that isn't text, such as a workbook.
var ErrNoText = errors.New("people: not a text file")

// The beginnings of files that spreadsheets save when they aren't asked for CSV:
// a ZIP archive and an OLE compound file.
var workbooks = [][]byte{[]byte("PK\x03\x04"), []byte("\xD0\xCF\x11\xE0")}

// Decode reads a text file: by its byte order mark, else as UTF-8, and where it
// isn't that, as Windows-1252, in which spreadsheets still save CSV.
func Decode(b []byte) (string, error) {
	for _, start := range workbooks {
		if bytes.HasPrefix(b, start) {
			return "", ErrNoText
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("\xFE\xFF")):
		out, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(b)
		return string(out), err
	case bytes.IndexByte(b, 0) >= 0:
		return "", ErrNoText
	case utf8.Valid(b):
		return string(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(out), err
}
