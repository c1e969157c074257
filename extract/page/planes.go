// Package page is the geometry of a page picture: its ink planes, its
// background, skew and perspective, ruling lines, cells, text lines and tick
// boxes. It knows no reader and no form.
//
// Coordinates are pixels of the picture handed in, origin at the top left, x
// to the right, y downwards. Angles are degrees, clockwise positive.
package page

import (
	"image"
	"image/draw"
	"math"
)

// Planes are a page picture taken apart by ink.
type Planes struct {
	// Gray is the luminance as scanned.
	Gray *image.Gray
	// Clean is the same with red ink suppressed: the red channel where it is
	// brighter. Black print is dark in every channel and stays, a red seal is
	// bright in red and goes. What is written in blue stays, too: companies
	// fill forms in blue, and a pale blue text that went with the seal was
	// gone without a trace. It is Gray itself where the picture has no colour.
	Clean *image.Gray
	// Ink marks red ink (255) on a grid of InkScale pixels a side; nil
	// where the picture has no colour.
	Ink *image.Gray
	// Hot is the hue of the coloured ink as a share of red among coloured
	// pixels, 0 to 1.
	Hot float64
	// Grey says that the picture has no colour at all, not even a tint: a red
	// seal would not show on it as red.
	Grey bool
}

// InkScale is the side, in pixels, of a square of Planes.Gray that one pixel
// of Planes.Ink stands for.
const InkScale = 4

// Split takes a picture apart, scaled down by a whole factor so that its long
// side has at most maxSide pixels. It returns that factor. Colour is measured
// against the paper's own tint, so a photograph under yellow light has no
// "coloured ink" everywhere.
func Split(img image.Image, maxSide int) (Planes, int) {
	b := img.Bounds()
	factor := 1
	for max(b.Dx(), b.Dy())/factor > maxSide {
		factor++
	}
	if g, ok := img.(*image.Gray); ok {
		gray := shrinkGray(g, factor)
		return Planes{Gray: gray, Clean: gray, Grey: true}, factor
	}
	r, g, bl := channels(img, factor)
	w, h := b.Dx()/factor, b.Dy()/factor
	return splitChannels(r, g, bl, w, h), factor
}

// channels returns the red, green and blue bytes of the picture, box-averaged
// by factor.
func channels(img image.Image, factor int) (r, g, b []uint8) {
	bounds := img.Bounds()
	w, h := bounds.Dx()/factor, bounds.Dy()/factor
	r, g, b = make([]uint8, w*h), make([]uint8, w*h), make([]uint8, w*h)
	rows := rowReader{img: img}
	if factor == 1 {
		for y := range h {
			i := y * w
			rows.read(bounds.Min.X, bounds.Min.Y+y, r[i:i+w], g[i:i+w], b[i:i+w])
		}
		return r, g, b
	}
	line := make([]uint8, 3*w*factor)
	lr, lg, lb := line[:w*factor], line[w*factor:2*w*factor], line[2*w*factor:]
	sums := make([]uint32, 3*w)
	sr, sg, sb := sums[:w], sums[w:2*w], sums[2*w:]
	n := uint32(factor * factor)
	for y := range h {
		clear(sums)
		for dy := range factor {
			rows.read(bounds.Min.X, bounds.Min.Y+y*factor+dy, lr, lg, lb)
			addColumns(sr, lr, factor)
			addColumns(sg, lg, factor)
			addColumns(sb, lb, factor)
		}
		i := y * w
		average(r[i:i+w], sr, n)
		average(g[i:i+w], sg, n)
		average(b[i:i+w], sb, n)
	}
	return r, g, b
}

// addColumns adds to each sum the factor pixels of row that it stands for.
func addColumns(sums []uint32, row []uint8, factor int) {
	if factor == 2 { // what most pictures are shrunk by
		for x := range sums {
			p := row[2*x : 2*x+2]
			sums[x] += uint32(p[0]) + uint32(p[1])
		}
		return
	}
	for x := range sums {
		for _, v := range row[x*factor : (x+1)*factor] {
			sums[x] += uint32(v)
		}
	}
}

// average sets dst to sums of n pixels each, divided by n.
func average(dst []uint8, sums []uint32, n uint32) {
	dst = dst[:len(sums)]
	for x, s := range sums {
		dst[x] = uint8(s / n)
	}
}

// Channels returns the picture's red, green and blue as planes, scaled down by
// a whole factor to at most maxSide pixels; a grey picture gives one plane.
func Channels(img image.Image, maxSide int) []*image.Gray {
	b := img.Bounds()
	factor := 1
	for max(b.Dx(), b.Dy())/factor > maxSide {
		factor++
	}
	if g, ok := img.(*image.Gray); ok {
		return []*image.Gray{shrinkGray(g, factor)}
	}
	w, h := b.Dx()/factor, b.Dy()/factor
	var out []*image.Gray
	red, green, blue := channels(img, factor)
	for _, p := range [][]uint8{red, green, blue} {
		out = append(out, &image.Gray{Pix: p, Stride: w, Rect: image.Rect(0, 0, w, h)})
	}
	return out
}

// Merge puts planes of Channels together again.
func Merge(planes []*image.Gray) image.Image {
	if len(planes) == 1 {
		return planes[0]
	}
	out := image.NewRGBA(planes[0].Rect)
	for i := range planes[0].Pix {
		out.Pix[i*4], out.Pix[i*4+1], out.Pix[i*4+2], out.Pix[i*4+3] = planes[0].Pix[i], planes[1].Pix[i], planes[2].Pix[i], 255
	}
	return out
}

// rowReader gives a picture's rows as red, green and blue. YCbCr, what a JPEG
// decodes to, is converted in fixed point: image/draw takes three times as
// long.
type rowReader struct {
	img image.Image
	row *image.RGBA // what other pictures are drawn to
}

// read fills r, g and b with the pixels from (x0, y) on.
func (p *rowReader) read(x0, y int, r, g, b []uint8) {
	if yc, ok := p.img.(*image.YCbCr); ok {
		convertRow(yc, x0, y, r, g, b)
		return
	}
	if p.row == nil {
		p.row = image.NewRGBA(image.Rect(0, 0, len(r), 1))
	}
	draw.Draw(p.row, p.row.Rect, p.img, image.Pt(x0, y), draw.Src)
	pix := p.row.Pix
	g, b = g[:len(r)], b[:len(r)]
	for x := range r {
		c := pix[4*x : 4*x+3]
		r[x], g[x], b[x] = c[0], c[1], c[2]
	}
}

// convertRow turns the pixels of a row from (x0, y) on into red, green and
// blue. What a pixel's colour adds to its lightness is worked out once for all
// pixels that share it.
func convertRow(yc *image.YCbCr, x0, y int, r, g, b []uint8) {
	shift := 0 // of a pixel's column to that of its colour
	switch yc.SubsampleRatio {
	case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420:
		shift = 1
	case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
		shift = 2
	}
	light := yc.Y[yc.YOffset(x0, y):]
	light = light[:len(r)]
	g, b = g[:len(r)], b[:len(r)]
	first := x0 >> shift
	at := yc.COffset(x0, y)
	last := -1
	var addR, addG, addB int32
	for x, v := range light {
		if c := at + (x0+x)>>shift - first; c != last {
			last = c
			cb, cr := int32(yc.Cb[c])-128, int32(yc.Cr[c])-128
			addR, addG, addB = 91881*cr, -22554*cb-46802*cr, 116130*cb
		}
		l := int32(v) << 16
		r[x], g[x], b[x] = clampFixed(l+addR), clampFixed(l+addG), clampFixed(l+addB)
	}
}

// clampFixed turns a 16.16 fixed point value into a byte.
func clampFixed(v int32) uint8 {
	if v = (v + 1<<15) >> 16; uint32(v) <= 255 {
		return uint8(v)
	}
	return uint8(^(v >> 31)) // 0 below, 255 above
}

// splitChannels makes planes of the channels, in the place of two of them.
func splitChannels(r, g, b []uint8, w, h int) Planes {
	paper := paperTint(r, g, b)
	var lut [3][256]uint8
	white := max(paper[0], paper[1], paper[2])
	for c := range lut {
		for v := range lut[c] {
			lut[c][v] = uint8(min(255, v*int(white)/int(max(paper[c], 1))))
		}
	}
	gray := &image.Gray{Pix: g, Stride: w, Rect: image.Rect(0, 0, w, h)}
	clean := &image.Gray{Pix: r, Stride: w, Rect: gray.Rect}
	ink := image.NewGray(image.Rect(0, 0, (w+InkScale-1)/InkScale, (h+InkScale-1)/InkScale))
	votes := make([]uint8, len(ink.Pix))
	var luma [3][256]uint32 // what each channel adds to a thousand times the luminance
	for v := range 256 {
		luma[0][v], luma[1][v], luma[2][v] = 299*uint32(lut[0][v]), 587*uint32(lut[1][v]), 114*uint32(lut[2][v])
	}
	var coloured, red, tinted int
	for y := range h {
		from, to := y*w, (y+1)*w
		rs, gs, bs := r[from:to], g[from:to], b[from:to]
		gs, bs = gs[:len(rs)], bs[:len(rs)]
		for x, vr := range rs {
			vg, vb := gs[x], bs[x]
			if max(vr, vg, vb)-min(vr, vg, vb) > 6 {
				tinted++
			}
			cr, cg, cb := lut[0][vr], lut[1][vg], lut[2][vb]
			light := uint8((luma[0][vr] + luma[1][vg] + luma[2][vb]) / 1000)
			gs[x], rs[x] = light, max(cr, light)
			if hi := max(cr, cg, cb); hi-min(cr, cg, cb) > inkChroma {
				coloured++
				if cr == hi {
					red++
					votes[(y/InkScale)*ink.Stride+x/InkScale]++
				}
			}
		}
	}
	// A few coloured pixels are fringes of JPEG; a seal or a signature has
	// thousands.
	if coloured < w*h/5000 {
		return Planes{Gray: gray, Clean: gray, Grey: tinted < w*h/1000}
	}
	for i, v := range votes {
		if v >= InkScale*InkScale/4 {
			ink.Pix[i] = 255
		}
	}
	return Planes{Gray: gray, Clean: clean, Ink: ink, Hot: float64(red) / float64(coloured)}
}

// inkChroma is the least distance between the brightest and darkest channel of
// coloured ink; print and paper of office scans stay below 30.
const inkChroma = 48

// paperTint is the level of the paper in each channel: the most common of the pixels
// that are as light as most of the brighter half. The channels are looked at in the
// same pixels: on a page half in shadow the most common red may be the shadow's and the
// most common green the light's, which made ink of everything.
func paperTint(r, g, b []uint8) [3]uint8 {
	const step, near = 7, 2 // pixels from one looked at to the next; levels that count as one
	light := func(i int) int { return (int(r[i]) + 2*int(g[i]) + int(b[i])) / 4 }
	var hist [256]int
	for i := 0; i < len(g); i += step {
		hist[light(i)]++
	}
	best := mostCommon(&hist)
	var of [3][256]int
	for i := 0; i < len(g); i += step {
		if l := light(i); l >= best-near && l <= best+near {
			of[0][r[i]]++
			of[1][g[i]]++
			of[2][b[i]]++
		}
	}
	return [3]uint8{uint8(mostCommon(&of[0])), uint8(mostCommon(&of[1])), uint8(mostCommon(&of[2]))}
}

// mostCommon is the most common level of the brighter half.
func mostCommon(hist *[256]int) int {
	best := 255
	for v := 255; v >= 128; v-- {
		if hist[v] > hist[best] {
			best = v
		}
	}
	return best
}

func shrinkGray(g *image.Gray, factor int) *image.Gray {
	b := g.Bounds()
	w, h := b.Dx()/factor, b.Dy()/factor
	if factor == 1 && b.Min == (image.Point{}) {
		return g
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	sums := make([]uint32, w)
	for y := range h {
		clear(sums)
		for dy := range factor {
			o := g.PixOffset(b.Min.X, b.Min.Y+y*factor+dy)
			addColumns(sums, g.Pix[o:o+w*factor], factor)
		}
		average(out.Pix[y*w:(y+1)*w], sums, uint32(factor*factor))
	}
	return out
}

// Resize scales by box averaging when shrinking and bilinearly when growing.
// It is for geometry, where speed counts more than the last bit of sharpness.
func Resize(g *image.Gray, w, h int) *image.Gray {
	src := g.Bounds()
	if src.Dx() == w && src.Dy() == h {
		return g
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	fx, fy := float64(src.Dx())/float64(w), float64(src.Dy())/float64(h)
	if fx < 1 || fy < 1 {
		for y := range h {
			for x := range w {
				out.Pix[y*out.Stride+x] = bilinear(g, (float64(x)+0.5)*fx-0.5, (float64(y)+0.5)*fy-0.5)
			}
		}
		return out
	}
	xs := make([]int, w+1)
	for x := range xs {
		xs[x] = min(src.Dx(), int(math.Round(float64(x)*fx)))
	}
	sums := make([]uint32, src.Dx()) // of the rows that become one, column by column
	for y := range h {
		y0, y1 := int(float64(y)*fy), int(float64(y+1)*fy)
		y1 = min(max(y1, y0+1), src.Dy())
		clear(sums)
		for yy := y0; yy < y1; yy++ {
			o := g.PixOffset(src.Min.X, src.Min.Y+yy)
			for x, v := range g.Pix[o : o+len(sums)] {
				sums[x] += uint32(v)
			}
		}
		dst := out.Pix[y*out.Stride : y*out.Stride+w]
		for x := range dst {
			x0, x1 := xs[x], max(xs[x+1], xs[x]+1)
			s := uint32(0)
			for _, v := range sums[x0:x1] {
				s += v
			}
			dst[x] = uint8(s / uint32((y1-y0)*(x1-x0)))
		}
	}
	return out
}

// bilinear samples at a point given in pixel centres; outside is white.
func bilinear(g *image.Gray, x, y float64) uint8 {
	b := g.Bounds()
	x0, y0 := math.Floor(x), math.Floor(y)
	ix, iy := int(x0), int(y0)
	if ix < -1 || iy < -1 || ix >= b.Dx() || iy >= b.Dy() {
		return 255
	}
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= b.Dx() || y >= b.Dy() {
			return 255
		}
		return float64(g.Pix[y*g.Stride+x])
	}
	dx, dy := x-x0, y-y0
	top := at(ix, iy)*(1-dx) + at(ix+1, iy)*dx
	bottom := at(ix, iy+1)*(1-dx) + at(ix+1, iy+1)*dx
	return uint8(top*(1-dy) + bottom*dy + 0.5)
}
