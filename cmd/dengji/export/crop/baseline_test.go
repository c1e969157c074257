package crop

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"
)

// scrawl is a picture with text-like strokes and colour, size w × h.
func scrawl(w, h int, gray bool) image.Image {
	r := rand.New(rand.NewPCG(7, 11))
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(235 + r.IntN(20))
	}
	for range w * h / 90 {
		x, y, c := r.IntN(w), r.IntN(h), color.RGBA{byte(r.IntN(256)), byte(r.IntN(90)), byte(r.IntN(90)), 255}
		for i := range 2 + r.IntN(9) {
			m.Set(x+i, y, c)
			m.Set(x+i, y+1, c)
		}
	}
	if !gray {
		return m
	}
	g := image.NewGray(m.Rect)
	for y := range h {
		for x := range w {
			g.Set(x, y, m.At(x, y))
		}
	}
	return g
}

func encoded(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Areas must look as image/jpeg decodes them.
func TestBaseline(t *testing.T) {
	for _, tt := range []struct {
		w, h, quality int
		gray          bool
		areas         []image.Rectangle
	}{
		{400, 300, 80, false, []image.Rectangle{image.Rect(30, 40, 200, 90), image.Rect(250, 280, 420, 400)}},
		{401, 303, 30, false, []image.Rectangle{image.Rect(390, 290, 401, 303)}},
		{77, 53, 100, true, []image.Rectangle{image.Rect(-5, -5, 20, 20)}},
		{640, 480, 95, true, []image.Rectangle{image.Rect(0, 0, 640, 480)}},
		{16, 16, 80, false, []image.Rectangle{image.Rect(0, 0, 16, 16)}},
	} {
		data := encoded(t, scrawl(tt.w, tt.h, tt.gray), tt.quality)
		want, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		var b baseline
		if err := b.parse(data); err != nil {
			t.Fatalf("%d×%d: %v", tt.w, tt.h, err)
		}
		got, err := b.decode(tt.areas)
		if err != nil {
			t.Fatalf("%d×%d: %v", tt.w, tt.h, err)
		}
		if got.Bounds() != want.Bounds() {
			t.Errorf("bounds %v, want %v", got.Bounds(), want.Bounds())
		}
		for _, a := range tt.areas {
			a = a.Intersect(want.Bounds())
			for y := a.Min.Y; y < a.Max.Y; y++ {
				for x := a.Min.X; x < a.Max.X; x++ {
					r, g, b, _ := got.At(x, y).RGBA()
					r2, g2, b2, _ := want.At(x, y).RGBA()
					if far(r, r2) || far(g, g2) || far(b, b2) {
						t.Fatalf("%d×%d at %d,%d: %v, want %v", tt.w, tt.h, x, y, got.At(x, y), want.At(x, y))
					}
				}
			}
		}
	}
}

// far is more than rounding makes.
func far(a, b uint32) bool { return max(a, b)-min(a, b) > 5<<8 }

// The same decoder reads one picture after another.
func TestBaselineAgain(t *testing.T) {
	var b baseline
	for _, m := range []image.Image{scrawl(300, 200, false), scrawl(100, 50, true), scrawl(310, 210, false)} {
		data := encoded(t, m, 80)
		want, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.parse(data); err != nil {
			t.Fatal(err)
		}
		got, err := b.decode([]image.Rectangle{m.Bounds()})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []image.Point{{3, 3}, {50, 40}, {m.Bounds().Dx() - 1, m.Bounds().Dy() - 1}} {
			r, _, _, _ := got.At(p.X, p.Y).RGBA()
			r2, _, _, _ := want.At(p.X, p.Y).RGBA()
			if far(r, r2) {
				t.Errorf("at %v: %v, want %v", p, got.At(p.X, p.Y), want.At(p.X, p.Y))
			}
		}
	}
}

func TestBaselineRefuses(t *testing.T) {
	whole := encoded(t, scrawl(200, 200, false), 80)
	var b baseline
	for name, data := range map[string][]byte{"nothing": nil, "no JPEG": []byte("%PDF-1.7"), "head only": whole[:300]} {
		if err := b.parse(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := b.parse(whole[:len(whole)/2]); err != nil {
		t.Fatal(err)
	}
	if _, err := b.decode([]image.Rectangle{image.Rect(0, 0, 200, 200)}); !errors.Is(err, errCut) {
		t.Errorf("half a picture: %v", err)
	}
}

func FuzzBaseline(f *testing.F) {
	f.Add(encoded(f, scrawl(64, 48, false), 80))
	f.Add(encoded(f, scrawl(24, 24, true), 50))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b baseline
		if len(data) > 1<<16 || b.parse(data) != nil || b.width*b.height > 1<<20 {
			return
		}
		if m, err := b.decode([]image.Rectangle{image.Rect(0, 0, b.width, b.height)}); err == nil {
			m.At(b.width-1, b.height-1)
		}
	})
}

// A page of a scan: an area of it, and the whole by image/jpeg.
func BenchmarkArea(b *testing.B) {
	data := encoded(b, scrawl(1240, 1754, false), 80)
	b.Run("area", func(b *testing.B) {
		var d baseline
		for b.Loop() {
			if err := d.parse(data); err != nil {
				b.Fatal(err)
			}
			if _, err := d.decode([]image.Rectangle{image.Rect(200, 1600, 600, 1660)}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			if _, err := jpeg.Decode(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
