package scan

import (
	"context"
	"image"
	"math"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/seal"
)

// detector hands out boxes for what it is shown and notes it.
func detector(boxes []image.Rectangle, shown *[]*image.Gray) func(context.Context, image.Image) ([]image.Rectangle, error) {
	return func(_ context.Context, img image.Image) ([]image.Rectangle, error) {
		*shown = append(*shown, img.(*image.Gray))
		return boxes, nil
	}
}

func TestLinesUnderAGreySealAreLookedForAgain(t *testing.T) {
	w := greySealPage()
	g := w.planes.Gray
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			if r := math.Hypot(float64(x)+0.5-400, float64(y)+0.5-400); math.Abs(r-150) < 4 {
				g.Pix[y*g.Stride+x] = 140
			}
		}
	}
	w.ink, w.timings = page.Binarize(g), extract.Timings{}
	fused := image.Rect(200, 260, 560, 540) // the seal and all it lies over
	before, far := image.Rect(100, 250, 240, 270), image.Rect(100, 800, 400, 830)
	w.boxes = []image.Rectangle{fused, before, far, image.Rect(300, 396, 700, 424)}
	// In the band, which begins 8 mm above the seal's box.
	top := w.seals[0].box.Min.Y - int(8*w.dpi/25.4)
	var shown []*image.Gray
	w.readers.Detect = detector([]image.Rectangle{image.Rect(300, 394-top, 520, 424-top), image.Rect(620, 300-top, 700, 330-top)}, &shown)
	if err := w.clearGreySeals(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(shown) != 1 || shown[0].Rect.Dx() != g.Rect.Dx() {
		t.Fatalf("the detector saw %d pictures", len(shown))
	}
	if v := shown[0].Pix[(250-top)*shown[0].Stride+400]; v < 235 {
		t.Errorf("the ring's line still stands in what the detector saw: %d", v)
	}
	if g.Pix[250*g.Stride+400] != 140 {
		t.Error("the page as scanned was changed")
	}
	want := []image.Rectangle{before, far, image.Rect(300, 394, 700, 424)} // as long as the old box
	if len(w.boxes) != len(want) {
		t.Fatalf("boxes %v, want %v", w.boxes, want)
	}
	for i := range want {
		if w.boxes[i] != want[i] {
			t.Errorf("box %d: %v, want %v", i, w.boxes[i], want[i])
		}
	}
}

func TestColourNeedsNoSecondLook(t *testing.T) {
	w := greySealPage()
	w.planes.Ink = image.NewGray(image.Rect(0, 0, 250, 250))
	clean := w.planes.Clean
	var shown []*image.Gray
	w.readers.Detect = detector(nil, &shown)
	if err := w.clearGreySeals(context.Background()); err != nil || len(shown) > 0 || w.planes.Clean != clean {
		t.Errorf("%v, %d looks", err, len(shown))
	}
}

func TestSealBandsThatTouchAreOne(t *testing.T) {
	w := greySealPage()
	at := func(x, y float64) sealArea {
		c := seal.Ring{X: x, Y: y, R: 150}
		return sealArea{box: c.Box(), ring: c}
	}
	w.seals = []sealArea{at(300, 200), at(700, 850), at(500, 480)}
	if got := w.sealBands(); len(got) != 1 {
		t.Errorf("%v", got)
	}
	w.seals = w.seals[:2]
	if got := w.sealBands(); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// arcInk draws a block of ink on the arc of greySealPage's ring.
func arcInk(w *work, level uint8) image.Rectangle {
	b := image.Rect(380, 278, 420, 300)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			w.planes.Gray.Pix[y*w.planes.Gray.Stride+x] = level
		}
	}
	for i := range 360 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 180)
		w.planes.Gray.Pix[int(400+150*sin)*w.planes.Gray.Stride+int(400+150*cos)] = 120
	}
	w.ink = page.Binarize(w.planes.Gray)
	return b.Inset(-4)
}

func TestGreyStrokesOfTheArc(t *testing.T) {
	for _, tc := range []struct {
		what  string
		level uint8
		score float64
		want  bool
	}{
		{"as dark as the ring", 120, 0.7, true},
		{"as dark as the ring, but surely read", 120, 0.85, false},
		{"print, darker than the ring", 60, 0.7, false},
		{"print that nobody can read", 60, 0.4, true},
	} {
		w := greySealPage()
		b := arcInk(w, tc.level)
		l := readLine{box: b, first: reading{Reading: ocr.Reading{Text: "科技集团公司", Score: tc.score}}}
		if got := w.greyStrokes(l); got != tc.want {
			t.Errorf("%s: %v", tc.what, got)
		}
	}
	w := greySealPage()
	arcInk(w, 120)
	w.ink.Pix[400*w.ink.W+400] = 1
	l := readLine{box: image.Rect(380, 270, 420, 410), first: reading{Reading: ocr.Reading{Text: "科技集团公司", Score: 0.7}}}
	w.ink.Pix[401*w.ink.W+400] = 1
	for x := 385; x < 415; x++ {
		w.ink.Pix[402*w.ink.W+x] = 1
	}
	if w.greyStrokes(l) {
		t.Error("ink in the middle of the seal is no stroke of the arc")
	}
}

func TestWhatLayUnderABlankedStarIsDoubted(t *testing.T) {
	w := greySealPage()
	w.seals[0].blind = 45
	line := func(y int, from, pitch float64, n int) readLine {
		l := readLine{box: image.Rect(int(from), y, int(from+pitch*float64(n)), y+30)}
		for i := range n {
			l.first.Text += "字"
			l.first.Chars = append(l.first.Chars, ocr.Char{X0: from + pitch*float64(i), X1: from + pitch*float64(i+1), Score: 0.99})
		}
		return l
	}
	w.read = []readLine{line(385, 200, 30, 12), line(600, 200, 30, 12), line(385, 100, 30, 4)}
	w.doubtBlind()
	for i, c := range w.read[0].first.Chars {
		// The star reaches from 355 to 445; the characters beside it count, too.
		m := (c.X0 + c.X1) / 2
		if want := m > 320 && m < 480; (c.Score <= extract.UnreadInk) != want {
			t.Errorf("character %d at %.0f: score %.2f", i, m, c.Score)
		}
	}
	for k := 1; k < 3; k++ {
		for i, c := range w.read[k].first.Chars {
			if c.Score != 0.99 {
				t.Errorf("line %d, character %d beyond the star: score %.2f", k, i, c.Score)
			}
		}
	}
}

func TestWhatMixesWithAnOpaqueRingIsDoubted(t *testing.T) {
	w := greySealPage()
	l := readLine{box: image.Rect(200, 385, 600, 415)}
	for i := range 10 {
		x := 200 + 40*float64(i)
		l.first.Text += "字"
		l.first.Chars = append(l.first.Chars, ocr.Char{X0: x, X1: x + 40, Score: 0.99})
	}
	w.read = []readLine{l}
	w.doubtBlind()
	for i, c := range w.read[0].first.Chars {
		if c.Score != 0.99 {
			t.Errorf("character %d under a seal that lets light through: %.2f", i, c.Score)
		}
	}
	w.seals[0].opaque = true
	w.doubtBlind()
	for i, c := range w.read[0].first.Chars {
		// The band lies at 246 to 306 and 494 to 554.
		m := math.Abs(c.X0 + 20 - 400)
		if want := m > 75 && m < 175; (c.Score <= opaqueDoubt) != want {
			t.Errorf("character %d, %.0f pixels from the middle: %.2f", i, m, c.Score)
		}
	}
}

// A line that a ring's line cuts goes on as far as there is ink of its own
// outside; another impression's ink is none.
func TestLineGoesOnOutsideTheRing(t *testing.T) {
	w := greySealPage() // its ring has its centre at 400, 400 and a radius of 150
	w.ink = page.NewBitmap(w.planes.Gray.Rect.Dx(), w.planes.Gray.Rect.Dy())
	fill := func(r image.Rectangle) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				w.ink.Pix[y*w.ink.W+x] = 1
			}
		}
	}
	cut := image.Rect(268, 390, 480, 420)
	if got := w.acrossRings(cut); got != cut {
		t.Errorf("with nothing outside the box became %v", got)
	}
	fill(image.Rect(240, 394, 243, 416)) // what is left of the ring's line
	if got := w.acrossRings(cut); got != cut {
		t.Errorf("with a trace of the ring outside the box became %v", got)
	}
	fill(image.Rect(222, 394, 238, 416)) // a figure
	if got := w.acrossRings(cut); got.Min.X > 222 || got.Min.X < 210 || got.Max.X != cut.Max.X {
		t.Errorf("the box became %v, want one from the figure at 222 on", got)
	}
	if inside := image.Rect(320, 390, 480, 420); w.acrossRings(inside) != inside {
		t.Error("a box that ends well inside the ring was lengthened")
	}
	other := seal.Ring{X: 100, Y: 400, R: 150}
	w.seals = append(w.seals, sealArea{box: other.Box(), ring: other})
	if got := w.acrossRings(cut); got != cut {
		t.Errorf("with another impression there the box became %v", got)
	}
}
