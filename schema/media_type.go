package schema

import (
	"bytes"
	"slices"
)

// SniffLen is how much of a file's beginning says what it is, in bytes.
const SniffLen = 512

// ErrMediaType is for a file that is none of the types that are taken.
var ErrMediaType = &Error{Kind: Invalid, Code: "media_type", Field: "files",
	Message: "That is no picture or video that can be taken, whatever its name says. Upload JPEG, PNG, GIF, WebP, HEIC, MP4, MOV or WebM."}

// MediaType says what a file is by its first SniffLen bytes, or by all of a shorter
// one; never by its name. Only types that no browser runs as a page or a script are
// known: SVG and HTML are none.
func MediaType(head []byte) (string, bool) {
	if len(head) > SniffLen {
		head = head[:SniffLen]
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, m.start) && (m.also == nil || len(head) >= 12 && bytes.Equal(head[8:12], m.also)) {
			return m.name, true
		}
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		return isoType(head)
	}
	if bytes.HasPrefix(head, []byte{0x1a, 0x45, 0xdf, 0xa3}) && bytes.Contains(head[:min(len(head), 64)], []byte("\x42\x82\x84webm")) {
		return "video/webm", true // EBML with the DocType webm (RFC 8794, section 11.2.4)
	}
	return "", false
}

var magics = []struct {
	start, also []byte
	name        string
}{
	{[]byte("\xff\xd8\xff"), nil, "image/jpeg"},
	{[]byte("\x89PNG\r\n\x1a\n"), nil, "image/png"},
	{[]byte("GIF87a"), nil, "image/gif"},
	{[]byte("GIF89a"), nil, "image/gif"},
	{[]byte("RIFF"), []byte("WEBP"), "image/webp"},
}

// The brands of ISO base media files (ISO/IEC 14496-12, section 4.3; HEIF's in
// ISO/IEC 23008-12, annex B; QuickTime's in Apple's file format).
var (
	heicBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx"}
	mp4Brands  = []string{"isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42", "avc1", "M4V ", "M4VP", "dash", "MSNV"}
)

func isoType(head []byte) (string, bool) {
	major := string(head[8:12])
	switch {
	case major == "qt  ":
		return "video/quicktime", true
	case slices.Contains(heicBrands, major):
		return "image/heic", true
	case slices.Contains(mp4Brands, major):
		return "video/mp4", true
	case major == "mif1" || major == "msf1": // HEIF of any codec: the others say which
		for _, brand := range compatible(head) {
			if slices.Contains(heicBrands, brand) {
				return "image/heic", true
			}
		}
	}
	return "", false
}

// compatible are the brands behind the major one, as far as the head goes.
func compatible(head []byte) (out []string) {
	size := int(head[0])<<24 | int(head[1])<<16 | int(head[2])<<8 | int(head[3])
	for i := 16; i+4 <= min(size, len(head)); i += 4 {
		out = append(out, string(head[i:i+4]))
	}
	return out
}
