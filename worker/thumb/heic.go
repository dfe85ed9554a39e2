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
// process. It turns the picture as the file says; EXIF has no say in HEIF (section
// 6.5.10 there).
var heicFormat = format{
	size: heicSize,
	decode: func(r io.Reader) (image.Image, error) {
		if heic.Dynamic() == nil {
			return nil, errors.New("the machine's own libheif would read it, without a sandbox: build with -tags nodynamic")
		}
		return heic.Decode(io.LimitReader(r, heicMaxBytes))
	},
}

func heicSize(r io.Reader) (image.Config, error) {
	c, err := heic.DecodeConfig(r)
	if err == nil && min(c.Width, c.Height) < heicMinSide {
		err = fmt.Errorf("a HEIC picture of %d by %d pixels, under %d", c.Width, c.Height, heicMinSide)
	}
	return c, err
}
