package scan

import (
	"context"
	"image"
	"strings"
	"unicode"

	"dengji/extract/page"
	"dengji/extract/seal"
)

// sealArea is where coloured ink of a seal's size lies, and what is written on
// its ring and inside.
type sealArea struct {
	box    image.Rectangle
	shape  string
	text   string
	inside string
	score  float64
}

// sealDoubt is the score under which a ring's text is not believed: better no
// name than a wrong one.
const sealDoubt = 0.6

// readSeals unrolls the rings and reads them.
func (w *work) readSeals(ctx context.Context) error {
	var err error
	w.timed("seals", func() {
		for i := range w.seals {
			if err = w.readSeal(ctx, &w.seals[i]); err != nil {
				return
			}
		}
	})
	return err
}

func (w *work) readSeal(ctx context.Context, s *sealArea) error {
	ink := seal.Ink(w.planes.Gray, w.planes.Clean, s.box.Inset(-s.box.Dx()/20))
	ring := seal.FindRing(ink, 20*w.dpi/25.4)
	if ring.Round < 0.35 { // no circle: a square seal, a signature
		s.shape = "square"
		return nil
	}
	strip, ok := seal.Unroll(ink, ring)
	if !ok {
		return nil
	}
	r, err := w.readers.First.ReadLine(ctx, strip)
	if err != nil {
		return err
	}
	if text := onlyHan(r.Text); r.Score >= sealDoubt && runeCount(text) >= 3 {
		s.text, s.score = text, r.Score
	}
	in, err := w.readers.First.ReadLine(ctx, seal.Inside(ink, ring))
	if err != nil {
		return err
	}
	if text := onlyHan(in.Text); in.Score >= sealDoubt && (runeCount(text) >= 3 || len(in.Text) >= 10) {
		s.inside = strings.ReplaceAll(in.Text, " ", "")
	}
	return nil
}

// onlyHan keeps what a company's name is made of: Chinese characters and
// brackets. The star and the ring's own line read as signs and go.
func onlyHan(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) || strings.ContainsRune("（）()", r) {
			return r
		}
		return -1
	}, s)
}

// findSeals finds blobs of coloured ink of a seal's size: 20 to 65 mm across.
// The ink is widened first, because a seal is a ring, a star and characters
// that need not touch.
func (w *work) findSeals() {
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
			joined := o.box.Union(s.box)
			w.seals[i] = sealArea{box: joined, shape: shapeOf(float64(joined.Dx()), float64(joined.Dy()))}
			return
		}
	}
	w.seals = append(w.seals, s)
}

// shapeOf tells a seal's shape by its proportions; a seal cut by the page's
// edge keeps the shape of what is left.
func shapeOf(w, h float64) string {
	switch r := w / h; {
	case r > 1.25 || r < 0.8:
		return "oval"
	default:
		return "round"
	}
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
