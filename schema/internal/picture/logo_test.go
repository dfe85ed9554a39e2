package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"anteroom/schema"
)

// lossless is a WebP of one pixel.
const lossless = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

func drawing(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			m.Set(x, y, color.NRGBA{uint8(x), uint8(y), 200, 255})
		}
	}
	return m
}

func encoded(t *testing.T, kind string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch kind {
	case "png":
		err = png.Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, nil)
	case "gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func refused(t *testing.T, name string, upload []byte, code string) {
	t.Helper()
	_, err := Logo(t.Context(), upload)
	if schema.CodeOf(err) != code || schema.KindOf(err) != schema.Invalid {
		t.Errorf("%s gives %v, want %s", name, err, code)
	}
}

func TestEveryKindOfPictureBecomesAPNGThatFits(t *testing.T) {
	for name, c := range map[string]struct {
		upload []byte
		w, h   int
	}{
		"a small PNG":   {encoded(t, "png", drawing(40, 20)), 40, 20},
		"a wide PNG":    {encoded(t, "png", drawing(1024, 96)), 512, 48},
		"a tall JPEG":   {encoded(t, "jpeg", drawing(300, 600)), 96, 192},
		"a large GIF":   {encoded(t, "gif", drawing(1000, 1000)), 192, 192},
		"a WebP":        {[]byte(lossless), 1, 1},
		"a line":        {encoded(t, "png", drawing(4000, 1)), 512, 1},
		"grey PNG":      {encoded(t, "png", image.NewGray16(image.Rect(0, 0, 30, 30))), 30, 30},
		"an exact fit":  {encoded(t, "png", drawing(512, 192)), 512, 192},
		"just too high": {encoded(t, "png", drawing(512, 193)), 509, 192},
	} {
		p, err := Logo(t.Context(), c.upload)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m, kind, err := image.Decode(bytes.NewReader(p.PNG))
		if err != nil || kind != "png" || m.Bounds().Dx() != p.Width || m.Bounds().Dy() != p.Height || p.Width != c.w || p.Height != c.h {
			t.Errorf("%s: a %s of %v, said to be %d x %d, want %d x %d (%v)", name, kind, m.Bounds(), p.Width, p.Height, c.w, c.h, err)
		}
	}
}

func TestWhatIsSeenStaysTheSame(t *testing.T) {
	in := drawing(60, 30)
	p, err := Logo(t.Context(), encoded(t, "png", in))
	if err != nil {
		t.Fatal(err)
	}
	out, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		t.Fatal(err)
	}
	for x := range 60 {
		for y := range 30 {
			if color.NRGBAModel.Convert(out.At(x, y)) != in.At(x, y) {
				t.Fatalf("the pixel at %d, %d is %v, was %v", x, y, out.At(x, y), in.At(x, y))
			}
		}
	}
}

// chunk is a PNG chunk.
func chunk(kind, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, kind+data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+data)))
}

func TestNothingOfTheFileButItsPictureIsKept(t *testing.T) {
	plain, jpg := encoded(t, "png", drawing(20, 20)), encoded(t, "jpeg", drawing(20, 20))
	const secret = "Exif GPS 51.5074 N 0.1278 W <script>alert(1)</script>"
	head := len("\x89PNG\r\n\x1a\n") + 25 // the signature and IHDR
	withText := append(append(append([]byte{}, plain[:head]...), chunk("tEXt", "Comment\x00"+secret)...), plain[head:]...)
	withExif := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(secret) + 2)}, secret...)
	for name, upload := range map[string][]byte{
		"text in a PNG": withText, "Exif in a JPEG": append(withExif, jpg[2:]...),
		"behind a PNG": append(append([]byte{}, plain...), secret...), "behind a JPEG": append(append([]byte{}, jpg...), secret...),
	} {
		p, err := Logo(t.Context(), upload)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, part := range []string{secret, "Exif", "script"} {
			if bytes.Contains(p.PNG, []byte(part)) {
				t.Errorf("%s: %q is still there", name, part)
			}
		}
		for rest := p.PNG[8:]; len(rest) > 0; {
			n := binary.BigEndian.Uint32(rest)
			if kind := string(rest[4:8]); kind != "IHDR" && kind != "IDAT" && kind != "IEND" {
				t.Errorf("%s: it has a chunk %s", name, kind)
			}
			rest = rest[n+12:]
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	refused(t, "nothing", nil, "required")
	refused(t, "text", []byte("hello"), "logo_type")
	refused(t, "an SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "logo_type")
	refused(t, "a PDF", []byte("%PDF-1.7"), "logo_type")
	refused(t, "a BMP", []byte("BM\x3a\x00\x00\x00"), "logo_type")
	refused(t, "a page that says it is a PNG", []byte("<html>\x89PNG\r\n\x1a\n"), "logo_type")
	whole := encoded(t, "png", drawing(300, 300))
	refused(t, "half a PNG", whole[:len(whole)/2], "logo_broken")
	refused(t, "a PNG's signature", whole[:8], "logo_broken")
	half := encoded(t, "jpeg", drawing(300, 300))
	refused(t, "a JPEG's first bytes", half[:30], "logo_broken")
	refused(t, "a GIF without a frame", encoded(t, "gif", drawing(5, 5))[:13], "logo_broken")
	refused(t, "a broken WebP", []byte(lossless[:24]), "logo_broken")
	refused(t, "more than a megabyte", append(whole, make([]byte, MaxLogoBytes)...), "logo_large")
}

// A few bytes that say they are gigabytes are refused by what they say.
func TestAPictureThatUnfoldsIsRefusedUnread(t *testing.T) {
	huge := func(kind string, at int, order binary.ByteOrder) []byte {
		b := encoded(t, kind, drawing(2, 2))
		order.PutUint16(b[at:], 0xFFFF)
		return b
	}
	bomb := encoded(t, "png", drawing(2, 2))
	binary.BigEndian.PutUint32(bomb[16:], 50_000)
	binary.BigEndian.PutUint32(bomb[20:], 50_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	refused(t, "a PNG", bomb, "logo_large")
	refused(t, "a GIF", huge("gif", 6, binary.LittleEndian), "logo_large")
	jpg := encoded(t, "jpeg", drawing(2, 2))
	refused(t, "a JPEG", huge("jpeg", bytes.Index(jpg, []byte{0xFF, 0xC0})+5, binary.BigEndian), "logo_large")
	// A WebP whose outer header is small and whose inner one is not.
	webp := "RIFF\x2c\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00VP8L\x0d\x00\x00\x00\x2f\xff\xff\xff\x1f" + strings.Repeat("\x00", 9)
	refused(t, "a WebP in disguise", []byte(webp), "logo_broken")
	// Just over the side that is let through.
	refused(t, "4,001 pixels", encoded(t, "png", image.NewGray(image.Rect(0, 0, 4001, 1))), "logo_large")
	if _, err := Logo(t.Context(), encoded(t, "png", image.NewGray(image.Rect(0, 0, 4000, 4000)))); err != nil {
		t.Errorf("4,000 pixels: %v", err)
	}
}

func TestAJPEGThatGoesOverItsPictureForeverIsRefused(t *testing.T) {
	jpg := encoded(t, "jpeg", drawing(20, 20))
	scan := jpg[bytes.Index(jpg, []byte{0xFF, 0xDA}) : len(jpg)-2]
	many := append([]byte{}, jpg[:len(jpg)-2]...)
	for range maxScans {
		many = append(many, scan...)
	}
	refused(t, "many scans", append(many, 0xFF, 0xD9), "logo_broken")
}

func TestWhoeverGivesUpWaitingIsLetGo(t *testing.T) {
	one <- struct{}{}
	defer func() { <-one }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Logo(ctx, encoded(t, "png", drawing(2, 2))); err != context.Canceled {
		t.Error(err)
	}
}
