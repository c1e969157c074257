package seal

import (
	"image"
	"math"
	"slices"
)

// Radii of round seals, millimetres, measured to the middle of the ring's
// line. Companies' seals are 38 to 42 mm across, offices' up to 50 mm.
// SmallestRadius is what a fit may shrink one to: the end of an oval fits a
// smaller circle still.
const (
	SmallestRadius = 16.0
	leastRadius    = 17.0
	mostRadius     = 25.5
)

// Ring is a seal's outer ring, in pixels, to the middle of its line.
type Ring struct {
	X, Y, R float64
	// Round is the share of the visible circle on which a line of ink stands
	// apart from what is inside and outside.
	Round float64
	// Seen is the share of the circle that lies in the picture.
	Seen float64
}

// Box is the smallest rectangle around the ring and its line's width, not cut
// at the picture's edge.
func (c Ring) Box() image.Rectangle {
	r := c.R * 1.03
	return image.Rect(int(math.Floor(c.X-r)), int(math.Floor(c.Y-r)), int(math.Ceil(c.X+r)), int(math.Ceil(c.Y+r)))
}

// LeastRound is the share of a ring from which it is believed to be one: text
// that happens to stand on a circle covers a quarter of it at most.
const LeastRound = 0.5

// leastSeen is the share of a circle that must lie in the picture.
const leastSeen = 0.35

// Believed reports whether the ring is surely one.
func (c Ring) Believed() bool { return c.Round >= LeastRound && c.Seen >= leastSeen }

// CoarseDPI is the resolution that Find works at: half a millimetre a pixel.
const CoarseDPI = 50.8

// Find looks for rings in a page of dark ink on light ground at CoarseDPI, by
// the Hough transform with the gradient's direction (Ballard 1981, "Generalizing
// the Hough transform to detect arbitrary shapes"): each edge votes for the
// centres that lie a radius away along its gradient, on both sides. What it
// returns are places to look at, best first, in pixels of the coarse picture;
// Refine tells which of them are rings.
func Find(coarse *image.Gray) []Ring {
	r := coarse.Rect
	if r.Dx() <= tile && r.Dy() <= tile {
		return findIn(coarse)
	}
	// A sheet beyond A2: a Hough space of all of it would take gigabytes.
	var found []Ring
	for y := 0; y < r.Dy(); y += tile - overlap {
		for x := 0; x < r.Dx(); x += tile - overlap {
			at := image.Rect(x, y, x+tile, y+tile).Add(r.Min).Intersect(r)
			part := coarse.SubImage(at).(*image.Gray)
			for _, c := range findIn(part) {
				found = append(found, Ring{X: c.X + float64(x), Y: c.Y + float64(y), R: c.R})
			}
		}
	}
	return found
}

// Parts of a large sheet, in pixels of the coarse picture: overlap holds the
// largest ring whole.
const (
	tile    = 1200
	overlap = 120
)

func findIn(coarse *image.Gray) []Ring {
	const (
		cell  = 2  // pixels to a side of a centre's cell: a millimetre
		step  = 1  // pixels between radii
		edge  = 25 // cells around the page in which centres may lie
		least = 10 // of gradient
		cap   = 110
	)
	w, h := coarse.Rect.Dx(), coarse.Rect.Dy()
	if w < 8 || h < 8 {
		return nil
	}
	radii := int((mostRadius-leastRadius)*2/step) + 1
	cw, ch := w/cell+1+2*edge, h/cell+1+2*edge
	votes, voted := make([]uint16, radii*cw*ch), false
	level := func(x, y int) int { return max(255-cap, int(coarse.Pix[y*coarse.Stride+x])) }
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			gx := level(x+1, y-1) + 2*level(x+1, y) + level(x+1, y+1) - level(x-1, y-1) - 2*level(x-1, y) - level(x-1, y+1)
			gy := level(x-1, y+1) + 2*level(x, y+1) + level(x+1, y+1) - level(x-1, y-1) - 2*level(x, y-1) - level(x+1, y-1)
			if gx*gx+gy*gy < least*least*16 {
				continue
			}
			voted = true
			n := math.Hypot(float64(gx), float64(gy)) * cell
			dx, dy := float64(gx)/n, float64(gy)/n
			px, py := float64(x)/cell+edge+0.5, float64(y)/cell+edge+0.5
			for k := range radii {
				r := leastRadius*2 + float64(k*step)
				at := votes[k*cw*ch:]
				if a, b := int(px+dx*r), int(py+dy*r); a >= 0 && b >= 0 && a < cw && b < ch {
					at[b*cw+a]++
				}
				if a, b := int(px-dx*r), int(py-dy*r); a >= 0 && b >= 0 && a < cw && b < ch {
					at[b*cw+a]++
				}
			}
		}
	}
	if !voted {
		return nil // blank paper
	}
	return peaks(votes, radii, cw, ch, func(k, a, b int) Ring {
		return Ring{X: float64((a-edge)*cell) + cell/2, Y: float64((b-edge)*cell) + cell/2, R: leastRadius*2 + float64(k*step)}
	})
}

// peaks are the places with the most votes in 3 by 3 cells and two neighbouring
// radii, a few at most and none near a better one.
func peaks(votes []uint16, radii, w, h int, ring func(k, a, b int) Ring) []Ring {
	const (
		most  = 12
		least = 60 // votes; a full ring has several hundred
		apart = 5  // pixels between centres
	)
	type place struct{ votes, k, a, b int }
	var found []place
	for k := range radii {
		at := votes[k*w*h : (k+1)*w*h]
		for b := 1; b < h-1; b++ {
			for a := 1; a < w-1; a++ {
				o := b*w + a
				if at[o] < 6 {
					continue
				}
				s := 0
				for d := -w; d <= w; d += w {
					s += int(at[o+d-1]) + int(at[o+d]) + int(at[o+d+1])
				}
				if s >= least {
					found = append(found, place{s, k, a, b})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b place) int { return b.votes - a.votes })
	var out []Ring
next:
	for _, p := range found {
		r := ring(p.k, p.a, p.b)
		for _, o := range out {
			if math.Hypot(o.X-r.X, o.Y-r.Y) < apart && math.Abs(o.R-r.R) < apart {
				continue next
			}
		}
		if out = append(out, r); len(out) == most {
			break
		}
	}
	return out
}

// Refine fits a ring of which the rough place is known, in a picture of dark
// ink on light ground of mm pixels a millimetre, and measures how round it is.
func Refine(g *image.Gray, c Ring, mm float64) Ring {
	dirs := directions(96)
	best, score := c, contrast(g, c, mm, dirs)
	for _, step := range []float64{0.8, 0.4, 0.2, 0.1} {
		if step*mm < 0.4 && step < 0.4 {
			break // finer than the picture
		}
		for range 4 { // until it stands still
			b, was := best, score
			for i := range 27 {
				dx, dy, dr := float64(i%3-1), float64(i/3%3-1), float64(i/9-1)
				try := Ring{X: b.X + dx*step*mm, Y: b.Y + dy*step*mm, R: b.R + dr*step*mm}
				if s := contrast(g, try, mm, dirs); s > score {
					best, score = try, s
				}
			}
			if score == was {
				break
			}
		}
	}
	best.Round, best.Seen = roundness(g, best, mm)
	return best
}

// direction is a unit vector.
type direction struct{ x, y float64 }

func directions(n int) []direction {
	out := make([]direction, n)
	for i := range out {
		out[i].y, out[i].x = math.Sincos(2 * math.Pi * float64(i) / float64(n))
	}
	return out
}

// beside is the distance from the middle of the ring's line, millimetres, at
// which there is paper on both sides: the line is 1 to 1.2 mm wide and the
// characters begin 1.5 mm further in.
const beside = 1.15

// contrast is how much darker a circle is than what lies just inside and
// outside, a mean over the visible part. Very dark counts no more than dark:
// print is no better ring than faint ink is.
func contrast(g *image.Gray, c Ring, mm float64, dirs []direction) float64 {
	const cap = 110
	sum, n := 0.0, 0
	in, out := c.R-beside*mm, c.R+beside*mm
	for _, d := range dirs {
		if !within(g, c.X+d.x*c.R, c.Y+d.y*c.R) {
			continue
		}
		on := min(cap, dark(g, c.X+d.x*c.R, c.Y+d.y*c.R))
		sum += on - 0.5*min(cap, dark(g, c.X+d.x*in, c.Y+d.y*in)) - 0.5*min(cap, dark(g, c.X+d.x*out, c.Y+d.y*out))
		n++
	}
	if float64(n) < float64(len(dirs))*leastSeen {
		return -255
	}
	return sum / float64(n)
}

func roundness(g *image.Gray, c Ring, mm float64) (round, seen float64) {
	const step = 18
	dirs := directions(240)
	hit, n := 0, 0
	for _, d := range dirs {
		if !within(g, c.X+d.x*c.R, c.Y+d.y*c.R) {
			continue
		}
		n++
		at := func(off float64) float64 { return dark(g, c.X+d.x*(c.R+off*mm), c.Y+d.y*(c.R+off*mm)) }
		if max(at(-0.3), at(0), at(0.3)) > step+max(at(-beside), at(beside)) {
			hit++
		}
	}
	return float64(hit) / float64(max(1, n)), float64(n) / float64(len(dirs))
}

func within(g *image.Gray, x, y float64) bool {
	return x >= 0 && y >= 0 && x < float64(g.Rect.Dx()) && y < float64(g.Rect.Dy())
}

// dark is 255 less the level at a point; 0 outside the picture.
func dark(g *image.Gray, x, y float64) float64 {
	ix, iy := int(math.Floor(x)), int(math.Floor(y))
	if ix < 0 || iy < 0 || ix >= g.Rect.Dx() || iy >= g.Rect.Dy() {
		return 0
	}
	return 255 - float64(g.Pix[iy*g.Stride+ix])
}
