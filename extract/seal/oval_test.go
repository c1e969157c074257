package seal

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// stampOval draws an outline of 1 mm and n blocks along its upper part.
func stampOval(g *image.Gray, o Oval, mm float64, level uint8, n int) {
	put := func(x, y float64) {
		if p := image.Pt(int(x), int(y)); p.In(g.Rect) {
			g.Pix[p.Y*g.Stride+p.X] = min(g.Pix[p.Y*g.Stride+p.X], level)
		}
	}
	for t := 0.0; t < 2*math.Pi; t += 0.001 {
		for d := -0.5 * mm; d <= 0.5*mm; d += 0.4 {
			put(o.at(t, d))
		}
	}
	const span = 1.9
	for i := range n {
		t := -span + 2*span*float64(i)/float64(n-1)
		for dt := -0.045; dt <= 0.045; dt += 0.002 {
			for d := 0.14 * o.RY; d < 0.42*o.RY; d += 0.4 {
				put(o.at(t+dt, d))
			}
		}
	}
}

func TestFitsOvals(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for i := range 8 {
		dpi := []float64{150, 200}[i%2]
		mm := dpi / 25.4
		g := white(int(90*mm), int(70*mm))
		want := Oval{X: 45 * mm, Y: 35 * mm, RX: []float64{22.5, 20}[i/2%2] * mm, RY: 15 * mm, Turn: (rnd.Float64() - 0.5) * 0.5}
		stampOval(g, want, mm, uint8(90+rnd.IntN(90)), 14)
		// The box of what was stamped, as blobs of ink give it: a bit wide.
		w := math.Hypot(want.RX*math.Cos(want.Turn), want.RY*math.Sin(want.Turn)) + 1.5*mm
		h := math.Hypot(want.RX*math.Sin(want.Turn), want.RY*math.Cos(want.Turn)) + 1.5*mm
		got := FitOval(g, image.Rect(int(want.X-w), int(want.Y-h), int(want.X+w), int(want.Y+h)), mm)
		if !got.Believed() {
			t.Errorf("%d: %+v is not believed", i, got)
		}
		if math.Hypot(got.X-want.X, got.Y-want.Y) > 0.6*mm || math.Abs(got.RX-want.RX) > 0.6*mm || math.Abs(got.RY-want.RY) > 0.6*mm || math.Abs(got.Turn-want.Turn) > 0.06 {
			t.Errorf("%d: %+v, want %+v", i, got, want)
		}
		strip, _ := got.Unroll(g, 1)
		if blocks := countBlocks(strip); blocks != 14 {
			t.Errorf("%d: %d blocks on the strip, want 14", i, blocks)
		}
	}
}

func TestNoOvalInABlockOfText(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 1))
	g := paperAt(150, rnd, true)
	for range 6 {
		x, y := 100+rnd.IntN(600), 150+rnd.IntN(900)
		if o := FitOval(g, image.Rect(x, y, x+270, y+180), 150/25.4); o.Believed() {
			t.Errorf("text at (%d, %d) is an oval: %+v", x, y, o)
		}
	}
}

func BenchmarkFitOval(b *testing.B) {
	const mm = 8
	g := white(90*mm, 70*mm)
	stampOval(g, Oval{X: 45 * mm, Y: 35 * mm, RX: 22 * mm, RY: 15 * mm, Turn: 0.1}, mm, 100, 14)
	for b.Loop() {
		FitOval(g, image.Rect(22*mm, 19*mm, 68*mm, 51*mm), mm)
	}
}
