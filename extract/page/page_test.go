package page

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// paper is a white page of A4's proportions with helpers that draw on it.
type paper struct{ *image.Gray }

func newPaper(w, h int) paper {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	return paper{g}
}

func (p paper) fill(r image.Rectangle, level uint8) {
	r = r.Intersect(p.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.SetGray(x, y, color.Gray{Y: level})
		}
	}
}

func (p paper) horizontal(y, x0, x1, width int, level uint8) {
	p.fill(image.Rect(x0, y, x1, y+width), level)
}
func (p paper) vertical(x, y0, y1, width int, level uint8) {
	p.fill(image.Rect(x, y0, x+width, y1), level)
}

// square draws an outline.
func (p paper) square(r image.Rectangle, width int) {
	p.horizontal(r.Min.Y, r.Min.X, r.Max.X, width, 0)
	p.horizontal(r.Max.Y-width, r.Min.X, r.Max.X, width, 0)
	p.vertical(r.Min.X, r.Min.Y, r.Max.Y, width, 0)
	p.vertical(r.Max.X-width, r.Min.Y, r.Max.Y, width, 0)
}

// stroke draws a straight pen stroke.
func (p paper) stroke(x0, y0, x1, y1, width int) {
	n := max(abs(x1-x0), abs(y1-y0))
	for i := range n + 1 {
		x, y := x0+(x1-x0)*i/n, y0+(y1-y0)*i/n
		p.fill(image.Rect(x, y, x+width, y+width), 0)
	}
}

// words draws a row of character-like blobs.
func (p paper) words(x, y, size, n int, rng *rand.Rand) {
	for range n {
		for range 5 {
			if rng.IntN(2) == 0 {
				p.horizontal(y+rng.IntN(size), x, x+size-2, max(1, size/12), 20)
			} else {
				p.vertical(x+rng.IntN(size-2), y, y+size, max(1, size/12), 20)
			}
		}
		x += size + size/8
	}
}

func (p paper) noise(rng *rand.Rand, amount float64) {
	for i, v := range p.Pix {
		p.Pix[i] = uint8(max(0, min(255, float64(v)+rng.NormFloat64()*amount)))
	}
}

// formPage draws a table of 4 rows: one cell over the whole width, two cells,
// four cells, one cell.
func formPage(width int, level uint8) paper {
	p := newPaper(1240, 1754)
	for _, y := range []int{200, 300, 400, 500, 900} {
		p.horizontal(y, 100, 1140, width, level)
	}
	p.vertical(100, 200, 900, width, level)
	p.vertical(1140, 200, 900+width, width, level)
	p.vertical(620, 300, 400, width, level)
	for _, x := range []int{360, 620, 880} {
		p.vertical(x, 400, 500, width, level)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, at := range []image.Point{{120, 230}, {120, 330}, {640, 330}, {110, 430}, {370, 430}, {640, 430}, {900, 430}, {120, 520}, {120, 560}, {120, 600}} {
		p.words(at.X, at.Y, 24, 7, rng)
	}
	return p
}

func TestGridsOnForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	tests := []struct {
		name  string
		page  func() *image.Gray
		slack int
	}{
		{"plain", func() *image.Gray { return formPage(2, 0).Gray }, 3},
		{"hairlines in pale grey", func() *image.Gray { return formPage(1, 150).Gray }, 3},
		{"thick", func() *image.Gray { return formPage(5, 0).Gray }, 4},
		{"noisy", func() *image.Gray { p := formPage(2, 60); p.noise(rng, 12); return p.Gray }, 3},
		{"broken lines", func() *image.Gray {
			p := formPage(2, 0)
			for x := 150; x < 1100; x += 90 {
				p.fill(image.Rect(x, 190, x+6, 910), 255)
			}
			return p.Gray
		}, 3},
		{"skew left over", func() *image.Gray { return Rotate(formPage(2, 0).Gray, 0.15) }, 5},
	}
	want := []GridCell{
		{0, 0, 1, 4, image.Rect(100, 200, 1140, 300)},
		{1, 0, 1, 2, image.Rect(100, 300, 620, 400)}, {1, 2, 1, 2, image.Rect(620, 300, 1140, 400)},
		{2, 0, 1, 1, image.Rect(100, 400, 360, 500)}, {2, 1, 1, 1, image.Rect(360, 400, 620, 500)},
		{2, 2, 1, 1, image.Rect(620, 400, 880, 500)}, {2, 3, 1, 1, image.Rect(880, 400, 1140, 500)},
		{3, 0, 1, 4, image.Rect(100, 500, 1140, 900)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			grids := Grids(FindRulings(Even(tt.page()), 150), 150)
			if len(grids) != 1 {
				t.Fatalf("found %d tables, want 1", len(grids))
			}
			got := grids[0]
			if got.Rows != 4 || got.Cols != 4 || len(got.Cells) != len(want) {
				t.Fatalf("%d rows, %d columns, %d cells; want 4, 4, %d", got.Rows, got.Cols, len(got.Cells), len(want))
			}
			for i, c := range got.Cells {
				w := want[i]
				if c.Row != w.Row || c.Col != w.Col || c.RowSpan != w.RowSpan || c.ColSpan != w.ColSpan {
					t.Errorf("cell %d is at row %d column %d spanning %d×%d, want %d %d %d×%d", i, c.Row, c.Col, c.RowSpan, c.ColSpan, w.Row, w.Col, w.RowSpan, w.ColSpan)
				}
				for _, d := range []int{c.Box.Min.X - w.Box.Min.X, c.Box.Min.Y - w.Box.Min.Y, c.Box.Max.X - w.Box.Max.X, c.Box.Max.Y - w.Box.Max.Y} {
					if abs(d) > tt.slack {
						t.Errorf("cell %d box %v, want %v", i, c.Box, w.Box)
						break
					}
				}
			}
		})
	}
}

func TestNoGridInText(t *testing.T) {
	p := newPaper(1240, 1754)
	rng := rand.New(rand.NewPCG(5, 6))
	for y := 100; y < 1600; y += 40 {
		p.words(100, y, 24, 38, rng)
	}
	if g := Grids(FindRulings(p.Gray, 150), 150); len(g) != 0 {
		t.Errorf("found %d tables in plain text: %+v", len(g), g[0])
	}
}

func TestSkew(t *testing.T) {
	for _, want := range []float64{-4.7, -3, -1.5, -0.4, 0, 0.2, 1, 2.6, 4.9} {
		g := Rotate(formPage(2, 0).Gray, want)
		if got := Skew(Binarize(g)); math.Abs(got-want) > 0.1 {
			t.Errorf("skew %v measured as %.3f", want, got)
		}
		if got := Skew(Binarize(Turn(g, 1))); math.Abs(got-want) > 0.1 {
			t.Errorf("skew %v of a page on its side measured as %.3f", want, got)
		}
	}
	if got := Skew(NewBitmap(500, 700)); got != 0 {
		t.Errorf("an empty page is skewed by %v", got)
	}
}

func TestTurn(t *testing.T) {
	g := formPage(2, 0).Gray
	four := Turn(Turn(Turn(Turn(g, 1), 1), 1), 1)
	for i := range g.Pix {
		if g.Pix[i] != four.Pix[i] {
			t.Fatal("four quarter turns are not the page itself")
		}
	}
	back := Turn(Turn(g, 1), 3)
	half := Turn(Turn(g, 2), 2)
	for i := range g.Pix {
		if g.Pix[i] != back.Pix[i] || g.Pix[i] != half.Pix[i] {
			t.Fatal("a turn and its inverse are not the page itself")
		}
	}
	p := newPaper(10, 20)
	p.SetGray(1, 2, color.Gray{})
	if q := Turn(p.Gray, 1); q.GrayAt(20-1-2, 1).Y != 0 {
		t.Error("a quarter turn is not clockwise")
	}
}

func TestFindPageAndFlatten(t *testing.T) {
	want := Quad{{300, 200}, {1500, 260}, {1560, 2000}, {240, 1900}}
	photo := newPaper(1800, 2300)
	photo.fill(photo.Rect, 60)
	sheet := formPage(3, 0)
	m := projective(want)
	inv := invertProjective(m)
	for y := range 2300 {
		for x := range 1800 {
			d := inv[6]*float64(x) + inv[7]*float64(y) + inv[8]
			u, v := (inv[0]*float64(x)+inv[1]*float64(y)+inv[2])/d, (inv[3]*float64(x)+inv[4]*float64(y)+inv[5])/d
			if u >= 0 && v >= 0 && u < 1 && v < 1 {
				photo.SetGray(x, y, sheet.GrayAt(int(u*1240), int(v*1754)))
			}
		}
	}
	q, ok := FindPage(photo.Gray)
	if !ok {
		t.Fatal("the page was not found")
	}
	for i := range q {
		if math.Hypot(q[i].X-want[i].X, q[i].Y-want[i].Y) > 12 {
			t.Errorf("corner %d at %v, want %v", i, q[i], want[i])
		}
	}
	w, h := q.Size()
	if r := float64(h) / float64(w); math.Abs(r-math.Sqrt2) > 0.01 {
		t.Errorf("flat page has proportions %.3f, want those of A4", r)
	}
	flat := Flatten(photo.Gray, q, 1240, 1754)
	if g := Grids(FindRulings(Even(flat), 150), 150); len(g) != 1 || len(g[0].Cells) != 8 {
		t.Errorf("the flattened page has %d tables, want 1 of 8 cells", len(g))
	}
	if _, ok := FindPage(sheet.Gray); ok {
		t.Error("a scan was taken for a photograph")
	}
}

// invertProjective inverts the 3×3 matrix of a projective map.
func invertProjective(m [8]float64) [9]float64 {
	a, b, c, d, e, f, g, h, i := m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], 1.0
	return [9]float64{e*i - f*h, c*h - b*i, b*f - c*e, f*g - d*i, a*i - c*g, c*d - a*f, d*h - e*g, b*g - a*h, a*e - b*d}
}

func TestEvenTakesOutShadow(t *testing.T) {
	p := formPage(2, 0)
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			v := float64(p.GrayAt(x, y).Y) * (0.45 + 0.5*float64(x)/1240)
			p.SetGray(x, y, color.Gray{Y: uint8(v)})
		}
	}
	g := Even(p.Gray)
	for _, at := range []image.Point{{30, 30}, {1200, 1700}, {50, 1000}, {800, 700}} {
		if v := g.GrayAt(at.X, at.Y).Y; v < 235 {
			t.Errorf("paper at %v is %d after evening", at, v)
		}
	}
}

func TestFindTickBoxes(t *testing.T) {
	const size = 30
	draw := map[string]func(p paper, r image.Rectangle){
		"empty": func(p paper, r image.Rectangle) { p.square(r, 2) },
		"thin":  func(p paper, r image.Rectangle) { p.square(r, 1) },
		"tick": func(p paper, r image.Rectangle) {
			p.square(r, 2)
			p.stroke(r.Min.X+5, r.Min.Y+15, r.Min.X+12, r.Max.Y-6, 3)
			p.stroke(r.Min.X+12, r.Max.Y-6, r.Max.X+6, r.Min.Y-6, 3)
		},
		"cross": func(p paper, r image.Rectangle) {
			p.square(r, 2)
			p.stroke(r.Min.X+4, r.Min.Y+4, r.Max.X-5, r.Max.Y-5, 2)
			p.stroke(r.Max.X-5, r.Min.Y+4, r.Min.X+4, r.Max.Y-5, 2)
		},
		"filled": func(p paper, r image.Rectangle) { p.fill(r, 0) },
		"tick beyond left": func(p paper, r image.Rectangle) {
			p.square(r, 2)
			p.stroke(r.Min.X-6, r.Min.Y+10, r.Min.X+12, r.Max.Y-4, 3)
			p.stroke(r.Min.X+12, r.Max.Y-4, r.Max.X+10, r.Min.Y-2, 3)
		},
	}
	on := map[string]bool{"tick": true, "cross": true, "filled": true, "tick beyond left": true}
	orders := [][]string{
		{"empty", "tick", "empty", "empty", "empty"},
		{"tick", "empty", "cross", "empty", "filled"},
		{"empty", "empty", "empty", "empty", "empty"},
		{"thin", "thin", "tick beyond left", "empty", "tick"},
	}
	for _, kinds := range orders {
		p := newPaper(1400, 120)
		rng := rand.New(rand.NewPCG(7, 8))
		var want []image.Rectangle
		for i, kind := range kinds {
			r := image.Rect(40+i*260, 45, 40+i*260+size, 45+size)
			draw[kind](p, r)
			p.words(r.Max.X+12, 42, 36, 4, rng)
			want = append(want, r)
		}
		got := FindTickBoxes(Binarize(p.Gray), image.Rect(30, 38, 1390, 84), size*4/5, size*6/5)
		hits := 0
		for _, b := range got {
			for i, r := range want {
				if area := b.Box.Intersect(r); area.Dx()*area.Dy()*10 >= size*size*7 {
					hits++
					if b.On != on[kinds[i]] {
						t.Errorf("%v: box %d (%s) read as on=%v, fill %.3f", kinds, i, kinds[i], b.On, b.Fill)
					}
				}
			}
		}
		if hits != len(want) {
			t.Errorf("%v: %d of %d boxes found", kinds, hits, len(want))
		}
	}
}

func TestCutAtRulings(t *testing.T) {
	r := Rulings{
		Vertical:   []Segment{{From: 0, To: 200, At: 100, Till: 100, Width: 2}},
		Horizontal: []Segment{{From: 0, To: 300, At: 150, Till: 150, Width: 2}},
	}
	tests := []struct {
		box  image.Rectangle
		want int
	}{
		{image.Rect(10, 10, 90, 40), 1},
		{image.Rect(10, 10, 190, 40), 2},
		{image.Rect(10, 210, 190, 240), 1}, // below the vertical line's end
		{image.Rect(10, 130, 90, 170), 2},
		{image.Rect(10, 120, 190, 180), 4},
		{image.Rect(97, 10, 190, 40), 1}, // only its rim is cut off
	}
	for _, tt := range tests {
		got := CutAtRulings(tt.box, r)
		if len(got) != tt.want {
			t.Errorf("%v cut into %v, want %d pieces", tt.box, got, tt.want)
		}
		for _, b := range got {
			if !b.In(tt.box) {
				t.Errorf("%v: piece %v lies outside", tt.box, b)
			}
			if b.Min.X < 100 && b.Max.X > 100 && b.Max.Y <= 200 {
				t.Errorf("%v: piece %v crosses the line", tt.box, b)
			}
		}
	}
}

func TestComponents(t *testing.T) {
	b := NewBitmap(20, 10)
	for _, p := range []image.Point{{1, 1}, {2, 2}, {3, 1}, {10, 5}, {11, 5}, {10, 6}, {19, 9}} {
		b.Pix[p.Y*b.W+p.X] = 1
	}
	got := map[image.Rectangle]int{}
	for _, c := range Components(b) {
		got[c.Box] = c.Pixels
	}
	want := map[image.Rectangle]int{image.Rect(1, 1, 4, 3): 3, image.Rect(10, 5, 12, 7): 3, image.Rect(19, 9, 20, 10): 1}
	if len(got) != len(want) {
		t.Fatalf("components %v, want %v", got, want)
	}
	for r, n := range want {
		if got[r] != n {
			t.Errorf("component %v has %d pixels, want %d", r, got[r], n)
		}
	}
}

// On a page half in shadow the most common level of one channel may be the light's and
// of another the shadow's: neither half has coloured ink.
func TestSplitInHalfShadow(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 400, 400))
	for y := range 400 {
		for x := range 400 {
			c := color.RGBA{uint8(250 + (x+y)%4), 253, 254, 255} // red is spread over four levels
			if x >= 220 {
				c = color.RGBA{148, uint8(146 + (x+y)%4), 149, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	if p, _ := Split(img, 1000); p.Ink != nil {
		t.Errorf("coloured ink on bare paper, %.2f of it red", p.Hot)
	}
}

func TestSplitSparesPrintUnderSeal(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 400, 400))
	for y := range 400 {
		for x := range 400 {
			c := color.RGBA{240, 238, 230, 255}
			if d := math.Hypot(float64(x-200), float64(y-200)); d > 140 && d < 160 {
				c = color.RGBA{215, 40, 45, 255}
			}
			if y > 195 && y < 205 && x > 20 && x < 380 { // print through the ring
				c = color.RGBA{35, 30, 30, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	p, factor := Split(img, 1000)
	if factor != 1 || p.Ink == nil {
		t.Fatalf("factor %d, ink found %v", factor, p.Ink != nil)
	}
	if v := p.Clean.GrayAt(200, 50).Y; v < 190 {
		t.Errorf("seal is %d on the clean plane, want it bright", v)
	}
	if v := p.Clean.GrayAt(50, 200).Y; v > 60 {
		t.Errorf("print under the seal is %d on the clean plane, want it dark", v)
	}
	if p.Hot < 0.9 {
		t.Errorf("share of red is %.2f", p.Hot)
	}
	if gray, _ := Split(image.NewGray(image.Rect(0, 0, 40, 40)), 100); gray.Gray != gray.Clean || gray.Ink != nil {
		t.Error("a grey picture has coloured ink")
	}
}

func TestBinomialKeepsGreyAndSpreadsInk(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 7, 5))
	for i := range g.Pix {
		g.Pix[i] = 200
	}
	if out := Binomial(g); !bytes.Equal(out.Pix, g.Pix) {
		t.Error("an even picture changed")
	}
	g.Pix[2*g.Stride+3] = 40
	out := Binomial(g)
	for _, p := range []struct {
		x, y int
		want uint8
	}{{3, 2, 160}, {2, 2, 180}, {3, 1, 180}, {2, 1, 190}, {1, 2, 200}} {
		if got := out.GrayAt(p.x, p.y).Y; got != p.want {
			t.Errorf("pixel %d,%d is %d, want %d", p.x, p.y, got, p.want)
		}
	}
}

// A box is empty or ticked for sure only where its ink is well off what specks
// leave and the thinnest stroke fills.
func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		rows  int // of ink inside, of 60
		on    bool
		least float64
		most  float64
	}{{0, false, 0.95, 1}, {3, false, 0.7, 0.85}, {5, true, 0.5, 0.7}, {8, true, 0.9, 1}, {20, true, 0.99, 1}} {
		b := NewBitmap(140, 140)
		r := image.Rect(20, 20, 120, 120) // what counts is 60 wide
		for y := range tt.rows {
			for x := 40; x < 100; x++ {
				b.Pix[(60+y)*b.W+x] = 1
			}
		}
		if got := Judge(b, r); got.On != tt.on || got.Score < tt.least || got.Score > tt.most {
			t.Errorf("%d rows: %+v", tt.rows, got)
		}
	}
}
