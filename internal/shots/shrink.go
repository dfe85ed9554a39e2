package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
)

// shrink writes a PNG once more, with a palette: a page has few colours, and
// the many between a letter and its ground are near enough to one another.
func shrink(b []byte) ([]byte, error) {
	in, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	count := map[color.RGBA]int{}
	each(in, func(_, _ int, c color.RGBA) { count[c]++ })
	palette := commonest(count)
	index := map[color.RGBA]uint8{}
	for c := range count {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(in.Bounds(), palette)
	each(in, func(x, y int, c color.RGBA) { out.SetColorIndex(x, y, index[c]) })
	var small bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, out)
	return small.Bytes(), err
}

func each(in image.Image, f func(x, y int, c color.RGBA)) {
	for y := in.Bounds().Min.Y; y < in.Bounds().Max.Y; y++ {
		for x := in.Bounds().Min.X; x < in.Bounds().Max.X; x++ {
			r, g, b, _ := in.At(x, y).RGBA()
			f(x, y, color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255})
		}
	}
}

// near is how far two colours of the palette are apart at least, summed over
// the channels, so that no shade of one colour crowds the others out.
const near = 8

// commonest are the colours that stand on most of the picture, each far enough
// from those before it.
func commonest(count map[color.RGBA]int) (p color.Palette) {
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	for _, c := range all {
		if len(p) < 32 || len(p) < 256 && far(p, c) {
			p = append(p, c)
		}
	}
	return p
}

func far(p color.Palette, c color.RGBA) bool {
	for _, q := range p {
		q, _ := q.(color.RGBA)
		if apart(q.R, c.R)+apart(q.G, c.G)+apart(q.B, c.B) < near {
			return false
		}
	}
	return true
}

func apart(a, b uint8) int { return max(int(a), int(b)) - min(int(a), int(b)) }
