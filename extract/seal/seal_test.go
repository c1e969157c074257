package seal

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// paperAt is a white page of dpi with specks and rows of dark bars for text.
func paperAt(dpi float64, rnd *rand.Rand, text bool) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, int(8.27*dpi), int(11.69*dpi)))
	for i := range g.Pix {
		g.Pix[i] = uint8(245 + rnd.IntN(11))
	}
	if !text {
		return g
	}
	mm := dpi / 25.4
	for y := 20 * mm; y < 270*mm; y += 8 * mm {
		for x := 20 * mm; x < 190*mm; x += 4.2 * mm {
			for range 5 { // a character: strokes along both axes
				sx, sy := x+rnd.Float64()*2.4*mm, y+rnd.Float64()*2.8*mm
				if rnd.IntN(2) == 0 {
					fill(g, sx, sy, sx+1.3*mm, sy+0.3*mm, 25)
				} else {
					fill(g, sx, sy, sx+0.3*mm, sy+1.3*mm, 25)
				}
			}
		}
	}
	return g
}

func fill(g *image.Gray, x0, y0, x1, y1 float64, v uint8) {
	r := image.Rect(int(x0), int(y0), int(x1)+1, int(y1)+1).Intersect(g.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			g.Pix[y*g.Stride+x] = min(g.Pix[y*g.Stride+x], v)
		}
	}
}

// stamp draws a ring of 1.1 mm and n blocks on its arc from start to end.
func stamp(g *image.Gray, c Ring, mm float64, level uint8, n int, start, end float64) {
	for y := int(c.Y - c.R - 2*mm); y <= int(c.Y+c.R+2*mm); y++ {
		for x := int(c.X - c.R - 2*mm); x <= int(c.X+c.R+2*mm); x++ {
			if !image.Pt(x, y).In(g.Rect) {
				continue
			}
			dx, dy := float64(x)+0.5-c.X, float64(y)+0.5-c.Y
			r, t := math.Hypot(dx, dy), math.Mod(math.Atan2(dy, dx)-start+4*math.Pi, 2*math.Pi)
			on := math.Abs(r-c.R) < 0.55*mm || r < 0.28*c.R
			if span := end - start; t < span && r > 0.64*c.R && r < 0.92*c.R {
				on = on || math.Mod(t/span*float64(n), 1) < 0.7
			}
			if on {
				g.Pix[y*g.Stride+x] = min(g.Pix[y*g.Stride+x], level)
			}
		}
	}
}

// shrink averages a picture down to CoarseDPI.
func shrink(g *image.Gray, dpi float64) (*image.Gray, float64) {
	f := dpi / CoarseDPI
	w, h := int(float64(g.Rect.Dx())/f), int(float64(g.Rect.Dy())/f)
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			s, n := 0, 0
			for yy := int(float64(y) * f); yy < int(float64(y+1)*f); yy++ {
				for xx := int(float64(x) * f); xx < int(float64(x+1)*f); xx++ {
					s += int(g.Pix[yy*g.Stride+xx])
					n++
				}
			}
			out.Pix[y*w+x] = uint8(s / n)
		}
	}
	return out, f
}

// locate is the way from a page to its believed rings.
func locate(g *image.Gray, dpi float64) []Ring {
	coarse, f := shrink(g, dpi)
	var out []Ring
	for _, c := range Find(coarse) {
		if c = Refine(g, Ring{X: c.X * f, Y: c.Y * f, R: c.R * f}, dpi/25.4); c.Believed() {
			out = append(out, c)
		}
	}
	return out
}

func TestFindsRings(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 1))
	for i := range 24 {
		dpi := []float64{150, 200, 250}[i%3]
		mm := dpi / 25.4
		g := paperAt(dpi, rnd, i%2 == 0)
		w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
		want := Ring{X: w * (0.15 + 0.7*rnd.Float64()), Y: h * (0.15 + 0.7*rnd.Float64()), R: (18 + 6*rnd.Float64()) * mm}
		if i%6 == 5 { // hanging off the page
			want.X = w + (rnd.Float64()-0.8)*8*mm
		}
		level := uint8(90 + rnd.IntN(100)) // down to faint
		stamp(g, want, mm, level, 12, 0.75*math.Pi, 2.25*math.Pi)
		found := false
		for _, c := range locate(g, dpi) {
			found = found || math.Hypot(c.X-want.X, c.Y-want.Y) < mm && math.Abs(c.R-want.R) < 0.6*mm
		}
		if !found {
			t.Errorf("page %d, %.0f dpi, level %d: ring %+v not found among %+v", i, dpi, level, want, locate(g, dpi))
		}
	}
}

func TestFindsTwoStampsThatOverlap(t *testing.T) {
	const dpi, mm = 200, 200 / 25.4
	g := paperAt(dpi, rand.New(rand.NewPCG(3, 3)), false)
	a, b := Ring{X: 600, Y: 700, R: 19.5 * mm}, Ring{X: 780, Y: 760, R: 19.5 * mm}
	for _, c := range []Ring{a, b} {
		stamp(g, c, mm, 110, 10, 0.75*math.Pi, 2.25*math.Pi)
	}
	rings := locate(g, dpi)
	for _, want := range []Ring{a, b} {
		ok := false
		for _, c := range rings {
			ok = ok || math.Hypot(c.X-want.X, c.Y-want.Y) < mm && c.Round > 0.8
		}
		if !ok {
			t.Errorf("%+v not among %+v", want, rings)
		}
	}
}

func TestFindsNoRingInText(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 2))
	for i := range 12 {
		if got := locate(paperAt(150, rnd, true), 150); len(got) > 0 {
			t.Errorf("page %d of text alone: %+v", i, got)
		}
	}
}

// A drawing sheet is looked at in parts; a ring across the border of two is
// found where it is.
func TestFindsRingsOnALargeSheet(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 2*tile, tile+300))
	for i := range g.Pix {
		g.Pix[i] = 250
	}
	for _, want := range []Ring{{X: 300, Y: 200, R: 40}, {X: tile - 40, Y: 640, R: 40}, {X: 1900, Y: tile - 10, R: 40}} {
		stamp(g, want, CoarseDPI/25.4, 120, 12, 0.75*math.Pi, 2.25*math.Pi)
		if !slices.ContainsFunc(Find(g), func(c Ring) bool { return math.Hypot(c.X-want.X, c.Y-want.Y) < 3 }) {
			t.Errorf("no ring at %+v among %+v", want, Find(g))
		}
	}
}

func TestFindHoldsItsPeaceOnTinyPictures(t *testing.T) {
	for _, r := range []image.Rectangle{{}, image.Rect(0, 0, 1, 1), image.Rect(0, 0, 9, 2), image.Rect(0, 0, 40, 40)} {
		if got := Find(image.NewGray(r)); len(got) > 0 {
			t.Errorf("%v: %v", r, got)
		}
	}
}

func TestArcIsWhereTheTextLies(t *testing.T) {
	const mm = 8
	for _, tc := range []struct{ start, span float64 }{{0.75 * math.Pi, 1.5 * math.Pi}, {math.Pi, math.Pi}, {0.6 * math.Pi, 1.75 * math.Pi}} {
		g := paperAt(25.4*mm, rand.New(rand.NewPCG(5, 5)), false)
		c := Ring{X: 600, Y: 600, R: 19.5 * mm}
		stamp(g, c, mm, 100, 14, tc.start, tc.start+tc.span)
		arc, ok := FindArc(g, c, 0)
		if !ok {
			t.Fatalf("no text found on %+v", tc)
		}
		if d := math.Abs(arc.Inner/c.R - 0.64); d > 0.04 {
			t.Errorf("feet at %.3f of the radius, want 0.64", arc.Inner/c.R)
		}
		start := math.Mod(arc.Start+2*math.Pi, 2*math.Pi)
		if math.Abs(start-tc.start) > 0.2 || math.Abs(arc.End-arc.Start-tc.span) > 0.35 {
			t.Errorf("arc from %.2f over %.2f, want %.2f over %.2f", start, arc.End-arc.Start, tc.start, tc.span)
		}
		if !arc.Whole(g, c) {
			t.Error("an arc in the middle of the page counts as cut")
		}
		strip := Unroll(g, c, arc, 1)
		if blocks := countBlocks(strip); blocks != 14 {
			t.Errorf("%d blocks on the strip, want 14", blocks)
		}
	}
}

// countBlocks counts runs of dark along the middle row of a strip.
func countBlocks(g *image.Gray) int {
	n, was := 0, false
	row := g.Pix[g.Rect.Dy()/2*g.Stride:][:g.Rect.Dx()]
	for _, v := range row {
		if on := v < 128; on != was {
			was = on
			if on {
				n++
			}
		}
	}
	return n
}

func TestBlankRingHasNoText(t *testing.T) {
	const mm = 8
	g := paperAt(25.4*mm, rand.New(rand.NewPCG(5, 6)), false)
	c := Ring{X: 600, Y: 600, R: 19.5 * mm}
	stamp(g, c, mm, 100, 1, 0, 0)
	if arc, ok := FindArc(g, c, 0); ok {
		t.Errorf("text found on a blank ring: %+v", arc)
	}
}

func TestCutArcIsNotWhole(t *testing.T) {
	const mm = 8
	g := paperAt(25.4*mm, rand.New(rand.NewPCG(5, 7)), false)
	c := Ring{X: float64(g.Rect.Dx()) - 20, Y: 900, R: 19.5 * mm}
	stamp(g, c, mm, 100, 14, 0.75*math.Pi, 2.25*math.Pi)
	if arc, ok := FindArc(g, c, 0); ok && arc.Whole(g, c) {
		t.Errorf("half a ring's text counts as whole: %+v", arc)
	}
}

func BenchmarkFind(b *testing.B) {
	coarse, _ := shrink(paperAt(150, rand.New(rand.NewPCG(1, 1)), true), 150)
	for b.Loop() {
		Find(coarse)
	}
}

func BenchmarkUnroll(b *testing.B) {
	g := paperAt(200, rand.New(rand.NewPCG(1, 1)), false)
	c := Ring{X: 600, Y: 600, R: 150}
	stamp(g, c, 200/25.4, 100, 12, 0.75*math.Pi, 2.25*math.Pi)
	arc, ok := FindArc(g, c, 0)
	if !ok {
		b.Fatal("no text on the ring")
	}
	for b.Loop() {
		Unroll(g, c, arc, 1)
	}
}
