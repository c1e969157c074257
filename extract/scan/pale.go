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
	paleContrast  = 26    // grey levels between a cell's paper and its darkest ink, from which there is ink at all
	paleBeside    = 32    // the same where the detector saw other lines in the cell
	paleShare     = 0.004 // share of a cell that is its darkest ink: a lone 无 is one pixel in a hundred of a cell
	paleMost      = 20    // most percent of a cell's area that is ink; more is a shadow or a stain
	paleSpeck     = 0.6   // millimetres under which a piece of pale ink is noise
	paleLinesMost = 6     // lines that a cell has room for in which pale lines go on: a certificate's frame is no cell
	paleNoise     = 4.5   // deviations of the paper's noise that ink must stand out by
)

// findPale looks for ink that the page's threshold took for paper, in cells
// without a box and, for a detector loses a pale line beside one that it sees,
// in the others too, and gives it boxes. In cells that a seal reaches lines only
// go on in pale ink, where the seal's own is known by its colour: what is left of
// a seal's strokes is pale, too.
func (w *work) findPale() {
	var found []image.Rectangle
	for _, g := range w.grids {
		for _, c := range g.Cells {
			if w.underSeal(c.Box) || w.sealed(c.Box) {
				w.stretchPale(c.Box)
				continue
			}
			seen := w.boxesIn(c.Box)
			least := paleContrast
			if len(seen) > 0 {
				least = paleBeside
			}
			lines := w.paleLines(c.Box, least)
			if len(seen) == 0 && len(lines) == 1 && w.paleDash(lines[0], c.Box) {
				s := stroke{box: lines[0], text: loneDash, score: perhapsStroke}
				w.read = append(w.read, s.line(w.readers.First.Name(), w.lineHeight(), c.Box))
				continue
			}
			for _, b := range lines {
				if (len(seen) == 0 || besideLines(b, seen)) && w.worthReading(b) {
					found = append(found, w.paleBox(b, c.Box))
				}
			}
		}
	}
	w.boxes = append(w.boxes, found...)
}

// paleDash reports whether all the pale ink of a cell is a dash in its middle, which
// stands for 无.
func (w *work) paleDash(ink, cell image.Rectangle) bool {
	mm := w.dpi / 25.4
	off := middle(ink).Sub(middle(cell))
	return float64(ink.Dx()) >= leastStroke*mm && float64(ink.Dx()) <= mostStroke*mm && ink.Dx() >= ink.Dy()*4 &&
		max(off.Y, -off.Y)*5 <= cell.Dy() && max(off.X, -off.X)*4 <= cell.Dx()
}

// paleBox is a box around the ink of a pale line as a detector gives them. The palest
// strokes at its ends, a full stop or an i, are no ink yet: up to the cell's sides and
// the boxes beside it there is room for them.
func (w *work) paleBox(ink, cell image.Rectangle) image.Rectangle {
	b := ink.Inset(-max(2, ink.Dy()/4))
	in := cell.Inset(int(w.dpi / 25.4 / 2))
	wide := b
	wide.Min.X, wide.Max.X = max(in.Min.X, ink.Min.X-ink.Dy()*2/3), min(in.Max.X, ink.Max.X+ink.Dy()*2/3)
	for _, o := range w.boxes {
		if o.Min.Y < b.Max.Y && o.Max.Y > b.Min.Y && o.Overlaps(wide) {
			return b
		}
	}
	return wide
}

// stretchPale makes the lines of a cell as long as their print, where a detector
// saw the part of a pale line that a seal makes dark and not the rest. Within a
// seal's own box pale ink may be a second, fainter impression's.
func (w *work) stretchPale(cell image.Rectangle) {
	if w.planes.Ink == nil {
		return
	}
	in := cell.Inset(int(w.dpi / 25.4 / 2)).Intersect(w.planes.Clean.Rect)
	for i, b := range w.boxes {
		if !middle(b).In(cell) || cell.Dy() > paleLinesMost*b.Dy() {
			continue
		}
		left, right := in.Min.X, in.Max.X // up to the lines beside it and the seals
		stop := func(o image.Rectangle) {
			switch {
			case o.Max.Y <= b.Min.Y || o.Min.Y >= b.Max.Y:
				return
			case o.Min.X < b.Min.X:
				left = max(left, o.Max.X)
			}
			if o.Max.X > b.Max.X {
				right = min(right, o.Min.X)
			}
		}
		for k, o := range w.boxes {
			if k != i {
				stop(o)
			}
		}
		for _, s := range w.seals {
			stop(s.box)
		}
		before := w.paleRun(in, image.Rectangle{Min: image.Pt(left, b.Min.Y), Max: image.Pt(b.Min.X, b.Max.Y)}.Intersect(in), -1)
		after := w.paleRun(in, image.Rectangle{Min: image.Pt(b.Max.X, b.Min.Y), Max: image.Pt(right, b.Max.Y)}.Intersect(in), 1)
		if before > 0 {
			w.boxes[i].Min.X -= before + b.Dy()/8
		}
		if after > 0 {
			w.boxes[i].Max.X += after + b.Dy()/8
		}
		w.boxes[i] = w.boxes[i].Intersect(in.Union(b))
	}
}

// paleRun is how far print goes on in a cell's place beside a line, in pixels from
// where the line ends: towards the left with step -1, the right with 1. It is as
// high as a character somewhere, has no gap of more than one, and ends before the
// place does: what goes on to a cell's side is its paper's pattern. Coloured ink
// counts for nothing.
func (w *work) paleRun(cell, r image.Rectangle, step int) int {
	h := r.Dy()
	if r.Dx() < h/3 || h == 0 {
		return 0
	}
	around := image.Rect(r.Min.X, r.Min.Y-h/2, r.Max.X, r.Max.Y+h/2).Intersect(cell) // in a line's own rows is little paper
	rest := crop(w.planes.Clean, around, 0)
	for y := 0; y < around.Dy(); y += page.InkScale {
		for x := 0; x < around.Dx(); x += page.InkScale {
			at := image.Rect(x, y, x+page.InkScale, y+page.InkScale)
			if w.inked(at.Inset(-page.InkScale).Add(around.Min)) > 0 {
				whiten(rest, at.Intersect(rest.Rect))
			}
		}
	}
	paper, print, noise := levels(rest, paleShare)
	if float64(paper-print) < max(paleContrast, noise*paleNoise) {
		return 0
	}
	ink := page.Darker(rest, uint8(min(float64(inkLevel(paper, print)), float64(paper)-noise*paleNoise/2)))
	rows := image.Rect(0, r.Min.Y+h/8, 0, r.Max.Y-h/8).Sub(image.Pt(0, around.Min.Y))
	end, tallest := 0, 0
	for n := 1; n <= r.Dx() && n-end <= h; n++ {
		x := n - 1
		if step < 0 {
			x = r.Dx() - n
		}
		column := ink.Bounds(image.Rect(x, rows.Min.Y, x+1, rows.Max.Y))
		if column.Empty() {
			continue
		}
		end, tallest = n, max(tallest, column.Dy())
	}
	if tallest*3 < h || end+2 > r.Dx() {
		return 0
	}
	return end
}

// boxesIn are the boxes whose middle lies in a cell.
func (w *work) boxesIn(cell image.Rectangle) []image.Rectangle {
	var in []image.Rectangle
	for _, b := range w.boxes {
		if middle(b).In(cell) {
			in = append(in, b)
		}
	}
	return in
}

// besideLines reports whether a box may be a line of its own beside those seen
// in its cell: about as high as one of them, and apart from all of them. What
// lies across them is what stands out of their own boxes.
func besideLines(b image.Rectangle, seen []image.Rectangle) bool {
	like := false
	for _, o := range seen {
		if common := b.Intersect(o); area(common)*4 > area(b) {
			return false
		}
		like = like || b.Dy()*100 > o.Dy()*45 && b.Dy()*10 < o.Dy()*14 // its ink alone is half as high as a detector's box
	}
	return like
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
// beside its boxes, from the least contrast on.
func (w *work) paleLines(cell image.Rectangle, least int) []image.Rectangle {
	mm := int(w.dpi / 25.4)
	in := cell.Inset(mm / 2).Intersect(w.planes.Clean.Rect)
	if in.Dx() < 3*mm || in.Dy() < 3*mm {
		return nil
	}
	rest := w.unseen(in)
	paper, print, noise := levels(rest, paleShare)
	if float64(paper-print) < max(float64(least), noise*paleNoise) {
		return nil
	}
	ink := page.Darker(rest, uint8(min(float64(inkLevel(paper, print)), float64(paper)-noise*paleNoise/2)))
	if ink.Count(image.Rect(0, 0, ink.W, ink.H))*100 > ink.W*ink.H*paleMost {
		return nil
	}
	var comps []page.Component
	for _, c := range page.Components(ink) {
		c.Box, c.Seed = c.Box.Add(in.Min), c.Seed.Add(in.Min)
		speck := float64(max(c.Box.Dx(), c.Box.Dy())) < paleSpeck*w.dpi/25.4
		if !speck && c.Box.In(in.Inset(1)) { // what touches the edge is a ruling line's shadow
			comps = append(comps, c)
		}
	}
	return page.TextLines(comps, w.dpi)
}

// unseen is the picture of a place without its boxes and without the page's own
// ink and its rim, which would hide how pale the rest is.
func (w *work) unseen(in image.Rectangle) *image.Gray {
	const rim = 2
	rest := crop(w.planes.Clean, in, 0)
	for _, b := range w.boxes {
		if b = b.Inset(-rim).Intersect(in).Sub(in.Min); !b.Empty() {
			whiten(rest, b)
		}
	}
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if w.ink.Pix[y*w.ink.W+x] != 0 {
				at := image.Rect(x-rim, y-rim, x+rim+1, y+rim+1)
				whiten(rest, at.Intersect(in).Sub(in.Min))
			}
		}
	}
	return rest
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
// level that most of its lighter part has, and the one that only this share of
// it is darker than. noise is the deviation of the paper's grey, told from the
// lighter half, where no ink is.
func levels(g *image.Gray, darkest float64) (paper, print int, noise float64) {
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
	return at(0.8), at(darkest), float64(at(0.9)-at(0.4)) / 1.53
}

// inkLevel is the grey below which thin strokes and pale print are ink, too:
// darker than paper by more than a third of the contrast.
func inkLevel(paper, print int) int { return paper - (paper-print)*35/100 }
