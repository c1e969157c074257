package pdf

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"dengji/extract"
)

// glyph is one character of a text layer on the page as shown (points, origin
// top left).
type glyph struct {
	r      rune
	x0, x1 float64 // from the pen before to the pen after it
	base   float64 // y of its baseline
	size   float64 // em size
}

// Parts of an em a line reaches over and under its baseline: of CJK fonts'
// ideographic em box 0.88 and 0.12.
const (
	ascent  = 0.88
	descent = 0.12
)

// Gaps between two glyphs, in ems.
const (
	wideGap  = 1.2  // ends a line: another column, cell or field
	bareGap  = 0.7  // ends a line where neither spaces nor Latin words part it
	wordGap  = 0.15 // between Latin words whose space was not drawn
	tightGap = 0.3  // a superscript stands no farther from its word
	sameBase = 0.15 // baselines that are one line
)

func (g glyph) top() float64    { return g.base - ascent*g.size }
func (g glyph) bottom() float64 { return g.base + descent*g.size }

// segment is a run of glyphs on one baseline without a wide gap.
type segment []glyph

func (s segment) x0() float64 { return s[0].x0 }
func (s segment) x1() float64 { return s[len(s)-1].x1 }

// size is the em size of the segment: its largest glyph's.
func (s segment) size() float64 {
	m := 0.0
	for _, g := range s {
		m = max(m, g.size)
	}
	return m
}

// group puts glyphs, in whatever order they were drawn, into lines in reading
// order. A line never spans a wide gap, so columns and cells that stand apart
// stay apart. Glyphs must be upright.
func group(glyphs []glyph) []extract.Line {
	glyphs = undouble(glyphs)
	var segs []segment
	for _, row := range rows(glyphs) {
		segs = append(segs, split(row)...)
	}
	segs = adopt(segs)
	var lines []extract.Line
	for _, s := range segs {
		if l, ok := s.line(); ok {
			lines = append(lines, l)
		}
	}
	return readingOrder(lines)
}

// rows sorts glyphs onto common baselines.
func rows(glyphs []glyph) [][]glyph {
	slices.SortStableFunc(glyphs, func(a, b glyph) int {
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.x0, b.x0))
	})
	var out [][]glyph
	for _, g := range glyphs {
		if n := len(out); n > 0 {
			first := out[n-1][0]
			if g.base-first.base <= sameBase*min(g.size, first.size) {
				out[n-1] = append(out[n-1], g)
				continue
			}
		}
		out = append(out, []glyph{g})
	}
	return out
}

// split cuts a row at wide gaps. Spaces are part of the gap they stand in.
func split(row []glyph) []segment {
	slices.SortStableFunc(row, func(a, b glyph) int { return cmp.Compare(a.x0, b.x0) })
	var out []segment
	var cur, spaces segment
	for _, g := range row {
		if unicode.IsSpace(g.r) {
			if len(cur) > 0 {
				spaces = append(spaces, g)
			}
			continue
		}
		if len(cur) > 0 {
			last := cur[len(cur)-1]
			gap := g.x0 - last.x1
			em := max(last.size, g.size)
			limit := wideGap
			if len(spaces) == 0 && !(narrow(last.r) && narrow(g.r)) {
				limit = bareGap
			}
			switch {
			case gap > limit*em:
				out = append(out, cur)
				cur = nil
			case len(spaces) > 0:
				cur = append(cur, spaces[0]) // several are one
			case gap > wordGap*em && narrow(last.r) && narrow(g.r):
				cur = append(cur, glyph{r: ' ', x0: last.x1, x1: g.x0, base: g.base, size: g.size})
			}
		}
		spaces = nil
		cur = append(cur, g)
	}
	if len(cur) > 0 {
		out = append(out, cur)
	}
	return out
}

// narrow reports whether a rune belongs to a script that parts words by spaces.
func narrow(r rune) bool {
	return r < 0x2000 && !unicode.IsSpace(r)
}

// adopt joins superscripts and other small marks on a baseline of their own
// (a footnote's digit) to the word they stand at.
func adopt(segs []segment) []segment {
	slices.SortStableFunc(segs, func(a, b segment) int { return cmp.Compare(b.size(), a.size()) })
	var out []segment
	for _, s := range segs {
		if i := host(out, s); i >= 0 {
			out[i] = append(out[i], s...)
			slices.SortStableFunc(out[i], func(a, b glyph) int { return cmp.Compare(a.x0, b.x0) })
			continue
		}
		out = append(out, s)
	}
	return out
}

// host finds the segment a smaller one stands in or right behind, -1 for none.
func host(segs []segment, s segment) int {
	for i, h := range segs {
		em := h.size()
		if s.size() > 0.8*em {
			continue
		}
		over := min(h[0].bottom(), s[0].bottom()) - max(h[0].top(), s[0].top())
		if over < 0.5*s.size() || s.x0() < h.x0() || s.x0() > h.x1()+tightGap*em {
			continue
		}
		if !slices.ContainsFunc(h, func(g glyph) bool {
			return !unicode.IsSpace(g.r) && min(g.x1, s.x1())-max(g.x0, s.x0()) > 0.25*s.size()
		}) {
			return i
		}
	}
	return -1
}

// undouble drops a glyph drawn twice nearly at the same place: bold type of
// printers without a bold font.
func undouble(glyphs []glyph) []glyph {
	type place struct {
		r    rune
		x, y int
	}
	seen := make(map[place]glyph, len(glyphs))
	var out []glyph
next:
	for _, g := range glyphs {
		cell := max(g.size, 1) * 0.25
		x, y := int(math.Round(g.x0/cell)), int(math.Round(g.base/cell))
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				o, ok := seen[place{g.r, x + dx, y + dy}]
				if ok && math.Abs(o.x0-g.x0) < 0.15*g.size && math.Abs(o.base-g.base) < 0.15*g.size {
					continue next
				}
			}
		}
		seen[place{g.r, x, y}] = g
		out = append(out, g)
	}
	return out
}

// line makes a line of a segment.
func (s segment) line() (extract.Line, bool) {
	l := extract.Line{Reader: extract.ReaderTextLayer, Score: 1}
	var text []rune
	for _, g := range s {
		text = append(text, g.r)
		l.Chars = append(l.Chars, extract.Char{X0: g.x0, X1: g.x1, Score: 1})
		l.Box = l.Box.Union(extract.Box{X0: g.x0, Y0: g.top(), X1: max(g.x1, g.x0+0.01), Y1: g.bottom()})
	}
	l.Text = string(text)
	return l, len(text) > 0
}

// readingOrder sorts lines into rows from the top, each from the left.
func readingOrder(lines []extract.Line) []extract.Line {
	mid := func(l extract.Line) float64 { return (l.Box.Y0 + l.Box.Y1) / 2 }
	slices.SortStableFunc(lines, func(a, b extract.Line) int {
		return cmp.Or(cmp.Compare(mid(a), mid(b)), cmp.Compare(a.Box.X0, b.Box.X0))
	})
	for i := 0; i < len(lines); {
		j := i + 1
		for j < len(lines) && mid(lines[j])-mid(lines[i]) < 0.4*min(lines[i].Box.Height(), lines[j].Box.Height()) {
			j++
		}
		slices.SortStableFunc(lines[i:j], func(a, b extract.Line) int { return cmp.Compare(a.Box.X0, b.Box.X0) })
		i = j
	}
	return lines
}
