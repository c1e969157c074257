package scan

import (
	"context"
	"image"
	"math"

	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/seal"
)

// sealArea is where a seal lies, and what is written on its ring and inside.
type sealArea struct {
	box    image.Rectangle
	shape  string
	ring   seal.Ring // of a round seal, in pixels of the page
	text   string
	inside string
	score  float64
	filled int         // characters of text that were taken from the page's print
	places []ringPlace // of the name, where there is no text
	line   ocr.Reading // inside, as it was read first
	// blind is how far the star of a bitonal scan reached that was blanked with
	// whatever lay under it, pixels.
	blind float64
	// opaque tells that the seal of a scan without colour is as dark as print.
	opaque bool
}

// readSeals unrolls the rings and reads them.
func (w *work) readSeals(ctx context.Context) error {
	var err error
	w.timed("seals", func() {
		for i := range w.seals {
			switch s := &w.seals[i]; {
			case s.ring.R > 0:
				err = w.readSeal(ctx, s)
			case s.shape == "oval":
				err = w.readOval(ctx, s)
			}
			if err != nil {
				return
			}
		}
	})
	return err
}

func (w *work) readSeal(ctx context.Context, s *sealArea) error {
	r := w.newRing(s.ring)
	ps, err := r.readRing(ctx)
	if err != nil {
		return err
	}
	s.name(r, ps)
	return r.readInside(ctx, s)
}

// name keeps the ring's text, or where it is not sure its places as the ring
// alone shows them.
func (s *sealArea) name(r *ringWork, ps []ringPlace) {
	if s.text, s.score, s.filled = r.name(ps); s.text == "" {
		s.places = r.nameOnRing()
	}
}

// findSeals finds round seals by their ring, in colour and in grey, and what
// other blobs of coloured ink have a seal's size.
func (w *work) findSeals() {
	w.findRings()
	w.findBlobs()
}

func (w *work) findRings() {
	f := seal.CoarseDPI / w.dpi
	mm := w.dpi / 25.4
	coarse := w.coarseSealInk(f)
	for _, c := range seal.Find(coarse) {
		// A look at the coarse picture spares most of the work.
		c = seal.Refine(coarse, c, seal.CoarseDPI/25.4)
		if c.Round < seal.LeastRound/2 {
			continue
		}
		c = seal.Ring{X: c.X / f, Y: c.Y / f, R: c.R / f}
		if w.hasRing(c, mm) {
			continue
		}
		if c = w.refine(c, mm); !c.Believed() || c.R < seal.SmallestRadius*mm || w.hasRing(c, mm) {
			continue
		}
		w.seals = append(w.seals, sealArea{box: c.Box().Intersect(w.planes.Gray.Rect), shape: "round", ring: c})
	}
}

// coarseSealInk is what may be a seal's ink, f times the page's size: the
// coloured ink, or all ink where there is no colour.
func (w *work) coarseSealInk(f float64) *image.Gray {
	size := w.planes.Gray.Rect.Size()
	cw, ch := int(float64(size.X)*f), int(float64(size.Y)*f)
	g := page.Resize(w.planes.Gray, cw, ch)
	if w.planes.Ink == nil {
		return g
	}
	c := page.Resize(w.planes.Clean, cw, ch)
	out := image.NewGray(g.Rect)
	for i := range out.Pix {
		out.Pix[i] = uint8(255 - min(255, 2*max(0, int(c.Pix[i])-int(g.Pix[i]))))
	}
	return out
}

func (w *work) refine(c seal.Ring, mm float64) seal.Ring {
	if w.planes.Ink == nil {
		return seal.Refine(w.planes.Gray, c, mm)
	}
	box := c.Box().Inset(-int(3 * mm)).Intersect(w.planes.Gray.Rect)
	at := box.Min
	c.X, c.Y = c.X-float64(at.X), c.Y-float64(at.Y)
	c = seal.Refine(seal.Ink(w.planes.Gray, w.planes.Clean, box), c, mm)
	c.X, c.Y = c.X+float64(at.X), c.Y+float64(at.Y)
	return c
}

// hasRing reports whether a ring was already found at that place. Two stamps
// may overlap, but one that shares most of its place with another must be
// rounder than what the other's line and characters can feign.
func (w *work) hasRing(c seal.Ring, mm float64) bool {
	for _, o := range w.seals {
		d := math.Hypot(o.ring.X-c.X, o.ring.Y-c.Y)
		if d < 2.5*mm || d < o.ring.R && c.Round > 0 && c.Round < crossedRound {
			return true
		}
	}
	return false
}

// crossedRound is the share of a circle that must be seen of a ring whose
// middle lies in another ring.
const crossedRound = 0.8

// findBlobs finds blobs of coloured ink of a seal's size that are no rings: 20
// to 65 mm across. The ink is widened first, because a seal is a frame, a star
// and characters that need not touch.
func (w *work) findBlobs() {
	if w.planes.Ink == nil {
		return
	}
	mm := w.dpi / 25.4 / page.InkScale
	for _, c := range page.Components(widen(w.planes.Ink, max(1, int(mm*1.2)))) {
		bw, bh := float64(c.Box.Dx())/mm, float64(c.Box.Dy())/mm
		if bw > 65 || bh > 65 || max(bw, bh) < 20 || min(bw, bh) < 8 {
			continue
		}
		r := image.Rect(c.Box.Min.X*page.InkScale, c.Box.Min.Y*page.InkScale, c.Box.Max.X*page.InkScale, c.Box.Max.Y*page.InkScale)
		w.addSeal(sealArea{box: r.Intersect(w.planes.Gray.Rect), shape: shapeOf(bw, bh)})
	}
}

// addSeal adds a seal, or joins a piece to the seal in whose box it lies.
func (w *work) addSeal(s sealArea) {
	for i, o := range w.seals {
		if common := area(o.box.Intersect(s.box)); common*2 > min(area(o.box), area(s.box)) {
			if o.ring.R == 0 {
				joined := o.box.Union(s.box)
				w.seals[i] = sealArea{box: joined, shape: shapeOf(float64(joined.Dx()), float64(joined.Dy()))}
			}
			return
		}
	}
	w.seals = append(w.seals, s)
}

// shapeOf tells the shape of a seal without a circle by its proportions.
func shapeOf(w, h float64) string {
	if r := w / h; r > 1.2 && r < 1.7 {
		return "oval"
	}
	return "square"
}

// widen grows ink by n pixels in every direction.
func widen(g *image.Gray, n int) *page.Bitmap {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	tmp, out := page.NewBitmap(w, h), page.NewBitmap(w, h)
	for y := range h {
		for x := range w {
			if g.Pix[y*g.Stride+x] < 128 {
				continue
			}
			for xx := max(0, x-n); xx <= min(w-1, x+n); xx++ {
				tmp.Pix[y*w+xx] = 1
			}
		}
	}
	for y := range h {
		for yy := max(0, y-n); yy <= min(h-1, y+n); yy++ {
			for x := range w {
				out.Pix[yy*w+x] |= tmp.Pix[y*w+x]
			}
		}
	}
	return out
}

// underSeal reports whether a seal's ink lies over a box. Without colour only
// the place tells: the ring with its characters, or the star.
func (w *work) underSeal(r image.Rectangle) bool {
	if w.planes.Ink != nil {
		return w.inked(r) >= sealShare
	}
	for _, s := range w.seals {
		if s.ring.R > 0 && r.Overlaps(s.box) && (onBand(r, s.ring) || onStar(r, s.ring)) {
			return true
		}
	}
	return false
}

// outside is how far v lies outside a span, 0 inside it.
func outside(v float64, from, to int) float64 {
	return max(0, float64(from)-v, v-float64(to))
}

// Where a box holds nothing but a seal's strokes: the ink is coloured and next
// to nothing in it is darker than such ink is in its brightest channel.
const (
	printLevel = 165
	printShare = 0.004
)

// sealStrokes reports whether a box inside a coloured seal's ring holds the
// seal's strokes alone: their shadow on the clean plane misleads a detector.
func (w *work) sealStrokes(r image.Rectangle) bool {
	if w.planes.Ink == nil || !w.inRing(r) || w.inked(r) < 0.1 {
		return false
	}
	r = r.Intersect(w.planes.Clean.Rect)
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, v := range w.planes.Clean.Pix[y*w.planes.Clean.Stride+r.Min.X : y*w.planes.Clean.Stride+r.Max.X] {
			if v < printLevel {
				n++
			}
		}
	}
	return float64(n) < printShare*float64(area(r))
}

// inRing reports whether a box lies inside a found ring.
func (w *work) inRing(r image.Rectangle) bool {
	for _, s := range w.seals {
		c := s.ring
		far := math.Hypot(max(c.X-float64(r.Min.X), float64(r.Max.X)-c.X), max(c.Y-float64(r.Min.Y), float64(r.Max.Y)-c.Y))
		if c.R > 0 && far < c.R*1.05 {
			return true
		}
	}
	return false
}

// inked is the share of a box that coloured ink covers.
func (w *work) inked(r image.Rectangle) float64 {
	if w.planes.Ink == nil {
		return 0
	}
	s := image.Rect(r.Min.X/page.InkScale, r.Min.Y/page.InkScale, (r.Max.X+page.InkScale-1)/page.InkScale, (r.Max.Y+page.InkScale-1)/page.InkScale).Intersect(w.planes.Ink.Rect)
	n := 0
	for y := s.Min.Y; y < s.Max.Y; y++ {
		for _, v := range w.planes.Ink.Pix[y*w.planes.Ink.Stride+s.Min.X : y*w.planes.Ink.Stride+s.Max.X] {
			if v >= 128 {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, s.Dx()*s.Dy()))
}
