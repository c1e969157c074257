package scan

import (
	"image"
	"slices"

	"dengji/extract/page"
)

// withBeside ticks an empty box that has a mark beside or around it: □√, a
// circle, a stroke that misses the box.
func (w *work) withBeside(l *readLine, s tickSlot, r optionRow, t page.TickBox, mark float64) page.TickBox {
	covered := w.planes.Ink == nil && w.underSeal(t.Box)
	if t.On {
		switch {
		case covered: // a seal's strokes look like a mark's
			t.Score = min(t.Score, placeScore)
		case w.sealShows(l, t.Box):
			t.On, t.Score = false, placeScore
		}
		return t
	}
	if score := w.markInRoom(s, r, t.Box); score > 0 {
		t.On, t.Score = true, score
		switch {
		case mark > 0:
			t.Score = max(markScore, mark)
		case covered: // the room is a mark's, the ink in it may be the seal's
			t.Score = placeScore
		}
		return t
	}
	if covered {
		return t
	}
	clear := !w.residue(l, t.Box)
	end := s.area.Max.X + int(r.pitch*0.1)
	for _, c := range w.comps {
		b := c.Box
		if b.Max.X < s.area.Min.X || b.Min.X > end || middle(b).Y < l.box.Min.Y || middle(b).Y >= l.box.Max.Y {
			continue
		}
		around := b.Overlaps(t.Box)
		over := max(t.Box.Min.X-b.Min.X, t.Box.Min.Y-b.Min.Y, b.Max.Y-t.Box.Max.Y)
		far := b.Dx() > t.Box.Dx()*3 || b.Dy() > t.Box.Dy()*3
		beside := !around && b.Max.X <= end && b.Min.X >= s.area.Min.X && b.Dy()*5 >= r.side*2 && b.Dx()*4 >= r.side
		if beside || around && !far && over*4 > r.side {
			t.On, t.Score = clear, besideScore
			if mark > 0 {
				t.On, t.Score = true, max(markScore, mark)
			}
			return t
		}
	}
	if w.encircled(t.Box) {
		t.On, t.Score = clear, besideScore
		return t
	}
	if mark > 0 {
		t.Score = min(t.Score, besideScore) // the reader saw a mark, its ink does not show
	}
	return t
}

// Where a coloured seal lies in a box: the share of it that is coloured, and how
// much paler than the line's print, in grey levels, the ink inside is that is the
// seal's.
const (
	sealInBox = 0.1
	sealPaler = 20
)

// sealShows reports whether the ink in a box is what is left of a dark seal on the
// clean plane: it is coloured there, and paler than the line's print.
func (w *work) sealShows(l *readLine, box image.Rectangle) bool {
	return w.planes.Ink != nil && w.inked(box) >= sealInBox &&
		w.inkLevelIn(box.Inset(max(2, box.Dx()/5))) > w.inkLevelIn(l.box)+sealPaler
}

// inkLevelIn is the median grey of the ink in a place, 0 where there is none.
func (w *work) inkLevelIn(r image.Rectangle) int {
	var hist [256]int
	n := 0
	r = r.Intersect(w.planes.Clean.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if w.ink.Pix[y*w.ink.W+x] != 0 {
				hist[w.planes.Clean.Pix[y*w.planes.Clean.Stride+x]]++
				n++
			}
		}
	}
	for v, k := 0, 0; v < len(hist) && n > 0; v++ {
		if k += hist[v]; 2*k >= n {
			return v
		}
	}
	return 0
}

// residue reports whether ink at a box is rather what is left of a seal than a
// mark: one lies there that has no colour, or the reader saw an empty box.
func (w *work) residue(l *readLine, box image.Rectangle) bool {
	return w.sealed(box) && (w.planes.Ink == nil || readAsBox(l, box))
}

// Room for a mark between a box and its word, in shares of the row's pitch: a
// word follows a box that nobody marked closely, a mark typed between them
// takes a character's place.
const (
	markRoom  = 0.55
	markWidth = 0.25
)

// markInRoom tells how sure it is that a mark stands between a box and its word, 0
// where none does: ink as high as one, in room that the word of an empty box would
// not leave. It may touch the word: only what stands before the word's place counts.
// On a faint page the mark is as pale as the boxes are; noise of the paper does not
// hang together that far, but what is left of a seal does.
func (w *work) markInRoom(s tickSlot, r optionRow, box image.Rectangle) float64 {
	if float64(s.area.Max.X-box.Max.X) < r.pitch*markRoom {
		return 0
	}
	rim := max(2, box.Dx()/10)
	room := image.Rect(box.Max.X+rim, box.Min.Y-box.Dy()/3, s.area.Max.X, box.Max.Y+box.Dy()/4)
	fits := func(in image.Rectangle) bool {
		return in.Dy()*5 >= box.Dy()*2 && float64(in.Dx()) >= r.pitch*markWidth
	}
	if fits(w.ink.Bounds(room)) {
		return roomScore
	}
	if !w.sealed(room) {
		for _, c := range page.Components(w.allInk().Cut(room)) {
			if fits(c.Box) {
				return besideScore
			}
		}
	}
	return 0
}

// Where the line of a circle around a box runs, in shares of the box's side away
// from it, and the share of the side it must be seen along.
const (
	circleFrom = 0.12
	circleTo   = 0.9
	circleSeen = 0.5
)

// encircled reports whether ink runs along an empty box above, below and before
// it: a circle drawn around it, whose line may touch the words beside it. Of
// print there is none before a box, and hardly ever above and below.
func (w *work) encircled(box image.Rectangle) bool {
	near, far := int(float64(box.Dx())*circleFrom)+1, int(float64(box.Dx())*circleTo)
	need := int(float64(box.Dx()) * circleSeen)
	above := image.Rect(box.Min.X, box.Min.Y-far, box.Max.X, box.Min.Y-near)
	below := image.Rect(box.Min.X, box.Max.Y+near, box.Max.X, box.Max.Y+far)
	before := image.Rect(box.Min.X-far, box.Min.Y, box.Min.X-near, box.Max.Y)
	return inkedColumns(w.ink, above) >= need && inkedColumns(w.ink, below) >= need && (inkedRows(w.ink, before) >= need || w.ruledOff(before))
}

// ruledOff reports whether an upright ruling line runs through an area: it was taken
// off the ink, and with it what lay over it.
func (w *work) ruledOff(r image.Rectangle) bool {
	y := float64(middle(r).Y)
	return slices.ContainsFunc(w.rulings.Vertical, func(s page.Segment) bool {
		x := s.Pos(y)
		return y >= s.From && y < s.To && x >= float64(r.Min.X)-s.Width && x < float64(r.Max.X)+s.Width
	})
}

func inkedColumns(ink *page.Bitmap, r image.Rectangle) (n int) {
	for x := r.Min.X; x < r.Max.X; x++ {
		n += min(1, ink.Count(image.Rect(x, r.Min.Y, x+1, r.Max.Y)))
	}
	return n
}

func inkedRows(ink *page.Bitmap, r image.Rectangle) (n int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		n += min(1, ink.Count(image.Rect(r.Min.X, y, r.Max.X, y+1)))
	}
	return n
}
