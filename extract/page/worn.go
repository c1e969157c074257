package page

import (
	"cmp"
	"math"
	"slices"
)

// Worn ruling lines: copied until dots are left of them. What tells such a
// line from a row of text is not how dark it is but what is around it: dots
// along one straight row, and paper close above and below it.
//
// Figures are shares of a window's pixels along the line.
const (
	wornWindow = 1.6  // length of a window, inches: 40 mm
	wornInk    = 0.11 // dots a window needs
	wornFull   = 0.8  // share of a vertical line's pieces with dots in them
)

// wornSegments finds horizontal lines of which dots are left.
func (f field) wornSegments(dpi float64) []Segment {
	window := int(dpi * wornWindow)
	w := f.ridge.W
	if w <= window {
		return nil
	}
	var spans []span
	sums := make([]int32, w+1)   // of dots, from the row's beginning
	others := make([]int32, w+1) // of other ink beside them
	for y := 0; y+1 < f.ridge.H; y++ {
		marks := f.marks.Pix[y*w : (y+1)*w]
		if _, dots, _ := countMarks(marks); float64(dots) < float64(window)*wornInk {
			continue
		}
		for x, m := range marks {
			sums[x+1] = sums[x] + int32(m&dotMark)
			others[x+1] = others[x] + int32(m/otherMark)
		}
		start := -1
		for x := 0; x+window <= w+1; x++ {
			if x+window <= w && wornAt(sums, others, x, window) {
				if start < 0 {
					start = x
				}
				continue
			}
			if start >= 0 {
				if a, z := trimWorn(sums, start, x-1+window, int(dpi*0.24)); z-a >= window*3/4 {
					spans = append(spans, span{y, a, z})
				}
				start = -1
			}
		}
	}
	return linkSpans(spans, int(dpi/8))
}

// wornAt says whether the window from x looks like a piece of a worn line:
// dots enough, more of them than ink beside them, and in each third some.
func wornAt(sums, others []int32, x, window int) bool {
	n := float64(window)
	t := trace{dots: float64(sums[x+window]-sums[x]) / n, other: float64(others[x+window]-others[x]) / n, filled: 1}
	if t.dots < wornInk {
		return false
	}
	for k := range 3 {
		a, z := x+window*k/3, x+window*(k+1)/3
		if float64(sums[z]-sums[a]) < n*wornInk/9 {
			t.filled = 0
		}
	}
	return t.line(wornInk, 0.1)
}

// trimWorn takes off the ends of a stretch that hold next to no dots.
func trimWorn(sums []int32, a, z, step int) (int, int) {
	for x, from := a, a; x < z; x++ { // beyond a long hole is something else: a shadow's edge
		if sums[x+1] != sums[x] {
			if x-from > step*3/2 {
				if from-a > z-x {
					z = from
					break
				}
				a = x
			}
			from = x + 1
		}
	}
	density := float64(sums[z]-sums[a]) / float64(z-a)
	least := density * float64(step) / 2
	for a+step < z && float64(sums[a+step]-sums[a]) < least {
		a++
	}
	for a+step < z && float64(sums[z]-sums[z-step]) < least {
		z--
	}
	for a < z && sums[a+1] == sums[a] {
		a++
	}
	for z > a && sums[z] == sums[z-1] {
		z--
	}
	return a, z
}

// frame is the place of a table: horizontal lines of like ends.
type frame struct {
	x0, x1, y0, y1 float64
	slope          float64
	lines          []Segment
}

// frameSlack is how far apart ends that are alike may lie, inches.
const frameSlack = 0.14

// frames gathers lines that begin and end alike, two at least.
func frames(lines []Segment, dpi float64) []frame {
	slack := dpi * frameSlack
	var out []frame
	for _, s := range bridged(lines, dpi) {
		if s.To-s.From < dpi*wornWindow {
			continue
		}
		k := slices.IndexFunc(out, func(f frame) bool {
			return math.Abs(f.x0-s.From) < slack && math.Abs(f.x1-s.To) < slack
		})
		if k < 0 {
			k = len(out)
			out = append(out, frame{x0: s.From, x1: s.To, y0: math.Inf(1)})
		}
		f := &out[k]
		f.lines = append(f.lines, s)
		n := float64(len(f.lines))
		f.x0 += (s.From - f.x0) / n
		f.x1 += (s.To - f.x1) / n
		f.slope += ((s.Till-s.At)/(s.To-s.From) - f.slope) / n
		mid := s.Pos((f.x0 + f.x1) / 2)
		f.y0, f.y1 = min(f.y0, mid), max(f.y1, mid)
	}
	return slices.DeleteFunc(out, func(f frame) bool { return len(f.lines) < 2 || f.x1-f.x0 < dpi*3 })
}

// bridged joins the two pieces of a line that a seal lies across where another
// line runs from the one's beginning to the other's end: lines cut by the same
// seal end alike, but no table does there.
func bridged(lines []Segment, dpi float64) []Segment {
	const widest = 2 // inches: what a seal hides of a line
	slack := dpi * frameSlack
	out := slices.Clone(lines)
	for i := 0; i < len(out); i++ {
		rest := slices.IndexFunc(out, func(s Segment) bool {
			gap := s.From - out[i].To
			if gap <= 0 || gap > dpi*widest || math.Abs(s.At-out[i].Till) > dpi*0.04 {
				return false
			}
			return slices.ContainsFunc(lines, func(whole Segment) bool {
				return math.Abs(whole.From-out[i].From) < slack && math.Abs(whole.To-s.To) < slack
			})
		})
		if rest < 0 {
			continue
		}
		out[i].To, out[i].Till = out[rest].To, out[rest].Till
		out = slices.Delete(out, rest, rest+1)
		i = -1 // pieces before this one may go on in it
	}
	return out
}

// across is the line through a frame at height y, measured in its middle.
func (f frame) across(y float64) Segment {
	half := f.slope * (f.x1 - f.x0) / 2
	return Segment{From: f.x0, To: f.x1, At: y - half, Till: y + half, Width: 1}
}

// wornRows finds the lines that run through a whole table: with its ends known
// a few dots in a hundred tell.
func (f field) wornRows(t frame, dpi float64) []Segment {
	type found struct {
		y    float64
		dots float64
	}
	var hits []found
	for y := dpi * 0.2; y < float64(f.ridge.H)-dpi*0.2; y++ {
		got := f.follow(t.across(y), dpi*0.6)
		if !got.line(wornInk/2, 0.1) {
			continue
		}
		if k := len(hits) - 1; k >= 0 && y-hits[k].y < dpi*0.1 {
			if got.dots > hits[k].dots {
				hits[k] = found{y, got.dots}
			}
			continue
		}
		hits = append(hits, found{y, got.dots})
	}
	var out []Segment
	add := func(s Segment) {
		mid := (s.From + s.To) / 2
		if !slices.ContainsFunc(append(out, t.lines...), func(l Segment) bool { return math.Abs(l.Pos(mid)-s.Pos(mid)) < dpi*0.1 }) {
			out = append(out, s)
		}
	}
	for _, h := range hits {
		add(t.across(h.y))
	}
	for _, s := range f.paleRows(t, dpi) {
		add(s)
	}
	return out
}

// column is an upright piece between two neighbouring lines of a frame.
type column struct {
	Segment
	x    float64
	band int
	sure bool // it needs no piece above or below it as a witness
}

// wornColumns finds upright lines between neighbouring horizontal ones. f is
// the transposed picture. A stroke of text never reaches from one ruling line
// to the next; the side of a seal's ring may, so that a piece of which little
// is left counts only above or beneath another piece, or one of the lines in
// known.
func (f field) wornColumns(t frame, known []Segment, dpi float64) []Segment {
	bands := t.bands()
	var found []column
	for i, b := range bands {
		if b.height() < dpi*0.16 {
			continue
		}
		in := f.columnsIn(b, i, t, dpi)
		for _, s := range f.paleColumns(bands[i:i+1], t, dpi) {
			x := s.Pos((s.From + s.To) / 2)
			if !slices.ContainsFunc(in, func(c column) bool { return math.Abs(c.x-x) < dpi*0.05 }) {
				in = append(in, column{b.upright(x, t.slope), x, i, b.height() > dpi*runLeast})
			}
		}
		all := slices.Clone(known)
		for _, c := range in {
			all = append(all, c.Segment)
		}
		if left, right := t.sides(b, all, dpi); left || right || len(in) > 2 { // else it lies between two tables
			found = append(found, in...)
		}
	}
	near := dpi * 0.05
	var out []Segment
	for _, c := range found {
		witness := c.sure || slices.ContainsFunc(found, func(o column) bool {
			return (o.band == c.band-1 || o.band == c.band+1) && math.Abs(o.x-c.x) < near
		}) || slices.ContainsFunc(known, func(k Segment) bool {
			at := max(k.From, min(k.To, (c.From+c.To)/2))
			return k.To > c.From-near && k.From < c.To+near && math.Abs(k.Pos(at)-c.x) < near
		})
		if witness {
			out = append(out, c.Segment)
		}
	}
	out = append(out, f.runColumns(t, append(slices.Clone(known), out...), dpi)...)
	out = append(out, f.paleKin(t, append(slices.Clone(known), out...), dpi)...)
	return append(out, t.borders(append(slices.Clone(known), out...), dpi)...)
}

// columnsIn finds the upright lines of one band.
func (f field) columnsIn(b band, n int, t frame, dpi float64) []column {
	var out []column
	best, at := trace{}, 0.0
	flush := func() {
		if best.dots > 0 {
			out = append(out, column{b.upright(at, t.slope), at, n, best.other < 0.06 && (best.dots > 0.6 || best.filled > 0.95)})
		}
		best = trace{}
	}
	margin := dpi * 0.06
	for x := t.x0 - margin; x <= t.x1+margin; x++ {
		s := b.upright(x, t.slope)
		s.From, s.To = s.From+2, s.To-2
		got := f.follow(s, dpi*0.08)
		if !got.line(wornInk*2, 0.06) {
			continue
		}
		if x-at > 3 {
			flush()
		}
		if got.dots > best.dots {
			best, at = got, x
		}
	}
	flush()
	return out
}

// borders are the left and right sides of a frame where one of them is lost:
// lines that end alike end at a line, and where the table has one side it has
// the other.
func (t frame) borders(upright []Segment, dpi float64) []Segment {
	var out []Segment
	for _, b := range t.bands() {
		left, right := t.sides(b, upright, dpi)
		inner := 0
		for _, x := range upright {
			if overlap(x.From, x.To, b.top.Pos(x.At), b.bottom.Pos(x.At)) > b.height()*0.8 && x.At > t.x0 && x.At < t.x1 {
				inner++
			}
		}
		if !left && (right || inner > 2) {
			out = append(out, b.upright(t.x0, t.slope))
		}
		if !right && (left || inner > 2) {
			out = append(out, b.upright(t.x1, t.slope))
		}
	}
	return out
}

// sides says on which sides of a band a line stands. The ends of the lines
// across, and so the frame's, may be worn away.
func (t frame) sides(b band, lines []Segment, dpi float64) (left, right bool) {
	in, beyond := dpi*0.14, dpi*0.5
	return stands(lines, b.upright(t.x0, t.slope), -beyond, in), stands(lines, b.upright(t.x1, t.slope), -in, beyond)
}

// stands says whether a line stands along most of s, from so far to the left
// of it to so far to the right.
func stands(lines []Segment, s Segment, from, to float64) bool {
	mid := (s.From + s.To) / 2
	at := s.Pos(mid)
	return slices.ContainsFunc(lines, func(k Segment) bool {
		if overlap(k.From, k.To, s.From, s.To) <= (s.To-s.From)*0.6 {
			return false
		}
		off := k.Pos(mid) - at
		return off > from && off < to
	})
}

// band is the space between two neighbouring lines of a frame.
type band struct{ top, bottom Segment }

func (t frame) bands() []band {
	lines := slices.Clone(t.lines)
	mid := (t.x0 + t.x1) / 2
	slices.SortFunc(lines, func(a, b Segment) int { return cmp.Compare(a.Pos(mid), b.Pos(mid)) })
	var out []band
	for i := 0; i+1 < len(lines); i++ {
		out = append(out, band{lines[i], lines[i+1]})
	}
	return out
}

func (b band) height() float64 {
	mid := (b.top.From + b.top.To) / 2
	return b.bottom.Pos(mid) - b.top.Pos(mid)
}

// upright is the line from top to bottom of a band at x, square to lines of a
// slope.
func (b band) upright(x, slope float64) Segment {
	y0, y1 := b.top.Pos(x), b.bottom.Pos(x)
	half := slope * (y1 - y0) / 2
	return Segment{From: y0, To: y1, At: x + half, Till: x - half, Width: 1}
}

// wornLines adds to lines found what is left of worn ones. h and v are the
// picture and its transpose.
func wornLines(r Rulings, h, v field, dpi float64) Rulings {
	worn := h.wornSegments(dpi)
	for _, t := range frames(joinSegments(append(slices.Clone(r.Horizontal), worn...), dpi), dpi) {
		t.lines = append(t.lines, h.wornRows(t, dpi)...)
		for _, s := range t.lines {
			if !doubled(s, r.Horizontal, dpi) {
				r.Horizontal = append(r.Horizontal, s)
			}
		}
		for _, s := range v.wornColumns(t, r.Vertical, dpi) {
			if !doubled(s, r.Vertical, dpi) {
				r.Vertical = append(r.Vertical, s)
			}
		}
	}
	r = Rulings{joinSegments(r.Horizontal, dpi), joinSegments(r.Vertical, dpi)}
	h.onward(r.Horizontal, r.Vertical, dpi)
	v.onward(r.Vertical, r.Horizontal, dpi)
	return r
}

// doubled says whether a line is there already, over its whole length.
func doubled(s Segment, lines []Segment, dpi float64) bool {
	got := 0.0
	for _, l := range lines {
		if from, to := max(s.From, l.From), min(s.To, l.To); to > from {
			if m := (from + to) / 2; math.Abs(l.Pos(m)-s.Pos(m)) < dpi*0.04 {
				got += to - from
			}
		}
	}
	return got > (s.To-s.From)*0.9
}
