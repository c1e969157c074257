package page

import (
	"image"
	"math"
	"sort"
)

// Grid is a ruled table as cells with spans.
type Grid struct {
	Rows, Cols int
	Cells      []GridCell // by row, then column
}

// GridCell is one cell, in pixels.
type GridCell struct {
	Row, Col, RowSpan, ColSpan int
	Box                        image.Rectangle
}

// Grids turns ruling lines into tables. Lines that touch belong to one table;
// a table has at least two lines each way.
func Grids(r Rulings, dpi float64) []Grid {
	h, v := extend(r, dpi*0.12)
	var out []Grid
	for _, g := range touching(h, v, dpi*0.06) {
		if len(g.Horizontal) < 2 || len(g.Vertical) < 2 {
			continue
		}
		if grid, ok := cells(g, dpi); ok {
			out = append(out, grid)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Cells[0].Box.Min.Y < out[j].Cells[0].Box.Min.Y })
	return out
}

// extend lengthens lines that stop just short of a line across.
func extend(r Rulings, reach float64) (h, v []Segment) {
	h, v = append(h, r.Horizontal...), append(v, r.Vertical...)
	stretch := func(s *Segment, others []Segment) {
		for _, o := range others {
			mid := (s.From + s.To) / 2
			x := o.Pos(s.Pos(mid)) // where o lies along s
			y := s.Pos(x)
			if y < o.From-reach || y > o.To+reach {
				continue
			}
			switch {
			case x < s.From && x > s.From-reach:
				s.At, s.From = s.Pos(x), x
			case x > s.To && x < s.To+reach:
				s.Till, s.To = s.Pos(x), x
			}
		}
	}
	for i := range h {
		stretch(&h[i], r.Vertical)
	}
	for i := range v {
		stretch(&v[i], r.Horizontal)
	}
	return h, v
}

// touching groups lines into tables by their crossings.
func touching(h, v []Segment, slack float64) []Rulings {
	n := len(h) + len(v)
	joined := newSets(n)
	for i, a := range h {
		for j, b := range v {
			x := b.Pos((a.At + a.Till) / 2)
			y := a.Pos(x)
			if x >= a.From-slack && x <= a.To+slack && y >= b.From-slack && y <= b.To+slack {
				joined.join(i, len(h)+j)
			}
		}
	}
	groups := map[int]int{}
	var out []Rulings
	at := func(i int) *Rulings {
		r := joined.find(i)
		k, ok := groups[r]
		if !ok {
			k = len(out)
			groups[r] = k
			out = append(out, Rulings{})
		}
		return &out[k]
	}
	for i, s := range h {
		g := at(i)
		g.Horizontal = append(g.Horizontal, s)
	}
	for j, s := range v {
		g := at(len(h) + j)
		g.Vertical = append(g.Vertical, s)
	}
	return out
}

// axis holds the distinct positions of a table's lines in one direction.
type axis struct {
	pos   []float64   // mean position of each
	lines [][]Segment // the segments that lie there
}

// positions clusters lines by where they lie, measured at the table's middle
// of the other direction so that skew left over moves all alike.
func positions(s []Segment, slack float64) axis {
	sorted := append([]Segment(nil), s...)
	mid := func(s Segment) float64 { return (s.At + s.Till) / 2 }
	sort.Slice(sorted, func(i, j int) bool { return mid(sorted[i]) < mid(sorted[j]) })
	var a axis
	for _, l := range sorted {
		k := len(a.pos) - 1
		if k >= 0 && mid(l)-mid(a.lines[k][len(a.lines[k])-1]) <= slack {
			a.lines[k] = append(a.lines[k], l)
		} else {
			a.pos, a.lines = append(a.pos, 0), append(a.lines, []Segment{l})
			k++
		}
		var sum, weight float64
		for _, m := range a.lines[k] {
			sum += mid(m) * (m.To - m.From)
			weight += m.To - m.From
		}
		a.pos[k] = sum / weight
	}
	return a
}

// covered reports whether lines of one position fill most of from..to.
func covered(lines []Segment, from, to float64) bool { return share(lines, from, to) >= 0.6 }

// share is how much of from..to lines of one position fill.
func share(lines []Segment, from, to float64) float64 {
	got := 0.0
	for _, s := range lines {
		got += math.Max(0, math.Min(s.To, to)-math.Max(s.From, from))
	}
	return got / (to - from)
}

// cells joins elementary squares that no line parts, and gives every joined
// piece its span.
func cells(r Rulings, dpi float64) (Grid, bool) {
	slack := dpi * 0.055
	ys, xs := positions(r.Horizontal, slack), positions(r.Vertical, slack)
	rows, cols := len(ys.pos)-1, len(xs.pos)-1
	if rows < 1 || cols < 1 {
		return Grid{}, false
	}
	m := newMesh(xs, ys)
	m.square()
	joined := m.joined()
	spans := map[int]image.Rectangle{}
	var order []int
	for i := range joined {
		root := joined.find(i)
		if _, ok := spans[root]; !ok {
			order = append(order, root)
		}
		x, y := i%cols, i/cols
		spans[root] = spans[root].Union(image.Rect(x, y, x+1, y+1))
	}
	g := Grid{Rows: rows, Cols: cols}
	for _, root := range order {
		s := spans[root]
		g.Cells = append(g.Cells, GridCell{
			Row: s.Min.Y, Col: s.Min.X, RowSpan: s.Dy(), ColSpan: s.Dx(),
			Box: image.Rect(round(xs.pos[s.Min.X]), round(ys.pos[s.Min.Y]), round(xs.pos[s.Max.X]), round(ys.pos[s.Max.Y])),
		})
	}
	return g, true
}

func round(v float64) int { return int(math.Round(v)) }
