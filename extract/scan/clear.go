package scan

import (
	"image"

	"dengji/extract/page"
)

// allInk is everything on the clean plane that is darker than paper, hairlines
// and pale print too, without ruling lines.
func (w *work) allInk() *page.Bitmap {
	if w.pale == nil {
		w.pale = page.Darker(w.planes.Clean, paleInk)
		page.EraseRulings(w.pale, w.rulings)
	}
	return w.pale
}

// What the search for ink in a cell leaves out: the rim, where what is left of
// its ruling lines lies, and specks. Millimetres.
const (
	cellRim   = 0.6
	speckSide = 0.45
)

// clearCell reports whether all ink in a cell belongs to characters that were
// read: lines lists the lines in it, at is -1 for those that are left out of
// the document. Coloured ink, which is not on the clean plane, is ink too, and so
// is that of a grey seal, which was taken off it.
func (w *work) clearCell(cell image.Rectangle, lines []int, at []int) bool {
	mm := w.dpi / 25.4
	rest := cell.Inset(int(cellRim * mm)).Intersect(w.planes.Clean.Rect)
	if rest.Empty() || w.inked(rest) > 0 || w.underSeal(rest) {
		return false
	}
	ink := w.allInk().Cut(rest)
	for _, i := range lines {
		if at[i] >= 0 {
			eraseRead(ink, &w.read[i], rest.Min)
		}
	}
	for _, c := range page.Components(ink) {
		if float64(max(c.Box.Dx(), c.Box.Dy())) > speckSide*mm {
			return false
		}
	}
	return true
}

// readReach is how far from its middle a character's ink reaches, in shares of
// a Chinese character's width: half of it, and what the places that a reader
// gives are off.
const readReach = 0.75

// eraseRead clears the ink of a line's characters from a bitmap whose top left
// corner is at.
func eraseRead(ink *page.Bitmap, l *readLine, at image.Point) {
	em := float64(l.box.Dy()) * emShare
	for _, c := range l.first.Chars {
		reach := max(em*readReach, (c.X1-c.X0)/2)
		m := middleOf(c)
		ink.Erase(image.Rect(int(m-reach), l.box.Min.Y-l.box.Dy()/6, int(m+reach)+1, l.box.Max.Y+l.box.Dy()/6).Sub(at))
	}
}
