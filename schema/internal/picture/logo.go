// Package picture makes pictures that people upload into ones that may be shown
// to others.
package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"anteroom/schema"
)

// What is taken as a logo.
const (
	MaxLogoBytes = 1 << 20
	maxLogoSide  = 4000 // pixels
)

// What is kept of it fits these, in pixels: more than three times the size at
// which it is shown.
const (
	logoWidth  = 512
	logoHeight = 192
)

// Picture is a picture as it is kept.
type Picture struct {
	PNG           []byte
	Width, Height int // pixels
}

// format reads one kind of picture. Its header is read before the rest: a small
// file can unfold to gigabytes.
type format struct {
	size   func(*bytes.Reader) (image.Config, error)
	decode func(*bytes.Reader) (image.Image, error)
}

// formats are found by the file's first bytes; its name and what the browser
// calls it count for nothing.
var formats = map[string]format{
	"image/png": {func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }},
	"image/jpeg": {func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }},
	"image/gif": {func(r *bytes.Reader) (image.Config, error) { return gif.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return gif.Decode(r) }}, // the first frame
	"image/webp": {func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }},
}

// one lets one picture be read at a time: a progressive JPEG of the size that is
// let through takes up to 300 MB while it is.
var one = make(chan struct{}, 1)

// Logo reads an upload and draws it anew as a PNG, scaled down to fit where it
// is too large. What is no picture, or too large a one, is an Invalid error on
// the field "logo".
func Logo(ctx context.Context, upload []byte) (p Picture, err error) {
	switch {
	case len(upload) == 0:
		return p, invalid("required", "Choose a picture first.")
	case len(upload) > MaxLogoBytes:
		return p, invalid("logo_large", "That file is too large. Use one of 1 MB or less.")
	}
	kind := http.DetectContentType(upload)
	f, ok := formats[kind]
	if !ok {
		return p, invalid("logo_type", "That is no picture we can use. Use a PNG, JPEG, GIF or WebP file.")
	}
	size, err := f.size(bytes.NewReader(upload))
	if err != nil || size.Width < 1 || size.Height < 1 {
		return p, errBroken
	}
	if size.Width > maxLogoSide || size.Height > maxLogoSide {
		return p, invalid("logo_large", "That picture is too large. Use one of 4,000 by 4,000 pixels or fewer.")
	}
	if kind == "image/jpeg" && scans(upload) > maxScans {
		return p, errBroken
	}
	select {
	case one <- struct{}{}:
		defer func() { <-one }()
	case <-ctx.Done():
		return p, ctx.Err()
	}
	return redraw(f, upload)
}

func redraw(f format, upload []byte) (p Picture, err error) {
	src, err := f.decode(bytes.NewReader(upload))
	if err != nil || src.Bounds().Empty() {
		return p, errBroken
	}
	p.Width, p.Height = fit(src.Bounds().Dx(), src.Bounds().Dy())
	dst := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	if dst.Bounds().Size() == src.Bounds().Size() {
		draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Src)
	} else {
		draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, dst); err != nil {
		return p, fmt.Errorf("picture: %w", err)
	}
	p.PNG = out.Bytes()
	return p, nil
}

// fit scales a size down, its shape kept, until it fits.
func fit(width, height int) (w, h int) {
	w, h = width, height
	if w > logoWidth {
		w, h = logoWidth, height*logoWidth/width
	}
	if h > logoHeight {
		w, h = width*logoHeight/height, logoHeight
	}
	return max(1, w), max(1, h)
}

// maxScans is how often a JPEG may go over its picture. Ten is usual; each costs
// time by the size of the picture and next to nothing in the file, so that one
// of 1 MB could ask for an hour.
const maxScans = 100

// scans counts the marks that begin one (SOS, ITU-T T.81, table B.1), which can't
// stand within a scan's data.
func scans(upload []byte) int { return bytes.Count(upload, []byte{0xFF, 0xDA}) }

var errBroken = invalid("logo_broken", "That picture can’t be read. Save it anew as a PNG, then try again.")

func invalid(code, message string) *schema.Error {
	return &schema.Error{Kind: schema.Invalid, Field: "logo", Code: code, Message: message}
}
