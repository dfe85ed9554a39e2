// Package thumb makes small pictures of large ones that people upload. It trusts
// none of them.
package thumb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// The bounds of what is read and made.
const (
	MaxPixels = 50_000_000  // of a picture: a small file can unfold to gigabytes
	MaxBytes  = 500_000_000 // of its file
	MaxSide   = 640         // of a thumbnail, in pixels
	quality   = 82          // of its JPEG
)

// ErrPicture is for what can't be decoded, or is too large to be: it will be no
// better the next time.
var ErrPicture = errors.New("thumb: the picture can't be read")

// Thumb is a thumbnail. It was drawn anew, so nothing of what the camera noted is
// in it, the place least of all.
type Thumb struct {
	JPEG          []byte
	Width, Height int // pixels
}

// format reads one type of picture.
type format struct {
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = map[string]format{
	"image/jpeg": {jpeg.DecodeConfig, jpeg.Decode},
	"image/png":  {png.DecodeConfig, png.Decode},
	"image/gif":  {gif.DecodeConfig, gif.Decode}, // the first frame
	"image/webp": {webp.DecodeConfig, webp.Decode},
	"image/heic": heicFormat,
}

// one lets one picture be decoded at a time: of the largest, one takes several
// hundred megabytes while it is.
var one = make(chan struct{}, 1)

// Make makes the thumbnail of a picture of a type that schema.MediaType names. The
// picture goes through a file of its own on the way, as decoders seek. An error
// that is no ErrPicture is one of r or of the disk, or ctx has ended in the queue.
func Make(ctx context.Context, r io.Reader, kind string) (Thumb, error) {
	select {
	case one <- struct{}{}:
	case <-ctx.Done():
		return Thumb{}, fmt.Errorf("thumb: %w", context.Cause(ctx))
	}
	defer func() { <-one }()
	f, err := os.CreateTemp("", "anteroom-thumb-*")
	if err != nil {
		return Thumb{}, fmt.Errorf("thumb: %w", err)
	}
	defer func() { f.Close(); os.Remove(f.Name()) }()
	n, err := io.Copy(f, io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Thumb{}, fmt.Errorf("thumb: %w", err)
	}
	if n > MaxBytes {
		return Thumb{}, fmt.Errorf("%w: its file has more than %d bytes", ErrPicture, MaxBytes)
	}
	return draws(f, kind)
}

// draws takes a decoder's panic for a picture that can't be read.
func draws(r io.ReadSeeker, kind string) (t Thumb, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = Thumb{}, fmt.Errorf("%w: its decoder gave up", ErrPicture)
		}
	}()
	src, err := decode(r, kind)
	if err != nil {
		return t, err
	}
	turn := orientation(r, kind)
	small := turned(scaled(src), turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
		return t, fmt.Errorf("thumb: %w", err)
	}
	return Thumb{out.Bytes(), small.Rect.Dx(), small.Rect.Dy()}, nil
}

// decode reads the header before the rest.
func decode(r io.ReadSeeker, kind string) (image.Image, error) {
	f, ok := formats[kind]
	if !ok {
		return nil, fmt.Errorf("%w: nothing decodes %s", ErrPicture, kind)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("thumb: %w", err)
	}
	c, err := f.size(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPicture, err)
	}
	if c.Width < 1 || c.Height < 1 || int64(c.Width)*int64(c.Height) > MaxPixels {
		return nil, fmt.Errorf("%w: it has %d by %d pixels", ErrPicture, c.Width, c.Height)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("thumb: %w", err)
	}
	m, err := f.decode(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPicture, err)
	}
	return m, nil
}

// scaled fits a picture into MaxSide, on white where it lets light through. A
// smaller one keeps its size.
func scaled(src image.Image) *image.RGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > MaxSide {
		w, h = max(1, (w*MaxSide+long/2)/long), max(1, (h*MaxSide+long/2)/long)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(dst, dst.Rect, src, b, draw.Over, nil)
	return dst
}
