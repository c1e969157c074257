package ppocr

import (
	"math"
	"math/rand/v2"
	"testing"
)

// paint sets p inside a rectangle of length × height at an angle.
func paint(probs []float32, w, h int, r rect, p float32) {
	for y := range h {
		for x := range w {
			dx, dy := float64(x)+0.5-r.centre.X, float64(y)+0.5-r.centre.Y
			if math.Abs(dx*r.ux+dy*r.uy) <= r.length/2 && math.Abs(-dx*r.uy+dy*r.ux) <= r.height/2 {
				probs[y*w+x] = p
			}
		}
	}
}

func TestRegionsOf(t *testing.T) {
	const w, h = 320, 160
	for _, degrees := range []float64{0, 1, -3, 8, 30, -44} {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		truth := rect{Point{160, 80}, cos, sin, 120, 10}
		probs := make([]float32, w*h)
		paint(probs, w, h, truth, 0.9)
		paint(probs, w, h, rect{Point{20, 150}, 1, 0, 30, 8}, 0.4) // too faint
		probs[10*w+10] = 0.9                                       // too small
		regions := regionsOf(probs, w, h)
		if len(regions) != 1 {
			t.Fatalf("%v°: %d regions, want 1", degrees, len(regions))
		}
		grow := 120 * 10 * unclipRatio / (2 * (120 + 10))
		truth.length += 2 * grow
		truth.height += 2 * grow
		for i, want := range truth.corners() {
			got := regions[0].Quad[i]
			if math.Hypot(got.X-want.X, got.Y-want.Y) > 2.5 {
				t.Errorf("%v°: corner %d at %.1f, want %.1f", degrees, i, got, want)
			}
		}
		if regions[0].Score < 0.75 {
			t.Errorf("%v°: score %v", degrees, regions[0].Score)
		}
	}
}

// Every text pixel lies in its component's rectangle.
func TestRegionsHoldTheirPixels(t *testing.T) {
	const w, h = 64, 48
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		probs := make([]float32, w*h)
		x, y := rng.IntN(w), rng.IntN(h)
		var pixels []Point
		for range rng.IntN(200) + 1 { // a walk is connected
			probs[y*w+x] = 1
			pixels = append(pixels, Point{float64(x) + 0.5, float64(y) + 0.5})
			x = min(max(x+rng.IntN(3)-1, 0), w-1)
			y = min(max(y+rng.IntN(3)-1, 0), h-1)
		}
		found := components(probs, w, h)
		if len(found) != 1 {
			t.Fatalf("seed %d: %d components, want 1", seed, len(found))
		}
		r := minAreaRect(found[0])
		for _, p := range pixels {
			dx, dy := p.X-r.centre.X, p.Y-r.centre.Y
			if math.Abs(dx*r.ux+dy*r.uy) > r.length/2+1e-9 || math.Abs(-dx*r.uy+dy*r.ux) > r.height/2+1e-9 {
				t.Fatalf("seed %d: pixel %v lies outside %+v", seed, p, r)
			}
		}
	}
}

func TestDetectSize(t *testing.T) {
	for _, c := range [][5]int{
		{1654, 2339, 1280, 896, 1280}, {2480, 3508, 960, 672, 960}, {800, 600, 1280, 800, 608},
		{1, 1, 1280, 32, 32}, {50000, 10, 1280, 1280, 32},
	} {
		if w, h := detectSize(c[0], c[1], c[2]); w != c[3] || h != c[4] {
			t.Errorf("%d × %d at %d: %d × %d, want %d × %d", c[0], c[1], c[2], w, h, c[3], c[4])
		}
	}
}

func TestScale(t *testing.T) {
	for _, c := range []struct{ w, h int }{{3, 2}, {7, 5}, {10, 8}, {31, 20}, {1, 1}} {
		even := plane{make([]uint8, 80), 10, 10}
		for i := range even.pix {
			even.pix[i] = 200
		}
		var s scaler
		s.across.plan(10, c.w)
		s.down.plan(8, c.h)
		out := make([]float32, c.w*c.h)
		s.scale(out, c.w, even, 2, 1)
		for _, v := range out {
			if math.Abs(float64(v)-401) > 1e-3 {
				t.Fatalf("%v: an even plane of 200 became %v, want 401", c, v)
			}
		}
	}
	// Halving averages over the neighbourhood; the same size changes nothing.
	var s scaler
	s.across.plan(4, 4)
	s.down.plan(1, 1)
	out := make([]float32, 4)
	s.scale(out, 4, plane{[]uint8{10, 20, 30, 250}, 4, 4}, 1, 0)
	for i, want := range []float32{10, 20, 30, 250} {
		if out[i] != want {
			t.Errorf("same size: pixel %d is %v, want %v", i, out[i], want)
		}
	}
	s.across.plan(4, 2)
	s.scale(out, 2, plane{[]uint8{0, 0, 255, 255}, 4, 4}, 1, 0)
	if math.Abs(float64(out[0]+out[1])-255) > 1e-3 || out[0] > 60 {
		t.Errorf("halved step edge is %v", out[:2])
	}
}
