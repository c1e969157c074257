// Package seal finds the rings of stamped seals and unrolls their text.
//
// A Chinese company's round seal is 38 to 42 mm across: an outer ring, the
// owner's name on an arc inside it with the characters' feet towards the
// centre, a star in the middle, below it sometimes the seal's purpose
// (合同专用章) and a 13-digit number (GA 241.3, State Council 国发〔1999〕25号).
//
// Pictures are gray with dark seal ink on light ground, see Ink. Coordinates
// are pixels, angles radians.
package seal

import (
	"image"
	"math"
)

// Ink makes a picture of the coloured ink alone: dark where the luminance is
// far below the brightest channel, white on paper and on black print. Faint
// ink is strengthened: the strongest fiftieth becomes black.
func Ink(gray, clean *image.Gray, box image.Rectangle) *image.Gray {
	box = box.Intersect(gray.Rect)
	out := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	var hist [256]int
	for y := range box.Dy() {
		g := gray.Pix[(box.Min.Y+y)*gray.Stride+box.Min.X:]
		c := clean.Pix[(box.Min.Y+y)*clean.Stride+box.Min.X:]
		dst := out.Pix[y*out.Stride : y*out.Stride+box.Dx()]
		for x := range dst {
			dst[x] = uint8(max(0, int(c[x])-int(g[x])))
			hist[dst[x]]++
		}
	}
	strong := 255
	for left := len(out.Pix) / 50; strong > 24; strong-- {
		if left -= hist[strong]; left < 0 {
			break
		}
	}
	for i, v := range out.Pix {
		out.Pix[i] = uint8(255 - min(255, int(v)*255/strong))
	}
	return out
}

// Ring is a seal's outer ring.
type Ring struct {
	X, Y, R float64
	// Round is the share of the circle on which ink was found.
	Round float64
}

// FindRing fits the outer ring in a picture of a seal's ink, starting from the
// picture's own extent. A seal that hangs off the page keeps its radius, so
// half a ring is enough.
func FindRing(ink *image.Gray, radius float64) Ring {
	w, h := float64(ink.Rect.Dx()), float64(ink.Rect.Dy())
	best := Ring{X: w / 2, Y: h / 2, R: max(w, h) / 2}
	score := -1.0
	try := func(x, y, r float64) {
		if s := ringScore(ink, x, y, r); s > score {
			best, score = Ring{X: x, Y: y, R: r}, s
		}
	}
	span := max(w, h) / 2
	lo, hi := max(0.8*span, 0.55*radius), 1.02*span
	if radius > 0 && radius > hi {
		hi = radius * 1.05
	}
	coarse := max(2, span/16)
	for r := lo; r <= hi; r += coarse / 2 {
		for dy := -3.0; dy <= 3; dy++ {
			for dx := -3.0; dx <= 3; dx++ {
				try(w/2+dx*coarse, h/2+dy*coarse, r)
			}
		}
	}
	for _, step := range []float64{coarse / 3, 1.5} {
		b := best
		for r := -2.0; r <= 2; r++ {
			for dy := -2.0; dy <= 2; dy++ {
				for dx := -2.0; dx <= 2; dx++ {
					try(b.X+dx*step, b.Y+dy*step, b.R+r*step)
				}
			}
		}
	}
	best.Round = roundness(ink, best)
	return best
}

// ringScore is the mean darkness on a circle less that just outside it: the
// outer ring is the last ink there is.
func ringScore(ink *image.Gray, x, y, r float64) float64 {
	const steps = 120
	sum := 0.0
	for i := range steps {
		s, c := math.Sincos(2 * math.Pi * float64(i) / steps)
		on := dark(ink, x+c*r, y+s*r)
		out := dark(ink, x+c*r*1.06, y+s*r*1.06)
		sum += on - out
	}
	return sum / steps
}

func roundness(ink *image.Gray, c Ring) float64 {
	const steps = 180
	n := 0
	for i := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / steps)
		for d := -0.03; d <= 0.03; d += 0.01 {
			if dark(ink, c.X+cos*c.R*(1+d), c.Y+sin*c.R*(1+d)) > 60 {
				n++
				break
			}
		}
	}
	return float64(n) / steps
}

// dark is 255 less the level at a point; 0 outside the picture.
func dark(g *image.Gray, x, y float64) float64 {
	ix, iy := int(x+0.5), int(y+0.5)
	if ix < 0 || iy < 0 || ix >= g.Rect.Dx() || iy >= g.Rect.Dy() {
		return 0
	}
	return 255 - float64(g.Pix[iy*g.Stride+ix])
}

// The zone of the text on the ring, in shares of the outer radius.
const (
	textOuter = 0.955
	textInner = 0.56
)

// Unroll turns the ring of text into a straight strip (a polar transform),
// outer edge up, clockwise from the widest gap between characters: the arc
// reads from left to right. It reports false where the ring holds no text.
func Unroll(ink *image.Gray, c Ring) (*image.Gray, bool) {
	start, end, ok := arc(ink, c)
	if !ok {
		return nil, false
	}
	mid := c.R * (textOuter + textInner) / 2
	w, h := int((end-start)*mid), int(c.R*(textOuter-textInner))
	if w < 16 || h < 8 {
		return nil, false
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		r := c.R*textOuter - float64(y)
		for x := range w {
			s, k := math.Sincos(start + (end-start)*(float64(x)+0.5)/float64(w))
			out.Pix[y*out.Stride+x] = bilinear(ink, c.X+k*r, c.Y+s*r)
		}
	}
	return out, true
}

// arc finds where the text on the ring begins and ends: the circle without its
// widest gap.
func arc(ink *image.Gray, c Ring) (start, end float64, ok bool) {
	const steps = 360
	var profile [steps]float64
	total := 0.0
	for i := range steps {
		s, k := math.Sincos(2 * math.Pi * float64(i) / steps)
		for r := 0.66; r < 0.9; r += 0.02 {
			if dark(ink, c.X+k*c.R*r, c.Y+s*c.R*r) > 70 {
				profile[i]++
			}
		}
		total += profile[i]
	}
	if total < steps { // a dozen samples a step, most of them paper
		return 0, 0, false
	}
	const quiet = 0.9
	best, at, run := 0, 0, 0
	for i := range 2 * steps {
		if profile[i%steps] < quiet {
			run++
			if run > best && run <= steps {
				best, at = run, i+1
			}
			continue
		}
		run = 0
	}
	if best < 8 { // text all around: begin at the bottom
		at = steps / 4
		best = 0
	}
	pad := min(5, best/4)
	begin := float64(at-pad) * 2 * math.Pi / steps
	return begin, begin + float64(steps-best+2*pad)*2*math.Pi/steps, true
}

func bilinear(g *image.Gray, x, y float64) uint8 {
	ix, iy := int(math.Floor(x)), int(math.Floor(y))
	if ix < 0 || iy < 0 || ix >= g.Rect.Dx()-1 || iy >= g.Rect.Dy()-1 {
		return 255
	}
	fx, fy := x-float64(ix), y-float64(iy)
	o := iy*g.Stride + ix
	top := float64(g.Pix[o])*(1-fx) + float64(g.Pix[o+1])*fx
	bottom := float64(g.Pix[o+g.Stride])*(1-fx) + float64(g.Pix[o+g.Stride+1])*fx
	return uint8(top*(1-fy) + bottom*fy + 0.5)
}

// Inside cuts out the place below the star where the seal's purpose stands.
func Inside(ink *image.Gray, c Ring) *image.Gray {
	w, h := int(c.R*1.1), int(c.R*0.26)
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.Pix[y*out.Stride+x] = bilinear(ink, c.X-c.R*0.55+float64(x), c.Y+c.R*0.3+float64(y))
		}
	}
	return out
}
