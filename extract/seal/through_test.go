package seal

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// white is a blank picture.
func white(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	return g
}

func TestThroughCarriesStrokesAcrossPrint(t *testing.T) {
	g := white(120, 120)
	fill(g, 10, 50, 110, 58, 120) // a stroke of the seal
	fill(g, 60, 10, 63, 110, 20)  // a printed line across it
	out, covered := Through(g, g.Rect, func(x, y int) bool { return darkest(g, x, y) < 60 })
	for y := 52; y < 56; y++ {
		if v := out.Pix[y*out.Stride+61]; v > 150 {
			t.Errorf("the stroke breaks off at %d under the line: level %d", y, v)
		}
	}
	for _, y := range []int{20, 90} {
		if v := out.Pix[y*out.Stride+61]; v < 230 {
			t.Errorf("the line still stands at %d: level %d", y, v)
		}
		if !covered[y*out.Rect.Dx()+61] || covered[y*out.Rect.Dx()+40] {
			t.Errorf("row %d: covered is not where the line is", y)
		}
	}
}

func TestThroughLeavesThickPrintUndecided(t *testing.T) {
	g := white(120, 120)
	fill(g, 30, 30, 90, 90, 20)
	out, _ := Through(g, g.Rect, func(x, y int) bool { return g.Pix[y*g.Stride+x] < 60 })
	if v := out.Pix[60*out.Stride+60]; v != halfGray {
		t.Errorf("the middle of a black block is %d, want %d: neither ink nor paper", v, halfGray)
	}
}

// starAt draws a five-pointed star, one of its tips turned clockwise from the
// top by an angle.
func starAt(g *image.Gray, c Ring, turn float64, level uint8) {
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			dx, dy := float64(x)+0.5-c.X, float64(y)+0.5-c.Y
			r := math.Hypot(dx, dy) / (0.3 * c.R)
			a := math.Mod(math.Atan2(dx, -dy)-turn+4*math.Pi, 2*math.Pi/5) // 0 at a tip
			a = math.Min(a, 2*math.Pi/5-a)
			// The edge from a tip at (1, 0) to a notch at 0.382 and 36°.
			nx, ny := 0.382*math.Cos(math.Pi/5), 0.382*math.Sin(math.Pi/5)
			px, py := r*math.Cos(a), r*math.Sin(a)
			if (nx-1)*(py)-(ny)*(px-1) >= 0 {
				g.Pix[y*g.Stride+x] = min(g.Pix[y*g.Stride+x], level)
			}
		}
	}
}

func TestAxisFollowsTheStar(t *testing.T) {
	c := Ring{X: 200, Y: 200, R: 150}
	for _, degrees := range []float64{-30, -12, -3, 0, 5, 17, 33} {
		for _, level := range []uint8{80, 200} {
			g := white(400, 400)
			starAt(g, c, degrees*math.Pi/180, level)
			got, ok := Axis(g, c)
			if !ok {
				t.Errorf("star of level %d turned by %.0f°: not seen", level, degrees)
				continue
			}
			if off := (got+math.Pi/2)*180/math.Pi - degrees; math.Abs(off) > 1.5 {
				t.Errorf("star turned by %.0f°: axis %.1f° off", degrees, off)
			}
		}
	}
}

func TestNoAxisWithoutAStar(t *testing.T) {
	c := Ring{X: 200, Y: 200, R: 150}
	if a, ok := Axis(white(400, 400), c); ok {
		t.Errorf("axis %.2f on a blank seal", a)
	}
	g := white(400, 400)
	fill(g, 100, 100, 300, 300, 60)
	if a, ok := Axis(g, c); ok {
		t.Errorf("axis %.2f on a blot", a)
	}
}

func TestLookMeasuresOneSector(t *testing.T) {
	g := white(400, 400)
	c, a := Ring{X: 200, Y: 200, R: 150}, Arc{Inner: 90, Outer: 140}
	fill(g, 300, 190, 330, 210, 55) // on the right, angle 0
	covered := make([]bool, 400*400)
	for y := range 400 {
		for x := range 200 {
			covered[y*400+x] = true
		}
	}
	right, left, foot := Look(g, covered, c, a, -0.05, 0.05), Look(g, covered, c, a, math.Pi-0.05, math.Pi+0.05), Look(g, nil, c, a, 1.5, 1.6)
	if right.Ink < 30 || right.Covered != 0 {
		t.Errorf("right: %+v, want ink and no print", right)
	}
	if left.Ink != 0 || left.Covered < 0.99 {
		t.Errorf("left: %+v, want print alone", left)
	}
	if foot != (Sector{}) {
		t.Errorf("foot: %+v, want nothing", foot)
	}
}

func TestInsideTurnsWithTheSeal(t *testing.T) {
	c := Ring{X: 200, Y: 200, R: 150}
	for _, turn := range []float64{-0.4, 0, 0.3} {
		g := white(400, 400)
		sin, cos := math.Sincos(turn)
		for u := -70.0; u <= 70; u += 0.5 { // a bar where the line stands
			for v := 0.48 * c.R; v <= 0.56*c.R; v += 0.5 {
				x, y := c.X+u*cos-v*sin, c.Y+u*sin+v*cos
				g.Pix[int(y)*g.Stride+int(x)] = 60
			}
		}
		line, ink := Inside(g, c, turn-math.Pi/2)
		if ink < 0.1 {
			t.Errorf("turned by %.1f: %.3f of the line is dark", turn, ink)
		}
		if blank := line.Pix[2*line.Stride+line.Rect.Dx()/2]; blank < 225 {
			t.Errorf("turned by %.1f: the line's upper rim is %d", turn, blank)
		}
		row := line.Pix[line.Rect.Dy()/2*line.Stride:][:line.Rect.Dx()]
		if row[line.Rect.Dx()/2-60] > 150 || row[line.Rect.Dx()/2+60] > 150 {
			t.Errorf("turned by %.1f: the bar does not lie along the line", turn)
		}
	}
	if _, ink := Inside(white(400, 400), c, -math.Pi/2); ink != 0 {
		t.Errorf("%.3f of a blank place is dark", ink)
	}
}

// A pale seal's line is there all the same.
func TestInsidePale(t *testing.T) {
	c := Ring{X: 200, Y: 200, R: 150}
	g := white(400, 400)
	for y := int(c.Y + 0.48*c.R); y < int(c.Y+0.56*c.R); y++ {
		for x := 130; x < 270; x++ {
			g.Pix[y*g.Stride+x] = 232
		}
	}
	if line, ink := Inside(g, c, -math.Pi/2); ink < 0.1 || line.Pix[line.Rect.Dy()/2*line.Stride+line.Rect.Dx()/2] > 160 {
		t.Errorf("%.3f of a pale line is dark", ink)
	}
}

func TestPrintOverKeepsTheSealsInk(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 9))
	gray, clean := white(400, 400), white(400, 400)
	c := Ring{X: 200, Y: 200, R: 150}
	stamp(gray, c, 8, 100, 12, 0, 2*math.Pi)
	stamp(clean, c, 8, 215, 12, 0, 2*math.Pi)
	print := PrintOver(gray, clean, gray.Rect, c)
	for range 500 {
		if x, y := rnd.IntN(400), rnd.IntN(400); print(x, y) {
			t.Fatalf("(%d, %d) counts as print", x, y)
		}
	}
	fill(gray, 190, 50, 194, 350, 30)
	fill(clean, 190, 50, 194, 350, 30)
	if print = PrintOver(gray, clean, gray.Rect, c); !print(192, 80) || print(240, 200) {
		t.Error("a black line is not told from the seal")
	}
}
