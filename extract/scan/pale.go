package scan

import (
	"image"

	"dengji/extract/page"
)

// Pale fill is print that is much fainter than the form's own: a printer short
// of toner, a blue that the scanner hardly sees. Next to black labels both the
// detector and the threshold of the whole page take it for paper, and a value
// that was not seen is missing without a trace.
const (
	paleContrast = 22 // grey levels between a cell's paper and its darkest ink, from which there is ink at all
	paleMost     = 20 // most percent of a cell's area that is ink; more is a shadow or a stain
)

// paleCells is from how many cells without a box but with pale ink on the fill
// of a page counts as pale, so that cells with boxes may hold more of it.
const paleCells = 3

// findPale looks into the cells without a box for ink that the page's threshold
// took for paper, and gives it boxes; on a page whose fill is pale into the
// other cells as well. Cells that a seal reaches are left alone: what is left
// of its strokes is pale, too.
func (w *work) findPale() {
	var filled, found []image.Rectangle
	cells := 0
	for _, g := range w.grids {
		for _, c := range g.Cells {
			if w.underSeal(c.Box) || w.sealed(c.Box) {
				continue
			}
			if w.hasBox(c.Box) {
				filled = append(filled, c.Box)
				continue
			}
			if lines := w.paleLines(c.Box); len(lines) > 0 {
				found = append(found, lines...)
				cells++
			}
		}
	}
	if cells >= paleCells {
		for _, c := range filled {
			found = append(found, w.paleLines(c)...)
		}
	}
	for _, b := range found {
		if w.worthReading(b) {
			w.boxes = append(w.boxes, b.Inset(-max(2, b.Dy()/8)))
		}
	}
}

// hasBox reports whether the middle of a line lies in a cell.
func (w *work) hasBox(cell image.Rectangle) bool {
	for _, b := range w.boxes {
		if middle(b).In(cell) {
			return true
		}
	}
	return false
}

// sealed reports whether a seal that was found reaches into a cell.
func (w *work) sealed(cell image.Rectangle) bool {
	for _, s := range w.seals {
		if s.box.Overlaps(cell) {
			return true
		}
	}
	return false
}

// paleLines finds lines of text in a cell by the contrast of what is left of it
// beside its boxes.
func (w *work) paleLines(cell image.Rectangle) []image.Rectangle {
	mm := int(w.dpi / 25.4)
	in := cell.Inset(mm / 2).Intersect(w.planes.Clean.Rect)
	if in.Dx() < 3*mm || in.Dy() < 3*mm {
		return nil
	}
	rest := crop(w.planes.Clean, in, 0)
	for _, b := range w.boxes {
		if b = b.Inset(-2).Intersect(in).Sub(in.Min); !b.Empty() {
			whiten(rest, b)
		}
	}
	paper, print := levels(rest)
	if paper-print < paleContrast {
		return nil
	}
	ink := faintInk(rest)
	if ink.Count(image.Rect(0, 0, ink.W, ink.H))*100 > ink.W*ink.H*paleMost {
		return nil
	}
	var comps []page.Component
	for _, c := range page.Components(ink) {
		c.Box, c.Seed = c.Box.Add(in.Min), c.Seed.Add(in.Min)
		if w.ink.Count(c.Box)*3 < c.Pixels { // what the page's ink holds has been looked at
			comps = append(comps, c)
		}
	}
	return page.TextLines(comps, w.dpi)
}

// whiten fills a rectangle with white.
func whiten(g *image.Gray, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := g.Pix[y*g.Stride+r.Min.X : y*g.Stride+r.Max.X]
		for x := range row {
			row[x] = 255
		}
	}
}

// levels are the grey of a small picture's paper and of its darkest ink: the
// level that most of its lighter part has, and the one that only a fiftieth is
// darker than.
func levels(g *image.Gray) (paper, print int) {
	var hist [256]int
	n := 0
	for _, v := range g.Pix {
		if v < 255 { // white is what was taken out
			hist[v]++
			n++
		}
	}
	at := func(share float64) int {
		sum := 0
		for v := range hist {
			if sum += hist[v]; float64(sum) >= share*float64(n) {
				return v
			}
		}
		return 255
	}
	return at(0.8), at(0.02)
}
