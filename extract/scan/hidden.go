package scan

import (
	"image"
	"slices"

	"dengji/extract/page"
)

// Where a seal hides a box's state: the share of its inside, and the level of
// ink as dark as print, through which no mark shows.
const (
	hiddenShare = 0.12
	hiddenLevel = 110
)

// hidden reports whether a seal as dark as print lay over the inside of a box: it
// was taken off, with whatever mark was under it.
func (w *work) hidden(box image.Rectangle) bool {
	if w.planes.Ink != nil || !w.sealed(box) {
		return false
	}
	in := box.Inset(max(2, box.Dx()/5)).Intersect(w.planes.Gray.Rect)
	gone := 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		row := w.planes.Gray.Pix[w.planes.Gray.PixOffset(in.Min.X, y):][:in.Dx()]
		for x, v := range row {
			if v < hiddenLevel && w.ink.Row(y)[in.Min.X+x] == 0 {
				gone++
			}
		}
	}
	return float64(gone) >= hiddenShare*float64(in.Dx()*in.Dy())
}

// frameTells is how many times as wide as the others the frames of the ticked
// boxes, or those of the empty ones, must be to tell them apart.
const frameTells = 1.5

// judgeHidden settles the boxes of a row whose inside a seal hid: no ink there
// does not make them empty. Companies put ☑ in the place of □, and the two glyphs
// come from two fonts: where the row's other boxes show that, the frame tells which
// of them a hidden one is, never surely. Where it does not, nobody knows.
func (w *work) judgeHidden(boxes []*page.TickBox) {
	var veiled []*page.TickBox
	var on, off []float64
	for _, b := range boxes {
		switch {
		case !b.On && w.hidden(b.Box):
			veiled = append(veiled, b)
		case b.Score < sureScore:
		case b.On:
			on = append(on, w.frameWidth(b.Box))
		default:
			off = append(off, w.frameWidth(b.Box))
		}
	}
	for _, b := range veiled {
		b.Score = lostScore
		if len(on) == 0 || len(off) == 0 {
			continue
		}
		onWide := slices.Min(on) >= slices.Max(off)*frameTells
		bound := (slices.Min(on) + slices.Max(off)) / 2
		if !onWide {
			if slices.Min(off) < slices.Max(on)*frameTells {
				continue
			}
			bound = (slices.Max(on) + slices.Min(off)) / 2
		}
		b.On, b.Score = (w.frameWidth(b.Box) > bound) == onWide, besideScore
	}
}

// frameWidth is how wide the lines of a box's frame are, in pixels: the mean of the
// middle half of its places, so that gaps and strokes across weigh nothing.
func (w *work) frameWidth(box image.Rectangle) float64 {
	reach := max(2, box.Dx()/6)
	var widths []int
	across := func(r image.Rectangle) {
		if n := w.ink.Count(r.Intersect(image.Rect(0, 0, w.ink.W, w.ink.H))); n > 0 {
			widths = append(widths, n)
		}
	}
	for d := reach; d < box.Dy()-reach; d++ {
		for _, x := range []int{box.Min.X, box.Max.X} {
			across(image.Rect(x-reach, box.Min.Y+d, x+reach, box.Min.Y+d+1))
		}
	}
	for d := reach; d < box.Dx()-reach; d++ {
		for _, y := range []int{box.Min.Y, box.Max.Y} {
			across(image.Rect(box.Min.X+d, y-reach, box.Min.X+d+1, y+reach))
		}
	}
	slices.Sort(widths)
	sum := 0
	half := widths[len(widths)/4 : len(widths)-len(widths)/4]
	for _, n := range half {
		sum += n
	}
	return float64(sum) / float64(max(1, len(half)))
}
