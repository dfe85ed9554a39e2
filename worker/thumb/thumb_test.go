package thumb_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"anteroom/worker/thumb"
)

// corner is a picture of 80 by 40 whose upper left quarter is red, the upper right
// one green, the lower left one blue and the rest white.
func corner() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 80, 40))
	for y := range 40 {
		for x := range 80 {
			c := color.NRGBA{255, 255, 255, 255}
			switch {
			case x < 40 && y < 20:
				c = color.NRGBA{255, 0, 0, 255}
			case y < 20:
				c = color.NRGBA{0, 255, 0, 255}
			case x < 40:
				c = color.NRGBA{0, 0, 255, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// photo is a JPEG with an orientation and a place in its EXIF part.
func photo(t *testing.T, turn uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, corner(), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	// TIFF: IFD0 with Orientation and a pointer to a GPS IFD with a latitude's
	// reference.
	x := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, count, value uint32) {
		x = binary.LittleEndian.AppendUint16(x, tag)
		x = binary.LittleEndian.AppendUint16(x, kind)
		x = binary.LittleEndian.AppendUint32(x, count)
		x = binary.LittleEndian.AppendUint32(x, value)
	}
	x = append(x, 2, 0)
	entry(0x0112, 3, 1, uint32(turn))
	entry(0x8825, 4, 1, 8+2+24+4)
	x = append(x, 0, 0, 0, 0, 1, 0)
	entry(1, 2, 4, binary.LittleEndian.Uint32([]byte("NGPS")))
	x = append(x, 0, 0, 0, 0)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(x)+2))...)
	return append(append(out, x...), b.Bytes()[2:]...)
}

func TestAPhotoStandsUprightHoweverTheCameraWasHeld(t *testing.T) {
	t.Parallel()
	// The colours of the upper left, upper right and lower left corner.
	want := map[uint16]string{1: "rgb", 2: "grw", 3: "wbg", 4: "bwr", 5: "rbg", 6: "brw", 7: "wgb", 8: "gwr"}
	for turn, colours := range want {
		made, err := thumb.Make(t.Context(), bytes.NewReader(photo(t, turn)), "image/jpeg")
		if err != nil {
			t.Fatalf("%d: %v", turn, err)
		}
		m, err := jpeg.Decode(bytes.NewReader(made.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		w, h := 80, 40
		if turn >= 5 {
			w, h = h, w
		}
		if made.Width != w || made.Height != h || m.Bounds().Dx() != w || m.Bounds().Dy() != h {
			t.Errorf("%d: it has %d by %d pixels", turn, made.Width, made.Height)
		}
		if got := name(m.At(5, 5)) + name(m.At(w-6, 5)) + name(m.At(5, h-6)); got != colours {
			t.Errorf("%d: the corners are %s, not %s", turn, got, colours)
		}
	}
}

func name(c color.Color) string {
	r, g, b, _ := c.RGBA()
	switch hi := func(v uint32) bool { return v > 0x8000 }; {
	case hi(r) && hi(g) && hi(b):
		return "w"
	case hi(r):
		return "r"
	case hi(g):
		return "g"
	}
	return "b"
}

// testdata/turned.heic is the corner picture, four times as large, encoded by heif-enc
// 1.15.1 with the EXIF part of photo(t, 6), and an irot property of 270° was added.
func TestAPhoneSHEICStandsUpright(t *testing.T) {
	t.Parallel()
	in, err := os.ReadFile("testdata/turned.heic")
	if err != nil {
		t.Fatal(err)
	}
	made, err := thumb.Make(t.Context(), bytes.NewReader(in), "image/heic")
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(made.JPEG))
	if err != nil || made.Width != 160 || made.Height != 320 || m.Bounds() != image.Rect(0, 0, 160, 320) {
		t.Fatalf("it has %d by %d pixels (%v)", made.Width, made.Height, err)
	}
	if got := name(m.At(9, 9)) + name(m.At(150, 9)) + name(m.At(9, 310)); got != "brw" {
		t.Errorf("the corners are %s", got)
	}
	for _, mark := range []string{"Exif", "NGPS"} {
		if !bytes.Contains(in, []byte(mark)) || bytes.Contains(made.JPEG, []byte(mark)) {
			t.Errorf("%s is not in the photo, or is in the thumbnail", mark)
		}
	}
	size := []byte("\x00\x00\x01\x40\x00\x00\x00\xa0")
	if !bytes.Contains(in, size) {
		t.Fatal("its size is not where it was looked for")
	}
	bomb := bytes.ReplaceAll(in, size, []byte("\x00\x00\xea\x60\x00\x00\xea\x60"))
	if _, err := thumb.Make(t.Context(), bytes.NewReader(bomb), "image/heic"); !errors.Is(err, thumb.ErrPicture) || !strings.Contains(err.Error(), "60000 by 60000") {
		t.Errorf("3,600 megapixels give %v", err)
	}
	small, err := os.ReadFile("testdata/small.heic") // the corner picture in its size, which its decoder would garble
	if err != nil {
		t.Fatal(err)
	}
	if _, err := thumb.Make(t.Context(), bytes.NewReader(small), "image/heic"); !errors.Is(err, thumb.ErrPicture) {
		t.Errorf("a small one gives %v", err)
	}
	if _, err := thumb.Make(t.Context(), bytes.NewReader(in[:len(in)/2]), "image/heic"); !errors.Is(err, thumb.ErrPicture) {
		t.Errorf("half of it gives %v", err)
	}
}

func TestThePlaceIsNotInTheThumbnail(t *testing.T) {
	t.Parallel()
	in := photo(t, 6)
	made, err := thumb.Make(t.Context(), bytes.NewReader(in), "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{"Exif", "NGPS"} {
		if !bytes.Contains(in, []byte(mark)) || bytes.Contains(made.JPEG, []byte(mark)) {
			t.Errorf("%s is not in the photo, or is in the thumbnail", mark)
		}
	}
}

func TestThumbnailsFitAndKeepTheirShape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, wantW, wantH int }{
		{1280, 960, 640, 480}, {960, 1280, 480, 640}, {300, 200, 300, 200}, {5000, 2, 640, 1},
	} {
		m := image.NewNRGBA(image.Rect(0, 0, c.w, c.h)) // lets all light through
		var asPNG, asGIF bytes.Buffer
		if err := errors.Join(png.Encode(&asPNG, m), gif.Encode(&asGIF, m, nil)); err != nil {
			t.Fatal(err)
		}
		for kind, b := range map[string]*bytes.Buffer{"image/png": &asPNG, "image/gif": &asGIF} {
			made, err := thumb.Make(t.Context(), b, kind)
			if err != nil || made.Width != c.wantW || made.Height != c.wantH {
				t.Errorf("%s of %d by %d: %d by %d (%v)", kind, c.w, c.h, made.Width, made.Height, err)
				continue
			}
			if kind != "image/png" {
				continue
			}
			back, err := jpeg.Decode(bytes.NewReader(made.JPEG))
			if err != nil || name(back.At(0, 0)) != "w" {
				t.Errorf("nothing was drawn on %v, not on white (%v)", back.At(0, 0), err)
			}
		}
	}
}

func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestABombIsRefusedBeforeItUnfolds(t *testing.T) {
	t.Parallel()
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 60000), 60000)
	bomb := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(size, 8, 6, 0, 0, 0))...)
	bomb = append(bomb, chunk("IDAT", make([]byte, 1000))...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := thumb.Make(t.Context(), bytes.NewReader(bomb), "image/png")
	runtime.ReadMemStats(&after)
	if !errors.Is(err, thumb.ErrPicture) {
		t.Errorf("it gives %v", err)
	}
	// Others run at the same time; unfolded it has 14 GB.
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<30 {
		t.Errorf("it took %d bytes", used)
	}
}

func TestBrokenPicturesFailForGoodAndABrokenReaderDoesNot(t *testing.T) {
	t.Parallel()
	whole := photo(t, 1)
	for what, c := range map[string]struct {
		kind string
		in   []byte
	}{
		"half a photo": {"image/jpeg", whole[:len(whole)/2]}, "nothing": {"image/png", nil},
		"another type": {"image/webp", whole}, "a video": {"video/mp4", whole},
	} {
		if _, err := thumb.Make(t.Context(), bytes.NewReader(c.in), c.kind); !errors.Is(err, thumb.ErrPicture) {
			t.Errorf("%s gives %v", what, err)
		}
	}
	away := errors.New("the bucket is away")
	_, err := thumb.Make(t.Context(), io.MultiReader(bytes.NewReader(whole[:100]), broken{away}), "image/jpeg")
	if !errors.Is(err, away) || errors.Is(err, thumb.ErrPicture) {
		t.Errorf("a broken reader gives %v", err)
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
