package page

import (
	"image"
	"math"
	"sort"
)

// Point is a place in pixels.
type Point struct{ X, Y float64 }

// Quad is a page's corners: top left, top right, bottom right, bottom left.
type Quad [4]Point

// FindPage looks for a bright sheet on a darker ground, as in a photograph.
// It reports false where the page fills the picture, as in a scan: flattening
// a page that is flat does harm.
func FindPage(g *image.Gray) (Quad, bool) {
	const side = 480
	w, h := g.Rect.Dx(), g.Rect.Dy()
	scale := float64(max(w, h)) / side
	if scale < 1 {
		return Quad{}, false
	}
	small := Resize(g, int(float64(w)/scale), int(float64(h)/scale))
	for _, level := range []uint8{groundLevel(small), uint8(max(70, min(200, otsu(small))))} {
		q, ok := sheetQuad(small, level)
		if !ok {
			continue
		}
		for i := range q {
			q[i].X = (q[i].X + 0.5) * scale
			q[i].Y = (q[i].Y + 0.5) * scale
		}
		return q, true
	}
	return Quad{}, false
}

// groundLevel is a level just above the ground the sheet lies on, told by the
// picture's rim: a shadow across the sheet is darker than its bright part but
// brighter than the ground. It is 0 where the rim is no even dark ground.
func groundLevel(g *image.Gray) uint8 {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var rim []int
	for y := range h {
		for x := range w {
			if x < 3 || y < 3 || x >= w-3 || y >= h-3 {
				rim = append(rim, int(g.Pix[y*g.Stride+x]))
			}
		}
	}
	sort.Ints(rim)
	mid, spread := rim[len(rim)/2], rim[len(rim)*17/20]-rim[len(rim)*3/20]
	if mid > 140 || spread > 60 {
		return 0
	}
	return uint8(mid + max(22, spread*3/4))
}

// sheetQuad fits a quadrilateral to the sheet brighter than a level, in a
// picture scaled down.
func sheetQuad(small *image.Gray, level uint8) (Quad, bool) {
	sw, sh := small.Rect.Dx(), small.Rect.Dy()
	bright := brightSheet(small, level)
	if bright == nil {
		return Quad{}, false
	}
	// On each side, the outermost sheet pixel of every row or column; the
	// middle four fifths of them make the edge.
	var left, right, top, bottom []Point
	for y := range sh {
		row := bright.Pix[y*sw : (y+1)*sw]
		if a, b, ok := extent(row, 1); ok {
			left = append(left, Point{float64(a), float64(y)})
			right = append(right, Point{float64(b), float64(y)})
		}
	}
	for x := range sw {
		if a, b, ok := extent(bright.Pix[x:], sw); ok {
			top = append(top, Point{float64(x), float64(a)})
			bottom = append(bottom, Point{float64(x), float64(b)})
		}
	}
	if len(left) < sh/2 || len(top) < sw/2 {
		return Quad{}, false
	}
	l, lok := fitEdge(left, true)
	r, rok := fitEdge(right, true)
	t, tok := fitEdge(top, false)
	b, bok := fitEdge(bottom, false)
	if !lok || !rok || !tok || !bok {
		return Quad{}, false
	}
	q := Quad{cross(l, t), cross(r, t), cross(r, b), cross(l, b)}
	if groundSides(bright) < 2 {
		return Quad{}, false
	}
	if !plausible(q, float64(sw), float64(sh)) || fills(q, float64(sw), float64(sh)) {
		return Quad{}, false
	}
	return q, true
}

// brightSheet marks the largest area of a small picture that is brighter than
// t, nil where it has no dark frame around it.
func brightSheet(g *image.Gray, t uint8) *Bitmap {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	if t == 0 {
		return nil
	}
	frame, dark := 0, 0
	var levels [2]struct{ sum, n int } // of dark and bright
	for y := range h {
		for x := range w {
			if x < 3 || y < 3 || x >= w-3 || y >= h-3 {
				frame++
				if g.Pix[y*g.Stride+x] < t {
					dark++
				}
			}
			k := 0
			if g.Pix[y*g.Stride+x] >= t {
				k = 1
			}
			levels[k].sum += int(g.Pix[y*g.Stride+x])
			levels[k].n++
		}
	}
	if dark*4 < frame || levels[0].n == 0 || levels[1].n == 0 {
		return nil
	}
	if levels[1].sum/levels[1].n-levels[0].sum/levels[0].n < 35 { // noise and shades of one paper
		return nil
	}
	b := NewBitmap(w, h)
	for y := range h {
		for x := range w {
			if g.Pix[y*g.Stride+x] >= t {
				b.Pix[y*w+x] = 1
			}
		}
	}
	best := Component{}
	for _, c := range Components(b) {
		if c.Pixels > best.Pixels {
			best = c
		}
	}
	if best.Pixels < w*h/5 {
		return nil
	}
	sheet := NewBitmap(w, h)
	fillFrom(b, sheet, best.Seed)
	return sheet
}

// groundSides counts the sides of the picture along which the ground shows for
// at least half of their length. A photograph shows it on two or more; a scan
// with the shadow of an open lid, or the gutter of a book, on one.
func groundSides(sheet *Bitmap) int {
	const depth = 3 // pixels of the rim
	n := 0
	for _, r := range []image.Rectangle{
		image.Rect(0, 0, sheet.W, depth), image.Rect(0, sheet.H-depth, sheet.W, sheet.H),
		image.Rect(0, 0, depth, sheet.H), image.Rect(sheet.W-depth, 0, sheet.W, sheet.H),
	} {
		if sheet.Count(r)*2 <= r.Dx()*r.Dy() {
			n++
		}
	}
	return n
}

// fillFrom copies the 4-connected area around seed from b to out.
func fillFrom(b, out *Bitmap, seed image.Point) {
	stack := []image.Point{seed}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if p.X < 0 || p.Y < 0 || p.X >= b.W || p.Y >= b.H {
			continue
		}
		i := p.Y*b.W + p.X
		if b.Pix[i] == 0 || out.Pix[i] == 1 {
			continue
		}
		out.Pix[i] = 1
		stack = append(stack, image.Pt(p.X+1, p.Y), image.Pt(p.X-1, p.Y), image.Pt(p.X, p.Y+1), image.Pt(p.X, p.Y-1))
	}
}

// extent returns the first and last ink of a row (step 1) or column (step w).
func extent(pix []uint8, step int) (first, last int, ok bool) {
	first = -1
	for i, k := 0, 0; i < len(pix); i, k = i+step, k+1 {
		if pix[i] == 1 {
			if first < 0 {
				first = k
			}
			last = k
		}
	}
	return first, last, first >= 0
}

// edge is a straight line a·x + b·y = c.
type edge struct{ a, b, c float64 }

// fitEdge fits a line through the middle of the points: Theil and Sen's median
// of slopes, which bears a fifth of the points being wrong (a thumb, a fold).
func fitEdge(pts []Point, vertical bool) (edge, bool) {
	n := len(pts)
	pts = pts[n/10 : n-n/10]
	if len(pts) < 20 {
		return edge{}, false
	}
	if vertical { // x as a function of y
		swapped := make([]Point, len(pts))
		for i, p := range pts {
			swapped[i] = Point{p.Y, p.X}
		}
		pts = swapped
	}
	half := len(pts) / 2
	slopes := make([]float64, half)
	for i := range slopes {
		slopes[i] = (pts[i+half].Y - pts[i].Y) / (pts[i+half].X - pts[i].X)
	}
	m := median(slopes)
	off := make([]float64, len(pts))
	for i, p := range pts {
		off[i] = p.Y - m*p.X
	}
	c := median(off)
	near := 0
	for i := range off {
		if math.Abs(off[i]-c) < 4 {
			near++
		}
	}
	if near*2 < len(pts) {
		return edge{}, false
	}
	if vertical {
		return edge{1, -m, c}, true
	}
	return edge{-m, 1, c}, true
}

func median(v []float64) float64 {
	s := append([]float64(nil), v...)
	sort.Float64s(s)
	return s[len(s)/2]
}

func cross(p, q edge) Point {
	d := p.a*q.b - q.a*p.b
	return Point{(p.c*q.b - q.c*p.b) / d, (p.a*q.c - q.a*p.c) / d}
}

// plausible refuses quads that are no sheet of paper seen at a bearable angle:
// sides that differ by more than a half, corners far outside the picture, a
// sheet smaller than a fifth of it, or a strip (half of a page that a shadow
// cuts in two; paper is at most 1.5 times as long as wide, seen askew 1.9).
func plausible(q Quad, w, h float64) bool {
	side := func(i int) float64 { j := (i + 1) % 4; return math.Hypot(q[i].X-q[j].X, q[i].Y-q[j].Y) }
	for i := range 4 {
		if q[i].X < -w/8 || q[i].Y < -h/8 || q[i].X > w*9/8 || q[i].Y > h*9/8 {
			return false
		}
	}
	ratio := func(a, b float64) bool { return a < b*1.6 && b < a*1.6 }
	if !ratio(side(0), side(2)) || !ratio(side(1), side(3)) {
		return false
	}
	if across, down := side(0)+side(2), side(1)+side(3); max(across, down) > 1.9*min(across, down) {
		return false
	}
	return side(0)*side(1) > w*h/5
}

// fills reports whether the quad is the picture itself, but for a margin of a
// fortieth: a scan with a dark rim has nothing to flatten.
func fills(q Quad, w, h float64) bool {
	corners := Quad{{0, 0}, {w, 0}, {w, h}, {0, h}}
	for i := range q {
		if math.Abs(q[i].X-corners[i].X) > w/40 || math.Abs(q[i].Y-corners[i].Y) > h/40 {
			return false
		}
	}
	return true
}

// Size of the flat page that a quad becomes, in pixels: mean sides, brought to
// the proportions of A4 (ISO 216) where they are within an eighth of it.
func (q Quad) Size() (w, h int) {
	side := func(i, j int) float64 { return math.Hypot(q[i].X-q[j].X, q[i].Y-q[j].Y) }
	fw, fh := (side(0, 1)+side(3, 2))/2, (side(0, 3)+side(1, 2))/2
	switch r := fh / fw; {
	case r > math.Sqrt2*7/8 && r < math.Sqrt2*9/8:
		fh = fw * math.Sqrt2
	case 1/r > math.Sqrt2*7/8 && 1/r < math.Sqrt2*9/8:
		fw = fh * math.Sqrt2
	}
	return int(fw), int(fh)
}

// Flatten maps the quad onto a rectangle of w × h pixels by the projective
// map of its corners (Heckbert, Fundamentals of Texture Mapping, 1989).
func Flatten(g *image.Gray, q Quad, w, h int) *image.Gray {
	m := projective(q)
	sw, sh := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		v := (float64(y) + 0.5) / float64(h)
		dst := out.Pix[y*out.Stride : y*out.Stride+w]
		for x := range dst {
			u := (float64(x) + 0.5) / float64(w)
			d := m[6]*u + m[7]*v + 1
			sx := (m[0]*u+m[1]*v+m[2])/d - 0.5
			sy := (m[3]*u+m[4]*v+m[5])/d - 0.5
			dst[x] = sampleFixed(g, int64(sx*65536), int64(sy*65536), sw, sh)
		}
	}
	return out
}

// projective returns the map from the unit square to the quad.
func projective(q Quad) [8]float64 {
	dx1, dx2 := q[1].X-q[2].X, q[3].X-q[2].X
	dy1, dy2 := q[1].Y-q[2].Y, q[3].Y-q[2].Y
	sx, sy := q[0].X-q[1].X+q[2].X-q[3].X, q[0].Y-q[1].Y+q[2].Y-q[3].Y
	d := dx1*dy2 - dx2*dy1
	g, h := (sx*dy2-dx2*sy)/d, (dx1*sy-sx*dy1)/d
	return [8]float64{
		q[1].X - q[0].X + g*q[1].X, q[3].X - q[0].X + h*q[3].X, q[0].X,
		q[1].Y - q[0].Y + g*q[1].Y, q[3].Y - q[0].Y + h*q[3].Y, q[0].Y,
		g, h,
	}
}
