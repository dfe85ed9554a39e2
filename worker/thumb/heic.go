package thumb

import (
	"errors"
	"fmt"
	"image"
	"io"

	"github.com/gen2brain/heic"
)

// heicMaxBytes bounds the file of a HEIC picture, which its decoder takes into
// memory whole. One of 48 megapixels with much noise measured 12 MB.
const heicMaxBytes = 64_000_000

// heicMinSide is the least width and height in pixels. Its decoder mistakes the
// rows of planes narrower than 64 (measured), and colour has half the picture's.
const heicMinSide = 128

// heicFormat reads what iPhones take (ISO/IEC 23008-12). Its decoder is libheif in
// a WebAssembly sandbox: a file that breaks it gives an error, not a fault of this
// process. It turns the picture by its irot property (section 6.5.10 there), so EXIF
// isn't asked.
var heicFormat = format{
	size:   heicSize,
	decode: func(r io.Reader) (image.Image, error) { return heic.Decode(io.LimitReader(r, heicMaxBytes)) },
}

// heicSize comes before any decoding, and so does its refusal of native code.
func heicSize(r io.Reader) (c image.Config, err error) {
	if heic.Dynamic() == nil {
		return c, errors.New("the machine's own libheif would read it, without a sandbox: build with -tags nodynamic")
	}
	if c, err = heic.DecodeConfig(r); err != nil {
		return c, err
	}
	if min(c.Width, c.Height) < heicMinSide {
		return c, fmt.Errorf("a HEIC picture of %d by %d pixels, under %d", c.Width, c.Height, heicMinSide)
	}
	return c, nil
}
