package scan

import (
	"image"
	"math"
	"sort"

	"dengji/extract/ocr"
	"dengji/extract/page"
)

// A lone stroke is what stands for 无 in a cell: a dash or a slash. A reader
// sees too little in it (a dash fills a crop of its own height, and a slash is
// read as 1, I or 7), but its geometry leaves little doubt.
const (
	loneDash  = "—"
	loneSlash = "/"
)

// Scores of a lone stroke: one that stands where a value stands, and one that
// may as well be a hair on the glass or a piece of a seal.
const (
	surelyStroke  = 0.97
	perhapsStroke = 0.6
)

// Lengths of lone strokes in millimetres; longer ones are ruled lines to write
// on or pieces of a table's frame.
const (
	leastStroke = 0.8
	mostStroke  = 9
)

// stroke is a straight, thin piece of ink.
type stroke struct {
	box   image.Rectangle
	text  string
	score float64
	seal  bool // a seal lies over it
}

// findStrokes takes the cells whose only ink is one thin stroke away from the
// reader: their boxes go out of w.boxes, and what the geometry says goes into
// w.read.
func (w *work) findStrokes() {
	inCell := w.boxesByCell()
	drop := map[int]bool{}
	for i, comps := range regions(w.grids, w.comps) {
		cell, ok := w.cellAt(i)
		if !ok || len(inCell[i]) > 1 {
			continue
		}
		c, ok := w.onlyPiece(cell, comps)
		if !ok {
			continue
		}
		s, ok := w.strokeOf(c, cell)
		if !ok {
			continue
		}
		for _, k := range inCell[i] {
			drop[k] = true
		}
		w.read = append(w.read, s.line(w.readers.First.Name(), w.lineHeight(), cell))
	}
	if len(drop) == 0 {
		return
	}
	var kept []image.Rectangle
	for k, b := range w.boxes {
		if !drop[k] {
			kept = append(kept, b)
		}
	}
	w.boxes = kept
}

// cellAt gives the cell that regions put at index i.
func (w *work) cellAt(i int) (image.Rectangle, bool) {
	for _, g := range w.grids {
		if i < len(g.Cells) {
			return g.Cells[i].Box, true
		}
		i -= len(g.Cells)
	}
	return image.Rectangle{}, false
}

// boxesByCell lists, for every cell in the order of regions, the boxes that
// reach into it.
func (w *work) boxesByCell() map[int][]int {
	out := map[int][]int{}
	i := 0
	for _, g := range w.grids {
		for _, c := range g.Cells {
			for k, b := range w.boxes {
				if a := area(b.Intersect(c.Box)); a*4 >= area(b) {
					out[i] = append(out[i], k)
				}
			}
			i++
		}
	}
	return out
}

// onlyPiece returns the one piece of ink of a cell beside specks and what is
// left of its ruling lines.
func (w *work) onlyPiece(cell image.Rectangle, comps []page.Component) (page.Component, bool) {
	mm := w.dpi / 25.4
	rim := cell.Inset(max(2, int(0.4*mm)))
	var only page.Component
	n := 0
	for _, c := range comps {
		if float64(max(c.Box.Dx(), c.Box.Dy())) < 0.45*mm {
			continue
		}
		if !middle(c.Box).In(rim) || alongRim(c.Box, cell, mm) {
			continue
		}
		only = c
		n++
	}
	return only, n == 1
}

// alongRim reports whether a piece is a rest of a ruling line: it lies within
// a millimetre of a side of the cell and along it.
func alongRim(b, cell image.Rectangle, mm float64) bool {
	near := int(mm)
	upright := b.Dy() > b.Dx()*4 && (b.Min.X < cell.Min.X+near || b.Max.X > cell.Max.X-near)
	level := b.Dx() > b.Dy()*4 && (b.Min.Y < cell.Min.Y+near || b.Max.Y > cell.Max.Y-near)
	return upright || level
}

// strokeOf tells whether a piece of ink is a dash or a slash. The piece's
// pixels are taken as a cloud: the axis along which they spread gives slope
// and length, the spread across it thickness and straightness.
func (w *work) strokeOf(c page.Component, cell image.Rectangle) (stroke, bool) {
	mm := w.dpi / 25.4
	length, across, slope := w.spread(c.Box)
	if length < leastStroke*mm || length > mostStroke*mm || across > 0.6*mm || length < across*3.5 {
		return stroke{}, false
	}
	s := stroke{box: c.Box, score: surelyStroke, seal: w.underSeal(c.Box.Inset(-int(mm)))}
	switch {
	case math.Abs(slope) <= 8:
		s.text = loneDash
	case slope >= 40 && slope <= 79 && length <= 6.5*mm:
		s.text = loneSlash
	default:
		return stroke{}, false
	}
	// A value stands on the middle of its cell's height, print has a width that
	// can be seen, and a seal's strokes look like anything.
	off := math.Abs(float64(middle(c.Box).Y-middle(cell).Y)) / float64(cell.Dy())
	if off > 0.22 || length < across*5 || across < 0.06*mm || s.seal {
		s.score = perhapsStroke
	}
	if w.inked(c.Box) >= 0.35 {
		return stroke{}, false
	}
	return s, true
}

// spread measures the ink inside a box: its length along the main axis and its
// thickness across it, in pixels, and the axis' slope in degrees, rising to the
// right positive. A straight bar of even ink gives its true length and
// thickness: the variance along a side is the side's square over twelve.
func (w *work) spread(b image.Rectangle) (length, across, slope float64) {
	var n, sx, sy, sxx, syy, sxy float64
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if w.ink.Pix[y*w.ink.W+x] == 1 {
				fx, fy := float64(x-b.Min.X), float64(b.Max.Y-y)
				n++
				sx, sy, sxx, syy, sxy = sx+fx, sy+fy, sxx+fx*fx, syy+fy*fy, sxy+fx*fy
			}
		}
	}
	if n < 3 {
		return 0, 0, 0
	}
	vx, vy, cov := sxx/n-sx/n*sx/n, syy/n-sy/n*sy/n, sxy/n-sx/n*sy/n
	root := math.Hypot((vx-vy)/2, cov)
	major, minor := (vx+vy)/2+root, max(0, (vx+vy)/2-root)
	slope = math.Atan2(2*cov, vx-vy) / 2 * 180 / math.Pi
	return math.Sqrt(12*major + 1), math.Sqrt(12*minor + 1), slope
}

// lineHeight is the median height of the detector's boxes.
func (w *work) lineHeight() int {
	h := make([]int, 0, len(w.boxes))
	for _, b := range w.boxes {
		h = append(h, b.Dy())
	}
	if len(h) == 0 {
		return int(w.dpi / 6)
	}
	sort.Ints(h)
	return h[len(h)/2]
}

// line is a stroke as a read line, in a box of a line's height inside its cell.
func (s stroke) line(reader string, height int, cell image.Rectangle) readLine {
	pad := max(0, (height-s.box.Dy())/2)
	box := image.Rect(s.box.Min.X-2, s.box.Min.Y-pad, s.box.Max.X+2, s.box.Max.Y+pad).Intersect(cell)
	r := reading{reader: reader}
	r.Text, r.Score = s.text, s.score
	r.Chars = []ocr.Char{{X0: float64(s.box.Min.X), X1: float64(s.box.Max.X), Score: s.score}}
	return readLine{box: box, seal: s.seal, first: r}
}
