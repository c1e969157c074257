package scan

import (
	"context"
	"image"
	"math"
	"slices"
	"strings"
	"unicode"

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
}

// readSeals unrolls the rings and reads them.
func (w *work) readSeals(ctx context.Context) error {
	var err error
	w.timed("seals", func() {
		for i := range w.seals {
			if w.seals[i].ring.R == 0 {
				continue
			}
			if err = w.readSeal(ctx, &w.seals[i]); err != nil {
				return
			}
		}
	})
	return err
}

func (w *work) readSeal(ctx context.Context, s *sealArea) error {
	ink, ring := w.sealPicture(s.ring)
	arc, ok := seal.FindArc(ink, ring)
	if !ok {
		return nil
	}
	var err error
	if s.text, s.score, err = w.readArc(ctx, ink, ring, arc); err != nil {
		return err
	}
	in, err := w.readers.First.ReadLine(ctx, seal.Inside(ink, ring))
	if err != nil {
		return err
	}
	if text := onlyHan(in.Text); in.Score >= insideDoubt && (runeCount(text) >= 3 || len(in.Text) >= 10) {
		s.inside = strings.ReplaceAll(in.Text, " ", "")
	}
	return nil
}

// Scores under which a seal's text is not believed: better no name than a
// wrong one.
const (
	ringDoubt   = 0.75 // mean of one reading alone
	weakDoubt   = 0.35 // weakest character of one reading alone
	agreedDoubt = 0.6  // mean of two readings that agree
	insideDoubt = 0.6
)

// arcWidths are how much characters are widened before they are read, the
// likeliest first: long names are written narrow.
var arcWidths = []float64{1, 1.3, 0.85}

// readArc reads the ring's text in several widths until two readings agree.
// What two agree on, or one is very sure of, is believed.
func (w *work) readArc(ctx context.Context, ink *image.Gray, ring seal.Ring, arc seal.Arc) (string, float64, error) {
	var best ocr.Reading
	seen := map[string]float64{}
	for _, wide := range arcWidths {
		r, err := w.readers.First.ReadLine(ctx, seal.Unroll(ink, ring, arc, wide))
		if err != nil {
			return "", 0, err
		}
		r = hanOnly(r)
		if n := len(r.Chars); n < 4 || !evenlySpaced(r.Chars) {
			continue
		}
		if before, ok := seen[r.Text]; ok && max(before, r.Score) >= agreedDoubt {
			return r.Text, max(before, r.Score), nil
		}
		seen[r.Text] = r.Score
		if r.Score > best.Score {
			best = r
		}
	}
	if len(best.Chars) == 0 || best.Score < ringDoubt || weakest(reading{Reading: best}) < weakDoubt {
		return "", 0, nil
	}
	return best.Text, best.Score, nil
}

// evenlySpaced reports whether no character is missing between the others: on
// a ring they stand at equal distances.
func evenlySpaced(chars []ocr.Char) bool {
	var gaps []float64
	for i := 1; i < len(chars); i++ {
		gaps = append(gaps, (chars[i].X0+chars[i].X1-chars[i-1].X0-chars[i-1].X1)/2)
	}
	sorted := slices.Sorted(slices.Values(gaps))
	mid := sorted[len(sorted)/2]
	return sorted[len(sorted)-1] < mid*1.6
}

// hanOnly keeps what a company's name is made of, with its places.
func hanOnly(r ocr.Reading) ocr.Reading {
	var out ocr.Reading
	for i, c := range []rune(r.Text) {
		if onlyHan(string(c)) != "" {
			out.Text += string(c)
			out.Chars = append(out.Chars, r.Chars[i])
		}
	}
	out.Score = meanScore(out.Chars)
	return out
}

// sealPicture cuts a ring out of the page, with the ring in its coordinates:
// the coloured ink alone where there is colour.
func (w *work) sealPicture(c seal.Ring) (*image.Gray, seal.Ring) {
	box := c.Box().Inset(-int(c.R / 15)).Intersect(w.planes.Gray.Rect)
	c.X -= float64(box.Min.X)
	c.Y -= float64(box.Min.Y)
	if w.planes.Ink == nil {
		return seal.Plain(w.planes.Gray, box), c
	}
	return seal.Ink(w.planes.Gray, w.planes.Clean, box), c
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
		if c = w.refine(c, mm); !c.Believed() || w.hasRing(c, mm) {
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
