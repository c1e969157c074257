package scan

import (
	"image"
	"strings"
	"unicode"

	"dengji/extract/page"
)

// takeWrappedSlash reads the slash that ends a web address on a line of its own,
// where the address filled its cell to the last letter: readers make nothing of so
// lone a stroke, and nobody misses it.
func (w *work) takeWrappedSlash() {
	for i := range len(w.read) {
		l := w.read[i]
		r := []rune(l.first.Text)
		if len(r) == 0 || !strings.Contains(l.first.Text, "www.") && !strings.Contains(l.first.Text, "://") || !unicode.IsLetter(r[len(r)-1]) || r[len(r)-1] > unicode.MaxASCII {
			continue
		}
		cell, ok := w.cellOf(l.box)
		if !ok || l.box.Max.X < cell.Max.X-l.box.Dy() {
			continue
		}
		for _, c := range w.comps {
			if !beginsBelow(c, l.box) || !c.Box.In(cell) {
				continue
			}
			at := w.readAs(c.Box)
			if at >= 0 && len(w.read[at].first.Chars) > 1 {
				continue
			}
			s, ok := w.strokeOf(c, c.Box)
			if !ok || s.text != loneSlash {
				continue
			}
			slash := s.line(w.readers.First.Name(), l.box.Dy(), c.Box.Inset(-l.box.Dy()))
			if at < 0 {
				w.read = append(w.read, slash)
			} else {
				w.read[at] = slash
			}
			break
		}
	}
}

// cellOf is the cell that the middle of a box lies in.
func (w *work) cellOf(box image.Rectangle) (image.Rectangle, bool) {
	for _, g := range w.grids {
		for _, c := range g.Cells {
			if middle(box).In(c.Box) {
				return c.Box, true
			}
		}
	}
	return image.Rectangle{}, false
}

// beginsBelow reports whether a piece of ink stands where a line's text goes on
// beneath its beginning.
func beginsBelow(c page.Component, line image.Rectangle) bool {
	h := line.Dy()
	m := middle(c.Box)
	return c.Box.Dy()*2 >= h && c.Box.Dy()*2 <= h*3 && m.X > line.Min.X-h/4 && m.X < line.Min.X+h && m.Y > line.Max.Y && m.Y < line.Max.Y+h*5/4
}

// readAs is the line whose box has most of a piece of ink, -1 for none.
func (w *work) readAs(ink image.Rectangle) int {
	for i := range w.read {
		if area(ink.Intersect(w.read[i].box))*2 >= area(ink) {
			return i
		}
	}
	return -1
}
