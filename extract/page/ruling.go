package page

import (
	"bytes"
	"image"
	"math"
	"slices"
)

// Segment is a ruling line: its ends along its own direction and its position
// across it, which may drift by what skew is left.
type Segment struct {
	From, To float64 // pixels along the line: x of a horizontal, y of a vertical one
	At, Till float64 // pixels across it, at From and at To
	Width    float64 // pixels
}

// Pos is the position across the segment at a place along it.
func (s Segment) Pos(along float64) float64 {
	if s.To <= s.From {
		return s.At
	}
	t := (along - s.From) / (s.To - s.From)
	return s.At + (s.Till-s.At)*t
}

// Rulings are the ruling lines of a page.
type Rulings struct{ Horizontal, Vertical []Segment }

// rulingDPI is the resolution ruling lines are looked for at.
const rulingDPI = 150

// lineContrast is how much darker than both its sides a line's pixel is, in
// grey levels.
const lineContrast = 18

// FindRulings finds straight dark lines of at least 4 mm in an evened picture
// of the given resolution. A line may be thinner than a pixel, broken by up to
// 2 mm, or lie under a seal (hand over the plane without coloured ink).
//
// A pixel belongs to a line where it is darker than both sides of it a few
// pixels away; counting such pixels along a window lets a pale line stand out
// of noise that would drown each single pixel.
func FindRulings(g *image.Gray, dpi float64) Rulings {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	f := rulingDPI / dpi
	if f > 1 {
		f = 1
	}
	small := Resize(g, int(float64(w)*f), int(float64(h)*f))
	fx := float64(w) / float64(small.Rect.Dx())
	d := dpi * f
	turned := transpose(small)
	fh, fv := newField(small, d), newField(turned, d)
	r := Rulings{fh.segments(d), fv.segments(d)}
	r = wornLines(proven(r, fh, fv, d), fh, fv, d)
	return prune(Rulings{scaleSegments(r.Horizontal, fx), scaleSegments(r.Vertical, fx)}, dpi)
}

// prune drops strokes of characters that happen to line up, and lines to write
// on. A ruling line is very long, or it meets other ruling lines.
func prune(r Rulings, dpi float64) Rulings {
	long, medium, slack := dpi*2.36, dpi*0.98, dpi*0.04 // 60 mm, 25 mm, 1 mm
	keepH, keepV := make([]bool, len(r.Horizontal)), make([]bool, len(r.Vertical))
	sweep := func(mine []Segment, keep []bool, others []Segment, kept []bool) (changed bool) {
		for i, s := range mine {
			if keep[i] {
				continue
			}
			length, n := s.To-s.From, meets(s, others, kept, slack)
			if length >= long || n >= 2 || (n == 1 && length >= medium) {
				keep[i], changed = true, true
			}
		}
		return changed
	}
	for changed := true; changed; {
		changed = sweep(r.Horizontal, keepH, r.Vertical, keepV)
		changed = sweep(r.Vertical, keepV, r.Horizontal, keepH) || changed
	}
	pick := func(s []Segment, keep []bool) (out []Segment) {
		for i := range s {
			if keep[i] {
				out = append(out, s[i])
			}
		}
		return out
	}
	return Rulings{pick(r.Horizontal, keepH), pick(r.Vertical, keepV)}
}

// meets counts the kept lines across that a segment reaches.
func meets(s Segment, others []Segment, kept []bool, slack float64) int {
	n := 0
	for j, o := range others {
		if !kept[j] {
			continue
		}
		at := o.Pos(s.Pos((s.From + s.To) / 2)) // where o lies along s
		across := s.Pos(at)
		if at >= s.From-slack && at <= s.To+slack && across >= o.From-slack && across <= o.To+slack {
			n++
		}
	}
	return n
}

func scaleSegments(s []Segment, f float64) []Segment {
	for i := range s {
		s[i].From *= f
		s[i].To *= f
		s[i].At *= f
		s[i].Till *= f
		s[i].Width *= f
	}
	return s
}

func transpose(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, h, w))
	for y := range h {
		row := g.Pix[y*g.Stride : y*g.Stride+w]
		for x, v := range row {
			out.Pix[x*out.Stride+y] = v
		}
	}
	return out
}

// ridge marks pixels darker by at least contrast than the brighter pixels
// reach rows above and below.
func ridge(g *image.Gray, reach, contrast int) *Bitmap {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := NewBitmap(w, h)
	paper := brightMask(uint8(max(0, 256-contrast))) // nothing is so much brighter than these
	for y := reach; y < h-reach; y++ {
		up, mid, down := g.Pix[(y-reach)*g.Stride:][:w], g.Pix[y*g.Stride:][:w], g.Pix[(y+reach)*g.Stride:][:w]
		dst := out.Row(y)
		for x := 0; x < w; {
			if x+8 <= w && word(mid[x:])&paper == paper {
				x += 8
				continue
			}
			for end := min(w, x+8); x < end; x++ {
				if int(min(up[x], down[x]))-int(mid[x]) >= contrast {
					dst[x] = 1
				}
			}
		}
	}
	return out
}

type span struct{ y, x0, x1 int }

// runs finds stretches of a ridge row in which every window is nearly full.
func runs(b *Bitmap, window, need, least int) []span {
	var out []span
	for y := range b.H {
		row := b.Pix[y*b.W : (y+1)*b.W]
		sum, start := 0, -1
		flush := func(end int) {
			// The window may reach beyond the line's ends: trim to ink.
			if start < 0 {
				return
			}
			a, z := start, end
			for a < z && row[a] == 0 {
				a++
			}
			for z > a && row[z-1] == 0 {
				z--
			}
			if z-a >= least {
				out = append(out, span{y, a, z})
			}
			start = -1
		}
		for x := 0; x < len(row); x++ {
			if sum == 0 { // nothing can begin before the next ink
				skip := bytes.IndexByte(row[x:], 1)
				if skip < 0 {
					break
				}
				x += skip
			}
			sum += int(row[x])
			if x >= window {
				sum -= int(row[x-window])
			}
			if x < window-1 {
				continue
			}
			if sum >= need {
				if start < 0 {
					start = x - window + 1
				}
			} else if start >= 0 {
				flush(x)
			}
		}
		flush(len(row))
	}
	return out
}

// segments finds the field's lines that are whole or broken a little.
func (f field) segments(dpi float64) []Segment {
	window := max(9, int(dpi/9))
	spans := runs(f.faint, window, window*4/5, int(dpi*0.12))
	lines := linkSpans(spans, int(dpi/25)+1)
	lines = joinSegments(lines, dpi)
	out := lines[:0]
	for _, s := range lines {
		if s.To-s.From >= dpi*0.17 {
			out = append(out, s)
		}
	}
	return out
}

// linkSpans joins spans of neighbouring rows into segments.
func linkSpans(spans []span, gap int) []Segment {
	joined := newSets(len(spans))
	low := 0
	for i, s := range spans {
		for spans[low].y < s.y-2 {
			low++
		}
		for k := low; k < i; k++ {
			o := spans[k]
			if o.x0 <= s.x1+gap && s.x0 <= o.x1+gap {
				joined.join(k, i)
			}
		}
	}
	groups := map[int][]span{}
	var order []int
	for i, s := range spans {
		r := joined.find(i)
		if _, ok := groups[r]; !ok {
			order = append(order, r)
		}
		groups[r] = append(groups[r], s)
	}
	out := make([]Segment, 0, len(order))
	for _, r := range order {
		if s, ok := fitSpans(groups[r]); ok {
			out = append(out, s)
		}
	}
	return out
}

// fitSpans fits a straight line through spans by least squares weighted by
// length. It refuses what is no thin line: a filled box, a slanted stroke.
func fitSpans(group []span) (Segment, bool) {
	var sw, sx, sy, sxx, sxy, area float64
	x0, x1, y0, y1 := math.MaxInt, 0, math.MaxInt, 0
	for _, s := range group {
		n := float64(s.x1 - s.x0)
		mx, y := float64(s.x0+s.x1)/2, float64(s.y)+0.5
		sw += n
		sx += n * mx
		sy += n * y
		sxx += n * (mx*mx + n*n/12)
		sxy += n * mx * y
		area += n
		x0, x1 = min(x0, s.x0), max(x1, s.x1)
		y0, y1 = min(y0, s.y), max(y1, s.y+1)
	}
	length := float64(x1 - x0)
	if length <= 0 || float64(y1-y0) > math.Max(10, length*0.08) {
		return Segment{}, false
	}
	slope := 0.0
	if d := sxx*sw - sx*sx; d > 0 {
		slope = (sxy*sw - sx*sy) / d
	}
	at := func(x float64) float64 { return sy/sw + slope*(x-sx/sw) }
	return Segment{From: float64(x0), To: float64(x1), At: at(float64(x0)), Till: at(float64(x1)), Width: math.Max(1, area/length)}, true
}

// joinSegments merges pieces of one line: end to end within 4 mm, or side by
// side (a line doubled by photocopying) within 0.7 mm.
func joinSegments(s []Segment, dpi float64) []Segment {
	gap, across := dpi*0.16, math.Max(2.5, dpi*0.028)
	slices.SortFunc(s, func(a, b Segment) int {
		switch {
		case a.From < b.From:
			return -1
		case a.From > b.From:
			return 1
		}
		return 0
	})
	for merged := true; merged; {
		merged = false
		for i := 0; i < len(s); i++ {
			for j := i + 1; j < len(s); j++ {
				a, b := s[i], s[j]
				if b.From > a.To+gap {
					break
				}
				// Strokes of characters that stand above each other are as long
				// as the gaps between them; pieces of a line are longer.
				if hole := b.From - a.To; hole > dpi*0.04 && hole > math.Min(a.To-a.From, b.To-b.From)*0.5 {
					continue
				}
				meet := (math.Max(a.From, b.From) + math.Min(a.To, b.To)) / 2
				if math.Abs(a.Pos(meet)-b.Pos(meet)) > across {
					continue
				}
				s[i] = mergeTwo(a, b)
				s = slices.Delete(s, j, j+1)
				merged = true
				j--
			}
		}
	}
	return s
}

func mergeTwo(a, b Segment) Segment {
	la, lb := a.To-a.From, b.To-b.From
	if b.From >= a.From && b.To <= a.To { // inside: the longer one knows better
		a.Width = math.Max(a.Width, b.Width)
		return a
	}
	m := Segment{From: math.Min(a.From, b.From), To: math.Max(a.To, b.To), Width: (a.Width*la + b.Width*lb) / (la + lb)}
	m.At, m.Till = a.At, b.Till
	if b.From < a.From {
		m.At = b.At
	}
	if b.To < a.To {
		m.Till = a.Till
	}
	return m
}
