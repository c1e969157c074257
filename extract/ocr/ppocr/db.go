package ppocr

import (
	"math"
	"slices"
)

// Settings of DB post-processing, PaddleOCR's own.
const (
	textThreshold   = 0.3 // a pixel is text from here on
	regionThreshold = 0.6 // a region's mean probability must reach this
	unclipRatio     = 1.5 // the detector learnt shrunken text; boxes grow by area × ratio / perimeter
	minSide         = 3   // pixels; thinner regions are noise
)

// regionsOf finds the regions in a probability map of w × h, in its pixels.
//
// Connected pixels above textThreshold are one region; its quad is the
// smallest rectangle at any angle around them, widened on all sides. PaddleOCR
// offsets the contour (pyclipper) and takes the rectangle again, which for a
// rectangle is the same.
func regionsOf(probs []float32, w, h int) []Region {
	var regions []Region
	for _, c := range components(probs, w, h) {
		r := minAreaRect(c)
		if min(r.length, r.height) < minSide {
			continue
		}
		score := r.mean(probs, w, h)
		if score < regionThreshold {
			continue
		}
		grow := r.length * r.height * unclipRatio / (2 * (r.length + r.height))
		r.length += 2 * grow
		r.height += 2 * grow
		regions = append(regions, Region{Quad: r.corners(), Score: score})
	}
	return regions
}

// components returns, for each 8-connected set of text pixels, the pixel
// corners on its left and right edge row by row: all its convex hull needs.
func components(probs []float32, w, h int) [][]Point {
	labels := make([]int32, w*h)
	var found [][]Point
	var stack []int32
	for start, p := range probs {
		if p < textThreshold || labels[start] != 0 {
			continue
		}
		label := int32(len(found) + 1)
		labels[start] = label
		stack = append(stack[:0], int32(start))
		edges := map[int][2]int{} // row → leftmost, rightmost column
		for len(stack) > 0 {
			at := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			x, y := at%w, at/w
			if e, ok := edges[y]; ok {
				edges[y] = [2]int{min(e[0], x), max(e[1], x)}
			} else {
				edges[y] = [2]int{x, x}
			}
			for ny := max(y-1, 0); ny <= min(y+1, h-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, w-1); nx++ {
					n := ny*w + nx
					if labels[n] == 0 && probs[n] >= textThreshold {
						labels[n] = label
						stack = append(stack, int32(n))
					}
				}
			}
		}
		found = append(found, outline(edges))
	}
	return found
}

// outline lists the outer corners of each row's first and last pixel.
func outline(edges map[int][2]int) []Point {
	points := make([]Point, 0, 4*len(edges))
	for y, e := range edges {
		top, left, right := float64(y), float64(e[0]), float64(e[1]+1)
		points = append(points, Point{left, top}, Point{right, top}, Point{left, top + 1}, Point{right, top + 1})
	}
	return points
}

// rect is a rectangle at an angle: length along (ux, uy), height across it.
type rect struct {
	centre         Point
	ux, uy         float64 // unit vector along the text, pointing right
	length, height float64
}

// minAreaRect is the rectangle of least area around points: one of its sides
// lies on a side of their convex hull (Freeman and Shapira 1975).
func minAreaRect(points []Point) rect {
	hull := convexHull(points)
	best := rect{ux: 1}
	least := math.Inf(1)
	for i, p := range hull {
		q := hull[(i+1)%len(hull)]
		d := math.Hypot(q.X-p.X, q.Y-p.Y)
		if d == 0 {
			continue
		}
		r := around(hull, (q.X-p.X)/d, (q.Y-p.Y)/d)
		// Upright wins a near tie: a blob is no tilted text.
		area := r.length * r.height
		if r.ux < 0.9999 {
			area *= 1.02
		}
		if area < least {
			best, least = r, area
		}
	}
	return best
}

// around is the rectangle around points with a side along (ux, uy), turned so
// that its text direction is its longer side, or for nearly square and for
// steep ones the side nearer to the horizontal.
func around(points []Point, ux, uy float64) rect {
	if math.Abs(ux) < math.Abs(uy) {
		ux, uy = uy, -ux
	}
	if ux < 0 {
		ux, uy = -ux, -uy
	}
	a0, a1, b0, b1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range points {
		a, b := p.X*ux+p.Y*uy, -p.X*uy+p.Y*ux
		a0, a1, b0, b1 = min(a0, a), max(a1, a), min(b0, b), max(b1, b)
	}
	a, b := (a0+a1)/2, (b0+b1)/2
	return rect{Point{a*ux - b*uy, a*uy + b*ux}, ux, uy, a1 - a0, b1 - b0}
}

// corners of the rectangle, clockwise from the top left one.
func (r rect) corners() [4]Point {
	lx, ly := r.ux*r.length/2, r.uy*r.length/2
	hx, hy := -r.uy*r.height/2, r.ux*r.height/2
	c := r.centre
	return [4]Point{
		{c.X - lx - hx, c.Y - ly - hy}, {c.X + lx - hx, c.Y + ly - hy},
		{c.X + lx + hx, c.Y + ly + hy}, {c.X - lx + hx, c.Y - ly + hy},
	}
}

// mean of the map over the pixels whose centres lie in the rectangle
// (PaddleOCR's box_score_fast).
func (r rect) mean(probs []float32, w, h int) float64 {
	box := Region{Quad: r.corners()}
	x0, y0, x1, y1 := box.Box()
	sum, n := 0.0, 0
	for y := max(int(y0), 0); y < min(int(math.Ceil(y1)), h); y++ {
		for x := max(int(x0), 0); x < min(int(math.Ceil(x1)), w); x++ {
			dx, dy := float64(x)+0.5-r.centre.X, float64(y)+0.5-r.centre.Y
			if math.Abs(dx*r.ux+dy*r.uy) <= r.length/2 && math.Abs(-dx*r.uy+dy*r.ux) <= r.height/2 {
				sum += float64(probs[y*w+x])
				n++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// convexHull by Andrew's monotone chain.
func convexHull(points []Point) []Point {
	slices.SortFunc(points, func(a, b Point) int {
		switch {
		case a.X < b.X || a.X == b.X && a.Y < b.Y:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	cross := func(o, a, b Point) float64 { return (a.X-o.X)*(b.Y-o.Y) - (a.Y-o.Y)*(b.X-o.X) }
	half := func(points []Point) []Point {
		var chain []Point
		for _, p := range points {
			for len(chain) >= 2 && cross(chain[len(chain)-2], chain[len(chain)-1], p) <= 0 {
				chain = chain[:len(chain)-1]
			}
			chain = append(chain, p)
		}
		return chain
	}
	lower := half(points)
	slices.Reverse(points)
	upper := half(points)
	return append(lower[:len(lower)-1], upper[:len(upper)-1]...)
}
