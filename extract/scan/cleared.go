package scan

import (
	"context"
	"image"
	"math"
	"slices"

	"dengji/extract"
	"dengji/extract/page"
	"dengji/extract/seal"
)

// clearGreySeals takes the seals of a scan without colour off the clean plane,
// looks for lines there again and binarizes it again: a detector makes one box
// of a seal and all the lines it lies over, and a grey seal's strokes are ink
// like any other.
func (w *work) clearGreySeals(ctx context.Context) error {
	if w.planes.Ink != nil || len(w.seals) == 0 {
		return nil
	}
	w.timed("seals", w.clearRings)
	err := w.detectAgain(ctx)
	w.timed("grid", w.inkOfClean)
	return err
}

// clearRings takes the rings' lines and stars off a copy of the clean plane.
func (w *work) clearRings() {
	clean := crop(w.planes.Gray, w.planes.Gray.Rect, 0)
	for i := range w.seals {
		if s := &w.seals[i]; s.ring.R > 0 {
			s.blind, s.opaque = seal.DivideFrame(clean, s.ring, w.dpi/25.4)
		}
	}
	w.planes.Clean = clean
}

// detectAgain looks for text in the rows of the seals once more and takes what
// it finds for the boxes that reach into a seal.
func (w *work) detectAgain(ctx context.Context) error {
	if w.readers.Detect == nil {
		return nil
	}
	var err error
	w.timed("detect", func() {
		for _, band := range w.sealBands() {
			var found []image.Rectangle
			if found, err = w.readers.Detect(ctx, crop(w.planes.Clean, band, 0)); err != nil {
				return
			}
			w.replaceBoxes(band, found)
		}
	})
	return err
}

// sealBands are the rows of the page that seals lie in, with a margin of a
// line's height, those that touch joined.
func (w *work) sealBands() []image.Rectangle {
	margin := int(8 * w.dpi / 25.4)
	var out []image.Rectangle
	for _, s := range w.seals {
		if s.ring.R == 0 {
			continue
		}
		b := image.Rect(0, s.box.Min.Y-margin, w.planes.Clean.Rect.Dx(), s.box.Max.Y+margin).Intersect(w.planes.Clean.Rect)
		kept := out[:0]
		for _, o := range out {
			if o.Overlaps(b) {
				b = b.Union(o)
				continue
			}
			kept = append(kept, o)
		}
		out = append(kept, b)
	}
	return out
}

// replaceBoxes puts the boxes found in a band in the place of those that reach
// into a seal. Boxes at the band's rims may be cut lines: what is found in no
// seal counts for nothing. A line that the old box follows further than the new
// one is as long as both: what is left of a seal's strokes parts lines.
func (w *work) replaceBoxes(band image.Rectangle, found []image.Rectangle) {
	var discs []image.Rectangle
	for _, s := range w.seals {
		if s.ring.R > 0 && s.box.Overlaps(band) {
			discs = append(discs, s.box)
		}
	}
	var kept, old []image.Rectangle
	for _, b := range w.boxes {
		if overlapsAny(b, discs) {
			old = append(old, b)
		} else {
			kept = append(kept, b)
		}
	}
	for _, b := range found {
		if b = b.Add(band.Min); overlapsAny(b, discs) {
			kept = append(kept, longerOf(b, old))
		}
	}
	w.boxes = kept
	for i, b := range kept {
		w.boxes[i] = w.acrossRings(b)
	}
}

// acrossRings makes a box that ends at a ring's line from inside as long as the
// line of text that goes on behind it: a character or two outside a ring are too
// little for the detector to see.
func (w *work) acrossRings(b image.Rectangle) image.Rectangle {
	h := b.Dy()
	for _, s := range w.seals {
		if s.ring.R == 0 || !s.box.Overlaps(b) {
			continue
		}
		dy := float64(b.Min.Y+b.Max.Y)/2 - s.ring.Y
		if math.Abs(dy) > 0.8*s.ring.R { // there the ring's line runs along the text
			continue
		}
		half := math.Sqrt(s.ring.R*s.ring.R - dy*dy)
		if left := int(s.ring.X - half*ringOuter); b.Min.X > left && float64(b.Min.X) < s.ring.X-half*ringInner {
			if end, ok := w.followInk(b, s.ring, left, -1); ok {
				b.Min.X = end - h/8
			}
		}
		if right := int(s.ring.X + half*ringOuter); b.Max.X < right && float64(b.Max.X) > s.ring.X+half*ringInner {
			if end, ok := w.followInk(b, s.ring, right, 1); ok {
				b.Max.X = end + h/8
			}
		}
	}
	return b.Intersect(w.planes.Clean.Rect)
}

// Where a ring's line lies, as shares of its radius.
const (
	ringInner = 0.72
	ringOuter = 1.04
)

// followInk is how far ink goes on in a box's rows from column x on, outside a
// ring, over gaps of less than half a line's height and not further than two; ok
// where there is as much of it as a cut character has: less is what is left of
// the ring's line.
func (w *work) followInk(b image.Rectangle, ring seal.Ring, x, step int) (end int, ok bool) {
	h, columns := b.Dy(), 0
	beyond := image.Rect(x, b.Min.Y, x+step*2*h, b.Max.Y).Canon()
	if slices.ContainsFunc(w.seals, func(o sealArea) bool { return o.ring.R > 0 && o.ring != ring && o.box.Overlaps(beyond) }) {
		return x, false // another impression's ink
	}
	end = x
	for n := range 2 * h {
		at := x + step*n
		if w.ink.Count(image.Rect(at, b.Min.Y+h/6, at+1, b.Max.Y-h/6)) > 0 {
			end, columns = at, columns+1
		} else if max(at-end, end-at) > h/2 {
			break
		}
	}
	return end, columns*8 >= h
}

// longerOf is a box, made as long as those of the others that follow the same
// line.
func longerOf(b image.Rectangle, others []image.Rectangle) image.Rectangle {
	for _, o := range others {
		common := min(b.Max.Y, o.Max.Y) - max(b.Min.Y, o.Min.Y)
		if o.Overlaps(b) && common*10 >= 7*b.Dy() && common*10 >= 7*o.Dy() {
			b.Min.X, b.Max.X = min(b.Min.X, o.Min.X), max(b.Max.X, o.Max.X)
		}
	}
	return b
}

func overlapsAny(b image.Rectangle, others []image.Rectangle) bool {
	for _, o := range others {
		if o.Overlaps(b) {
			return true
		}
	}
	return false
}

// inkOfClean binarizes the clean plane, ruling lines left out.
func (w *work) inkOfClean() {
	w.ink = page.Binarize(w.planes.Clean)
	page.EraseRulings(w.ink, w.rulings)
	w.comps = page.Components(w.ink)
}

// Scores under which what was read in a ring may be its strokes.
const (
	strokesDoubt = 0.5
	arcDoubt     = 0.8 // where they are no darker than the ring and on its arc
)

// greyStrokes reports whether a line read on a scan without colour is surely
// no text: signs inside a ring that the reader doubts, few of them or all on the
// arc where the ring's own characters stand.
func (w *work) greyStrokes(l readLine) bool {
	if w.planes.Ink != nil || l.first.Score >= arcDoubt || !w.inRing(l.box) {
		return false
	}
	if l.first.Score < strokesDoubt && runeCount(l.first.Text) <= 4 {
		return true
	}
	if runeCount(onlyHan(l.first.Text))*2 < runeCount(l.first.Text) {
		return false // figures and letters are no ring's
	}
	for _, s := range w.seals {
		if s.ring.R > 0 && w.onArc(l.box, s.ring) && (l.first.Score < strokesDoubt || !w.darkerThanSeal(l.box, s.ring)) {
			return true
		}
	}
	return false
}

// onArc reports whether the ink of a box lies where a ring's characters stand.
func (w *work) onArc(box image.Rectangle, c seal.Ring) bool {
	const from, to, most = 0.54, 1.03, 0.97
	box = box.Intersect(w.planes.Gray.Rect)
	in, n := 0, 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if w.ink.Pix[y*w.ink.W+x] == 0 {
				continue
			}
			n++
			if r := math.Hypot(float64(x)+0.5-c.X, float64(y)+0.5-c.Y) / c.R; r > from && r < to {
				in++
			}
		}
	}
	return n > 0 && float64(in) >= most*float64(n)
}

// darkerThanSeal reports whether some of a box's ink is darker than the ring's:
// print is, as a rule, and what lies under a seal always.
func (w *work) darkerThanSeal(box image.Rectangle, c seal.Ring) bool {
	const apart, share = 20, 0.05
	level, dark, n := seal.Level(w.planes.Gray, c), 0, 0
	box = box.Intersect(w.planes.Gray.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if w.ink.Pix[y*w.ink.W+x] == 1 {
				n++
				if int(w.planes.Gray.Pix[y*w.planes.Gray.Stride+x]) < level-apart {
					dark++
				}
			}
		}
	}
	return float64(dark) > share*float64(n)
}

// opaqueDoubt is the most a character under an opaque seal can score: of the
// values under one an eighth is read right, and readers are sure of the others,
// too.
const opaqueDoubt = 0.5

// doubtBlind takes the score of characters away that stand where a seal's solid
// star was blanked, or beside it: what lay under it nobody has seen. Characters
// that mix with those of an opaque ring are doubted, however sure the reader is.
func (w *work) doubtBlind() {
	for _, s := range w.seals {
		for i := range w.read {
			l := &w.read[i]
			if s.blind > 0 {
				l.doubtNear(s.ring.X, s.ring.Y, s.blind)
			}
			if !s.opaque || !l.box.Overlaps(s.box) {
				continue
			}
			for k := range l.first.Chars {
				c := &l.first.Chars[k]
				at := image.Rect(int(c.X0), l.box.Min.Y, int(c.X1)+1, l.box.Max.Y)
				if onBand(at, s.ring) {
					c.Score = min(c.Score, opaqueDoubt)
				}
			}
		}
	}
}

// onBand reports whether a box reaches into the band of a ring in which its
// characters and its line stand.
func onBand(r image.Rectangle, c seal.Ring) bool {
	near := math.Hypot(outside(c.X, r.Min.X, r.Max.X), outside(c.Y, r.Min.Y, r.Max.Y)) / c.R
	far := math.Hypot(max(c.X-float64(r.Min.X), float64(r.Max.X)-c.X), max(c.Y-float64(r.Min.Y), float64(r.Max.Y)-c.Y)) / c.R
	return near < 1.03 && far > seal.ShortFeet
}

// onStar reports whether a box reaches into a ring's star.
func onStar(r image.Rectangle, c seal.Ring) bool {
	return math.Hypot(outside(c.X, r.Min.X, r.Max.X), outside(c.Y, r.Min.Y, r.Max.Y)) < 0.33*c.R
}

// doubtNear doubts a line's characters within reach of a point, and where there
// are some on both sides of it those next to it.
func (l *readLine) doubtNear(x, y, reach float64) {
	off := outside(y, l.box.Min.Y, l.box.Max.Y)
	if off >= reach || len(l.first.Chars) == 0 || outside(x, l.box.Min.X, l.box.Max.X) > reach {
		return
	}
	half := math.Sqrt(reach*reach - off*off)
	from, to := x-half, x+half // what is blind of the line
	chars := l.first.Chars
	before, after := -1, -1
	for k := range chars {
		switch m := middleOf(chars[k]); {
		case m < from:
			before = k
		case m > to:
			if after < 0 {
				after = k
			}
		default:
			chars[k].Score = min(chars[k].Score, extract.UnreadInk)
		}
	}
	for _, k := range []int{before, after} {
		if k >= 0 {
			chars[k].Score = min(chars[k].Score, extract.UnreadInk)
		}
	}
}
