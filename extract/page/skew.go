package page

import (
	"image"
	"math"
)

// MaxSkew is the largest skew, in degrees, that Skew looks for.
const MaxSkew = 5.0

// Skew returns the angle, in degrees clockwise, by which the page is turned:
// Rotate(g, -angle) makes it straight. It is the angle at which ink gathers
// in the sharpest rows and columns (Postl's projection criterion, ICPR 1986),
// so it works on pages that lie on their side as well. It returns 0 for a
// page with too little ink to tell.
func Skew(ink *Bitmap) float64 {
	pts := samplePoints(ink, 60_000)
	if len(pts) < 400 {
		return 0
	}
	score := func(deg float64) float64 { return sharpness(pts, ink.W, ink.H, deg) }
	best, at := score(0)*1.01, 0.0 // straight unless another angle is clearly better
	for a := -MaxSkew; a <= MaxSkew; a += 0.25 {
		if s := score(a); s > best {
			best, at = s, a
		}
	}
	for _, step := range []float64{0.08, 0.025} {
		centre := at
		for i := -4; i <= 4; i++ {
			a := centre + float64(i)*step
			if s := score(a); s > best {
				best, at = s, a
			}
		}
	}
	return at
}

type point struct{ x, y int32 }

// samplePoints returns up to about limit ink pixels, evenly thinned out. Only
// pixels at the upper or left rim of ink count: solid areas say nothing of
// direction.
func samplePoints(ink *Bitmap, limit int) []point {
	var pts []point
	for y := 1; y < ink.H; y++ {
		for x := 1; x < ink.W; x++ {
			i := y*ink.W + x
			if ink.Pix[i] == 1 && (ink.Pix[i-ink.W] == 0 || ink.Pix[i-1] == 0) {
				pts = append(pts, point{int32(x), int32(y)})
			}
		}
	}
	if len(pts) <= limit {
		return pts
	}
	step := float64(len(pts)) / float64(limit)
	out := make([]point, 0, limit)
	for f := 0.0; int(f) < len(pts); f += step {
		out = append(out, pts[int(f)])
	}
	return out
}

// sharpness projects the points along both page axes turned by deg and sums
// the squares of the profiles' bins.
func sharpness(pts []point, w, h int, deg float64) float64 {
	t := math.Tan(deg * math.Pi / 180)
	pad := int(math.Abs(t)*float64(max(w, h))) + 2
	rows, cols := make([]float64, h+2*pad), make([]float64, w+2*pad)
	for _, p := range pts {
		rows[pad+int(float64(p.y)-t*float64(p.x)+0.5)]++
		cols[pad+int(float64(p.x)+t*float64(p.y)+0.5)]++
	}
	s := 0.0
	for _, v := range rows {
		s += v * v
	}
	for _, v := range cols {
		s += v * v
	}
	return s
}

// Rotate turns a picture by deg clockwise about its centre, keeping its size;
// what comes in from outside is white.
func Rotate(g *image.Gray, deg float64) *image.Gray {
	if deg == 0 {
		return g
	}
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, w, h))
	sin, cos := math.Sincos(deg * math.Pi / 180)
	cx, cy := float64(w-1)/2, float64(h-1)/2
	const one = 1 << 16
	dx, dy := int64(cos*one), int64(-sin*one)
	for y := range h {
		fy := float64(y) - cy
		// Source of the row's first pixel; each step to the right adds (dx, dy).
		sx := int64((cx - cos*cx + sin*fy) * one)
		sy := int64((cy + sin*cx + cos*fy) * one)
		rotateRow(out.Pix[y*out.Stride:y*out.Stride+w], g, sx, sy, dx, dy)
	}
	return out
}

// rotateRow samples along a straight line from (sx, sy) in steps of (dx, dy),
// 16.16 fixed point. The line lies inside the picture for one stretch.
func rotateRow(dst []uint8, g *image.Gray, sx, sy, dx, dy int64) {
	w, h := uint64(g.Rect.Dx()-1), uint64(g.Rect.Dy()-1)
	x := 0
	for ; x < len(dst) && (uint64(sx>>16) >= w || uint64(sy>>16) >= h); x++ {
		dst[x] = 255
		sx += dx
		sy += dy
	}
	for ; x < len(dst) && uint64(sx>>16) < w && uint64(sy>>16) < h; x++ {
		o := int(sy>>16)*g.Stride + int(sx>>16)
		fx, fy := int(sx>>8&0xff), int(sy>>8&0xff)
		above, below := g.Pix[o:o+2], g.Pix[o+g.Stride:o+g.Stride+2]
		a, c := int(above[0]), int(below[0])
		top := a<<8 + (int(above[1])-a)*fx
		bottom := c<<8 + (int(below[1])-c)*fx
		dst[x] = uint8((top<<8 + (bottom-top)*fy) >> 16)
		sx += dx
		sy += dy
	}
	for ; x < len(dst); x++ {
		dst[x] = 255
	}
}

// sampleFixed samples bilinearly at a 16.16 fixed point position.
func sampleFixed(g *image.Gray, sx, sy int64, w, h int) uint8 {
	x, y := int(sx>>16), int(sy>>16)
	if x < 0 || y < 0 || x >= w-1 || y >= h-1 {
		return 255
	}
	fx, fy := int(sx>>8&0xff), int(sy>>8&0xff)
	o := y*g.Stride + x
	a, b := int(g.Pix[o]), int(g.Pix[o+1])
	c, d := int(g.Pix[o+g.Stride]), int(g.Pix[o+g.Stride+1])
	top := a<<8 + (b-a)*fx
	bottom := c<<8 + (d-c)*fx
	return uint8((top<<8 + (bottom-top)*fy) >> 16)
}

// Turn rotates by quarter turns clockwise (0 to 3), exactly.
func Turn(g *image.Gray, quarters int) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	switch quarters & 3 {
	case 1:
		out := image.NewGray(image.Rect(0, 0, h, w))
		for y := range h {
			for x := range w {
				out.Pix[x*out.Stride+h-1-y] = g.Pix[y*g.Stride+x]
			}
		}
		return out
	case 2:
		out := image.NewGray(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				out.Pix[(h-1-y)*out.Stride+w-1-x] = g.Pix[y*g.Stride+x]
			}
		}
		return out
	case 3:
		out := image.NewGray(image.Rect(0, 0, h, w))
		for y := range h {
			for x := range w {
				out.Pix[(w-1-x)*out.Stride+y] = g.Pix[y*g.Stride+x]
			}
		}
		return out
	}
	return g
}
