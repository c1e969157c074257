package seal

import (
	"image"
	"math"
	"testing"
)

// frameAt draws a ring's line and a star, both of a level, as ink that
// multiplies what is there.
func frameAt(g *image.Gray, c Ring, mm float64, level uint8) {
	mask := white(g.Rect.Dx(), g.Rect.Dy())
	starAt(mask, c, 0.1, level)
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			o := y*g.Stride + x
			if math.Abs(math.Hypot(float64(x)+0.5-c.X, float64(y)+0.5-c.Y)-c.R) < 0.55*mm {
				mask.Pix[o] = level
			}
			g.Pix[o] = uint8(int(g.Pix[o]) * int(mask.Pix[o]) / 255)
		}
	}
}

// framePage is a page with a frame over three strokes of print: across the
// ring's line on the left, through the star, and clear of both.
func framePage(level, print uint8) (g *image.Gray, c Ring, mm float64) {
	mm = 8
	c = Ring{X: 220, Y: 220, R: 160}
	g = white(440, 440)
	for i := range g.Pix {
		g.Pix[i] = paper
	}
	fill(g, 40, 210, 100, 214, print)  // crosses the line at (60, 212)
	fill(g, 150, 226, 300, 230, print) // through the star
	fill(g, 120, 300, 200, 304, print) // clear of both
	frameAt(g, c, mm, level)
	return g, c, mm
}

func TestDivideFrameLeavesPrintUnderIt(t *testing.T) {
	for _, level := range []uint8{100, 150, 200} {
		g, c, mm := framePage(level, 90)
		if blind, opaque := DivideFrame(g, c, mm); blind != 0 || opaque {
			t.Errorf("level %d: blind to %.1f, opaque %v", level, blind, opaque)
		}
		for _, p := range []struct {
			what     string
			x, y     int
			from, to uint8
		}{
			{"the line, free", 220, 60, 235, 255},
			{"the line, free, below", 220, 380, 235, 255},
			{"print on the line", 60, 212, 70, 110},
			{"the star, free", 220, 205, 235, 255},
			{"print on the star", 225, 228, 70, 110},
			{"print elsewhere", 160, 302, 85, 95},
			{"paper", 120, 120, 245, 255},
		} {
			if v := g.Pix[p.y*g.Stride+p.x]; v < p.from || v > p.to {
				t.Errorf("seal of level %d, %s: %d, want %d to %d", level, p.what, v, p.from, p.to)
			}
		}
	}
}

func TestDivideFrameOfBitonalScan(t *testing.T) {
	g, c, mm := framePage(0, 0)
	blind, opaque := DivideFrame(g, c, mm)
	if !opaque {
		t.Error("a black line lets something through")
	}
	if blind < 0.28*c.R || blind > 0.34*c.R {
		t.Errorf("blind to %.1f, the star's tips reach %.1f", blind, 0.3*c.R)
	}
	for _, p := range []struct {
		what string
		x, y int
		want uint8
	}{
		{"the line, free", 220, 60, 255},
		{"print on the line", 60, 212, 0},
		{"the star", 220, 205, 255},
		{"print elsewhere", 160, 302, 0},
	} {
		if v := g.Pix[p.y*g.Stride+p.x]; v != p.want {
			t.Errorf("%s: %d, want %d", p.what, v, p.want)
		}
	}
}

func TestDivideFrameOnPlainPrint(t *testing.T) {
	g := white(440, 440)
	for y := 20.0; y < 420; y += 24 {
		for x := 10.0; x < 430; x += 9 {
			fill(g, x, y, x+3, y+14, 60)
		}
	}
	before := append([]uint8(nil), g.Pix...)
	DivideFrame(g, Ring{X: 220, Y: 220, R: 160}, 8)
	changed := 0
	for i, v := range g.Pix {
		if before[i] < 128 && v >= 128 {
			changed++
		}
	}
	if changed > 0 {
		t.Errorf("%d points of print went where there is no seal", changed)
	}
}
