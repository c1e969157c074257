package scan

import (
	"image"
	"math/rand/v2"
	"testing"

	"dengji/extract"
	"dengji/extract/page"
)

// palePage has a row of cells with black ink in the first and pale ink, which
// the threshold of the page does not see, in some of the others.
func palePage(pale int) *work {
	g := image.NewGray(image.Rect(0, 0, 1000, 200))
	for i := range g.Pix {
		g.Pix[i] = 235
	}
	fill := func(r image.Rectangle, v uint8) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				g.Pix[y*g.Stride+x] = v
			}
		}
	}
	w := &work{dpi: 200}
	grid := page.Grid{Rows: 1, Cols: 5}
	for k := range 5 {
		cell := image.Rect(k*200, 40, k*200+200, 160)
		grid.Cells = append(grid.Cells, page.GridCell{Row: 0, Col: k, RowSpan: 1, ColSpan: 1, Box: cell})
		level := uint8(235)
		switch {
		case k == 0:
			level = 20
			w.boxes = append(w.boxes, image.Rect(30, 80, 170, 120))
		case k <= pale:
			level = 195
		}
		for c := range 4 {
			fill(image.Rect(k*200+40+c*32, 88, k*200+62+c*32, 112), level)
		}
	}
	w.grids = []page.Grid{grid}
	w.planes = page.Planes{Gray: g, Clean: g}
	w.ink = page.NewBitmap(1000, 200)
	for y := 88; y < 112; y++ {
		for x := 40; x < 160; x++ {
			w.ink.Pix[y*1000+x] = 1
		}
	}
	return w
}

func TestFindPale(t *testing.T) {
	for pale := range 4 {
		w := palePage(pale)
		w.findPale()
		if len(w.boxes) != 1+pale {
			t.Fatalf("%d pale cells: boxes %v", pale, w.boxes)
		}
		for k, b := range w.boxes[1:] {
			if want := image.Rect(200*(k+1)+40, 88, 200*(k+1)+158, 112); !want.In(b) || b.Dy() > 60 {
				t.Errorf("pale cell %d: box %v does not hold %v closely", k+1, b, want)
			}
		}
	}
	sealed := palePage(3)
	sealed.seals = []sealArea{{box: image.Rect(150, 0, 1000, 200)}}
	sealed.findPale()
	if len(sealed.boxes) != 1 {
		t.Errorf("what is left of a seal's strokes got boxes: %v", sealed.boxes)
	}
}

// A pale line beside one that the detector saw gets a box; the noise of grainy
// paper, and what stands out of a seen line's own box, get none.
func TestFindPaleBesideLines(t *testing.T) {
	for _, tt := range []struct {
		name  string
		line  int // pixels that the pale line's characters are high
		grain int
		want  int // boxes found
	}{
		{"pale line above", 26, 0, 1},
		{"pale line on grainy paper", 26, 8, 1},
		{"pale line of small print", 19, 0, 1}, // its ink is half as high as the detector's box
		{"nothing else", 0, 0, 0},
		{"grainy paper", 0, 30, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := image.NewGray(image.Rect(0, 0, 400, 200))
			rng := rand.New(rand.NewPCG(5, 6))
			for i := range g.Pix {
				g.Pix[i] = uint8(min(254, 225+int(rng.NormFloat64()*float64(tt.grain)/2)))
			}
			w := &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g}, ink: page.NewBitmap(400, 200)}
			w.grids = []page.Grid{{Cells: []page.GridCell{{Box: image.Rect(20, 20, 380, 180)}}}}
			w.boxes = []image.Rectangle{image.Rect(50, 110, 240, 150)}
			for c := range 6 {
				for y := 118; y < 154; y++ { // longer than its box
					for x := 60 + c*30; x < 80+c*30; x++ {
						g.Pix[y*400+x] = 30
						w.ink.Pix[y*400+x] = 1
					}
				}
				for y := 64; y < 64+tt.line; y++ {
					for x := 60 + c*30; x < 80+c*30; x++ {
						g.Pix[y*400+x] = 165
					}
				}
			}
			w.findPale()
			if got := len(w.boxes) - 1; got != tt.want {
				t.Errorf("found %v, want %d", w.boxes[1:], tt.want)
			}
		})
	}
}

// A pale dash alone in its cell is read by its shape, in doubt.
func TestPaleDash(t *testing.T) {
	for _, tt := range []struct {
		name string
		dash image.Rectangle
		want string
	}{
		{"a dash in the middle", image.Rect(190, 98, 206, 101), loneDash},
		{"near the cell's side", image.Rect(130, 98, 146, 101), ""},
		{"near its foot", image.Rect(190, 118, 206, 121), ""},
		{"as high as print", image.Rect(190, 90, 206, 112), ""},
	} {
		g := whitePage(400, 200)
		for i := range g.Pix {
			g.Pix[i] = 235
		}
		for y := tt.dash.Min.Y; y < tt.dash.Max.Y; y++ {
			for x := tt.dash.Min.X; x < tt.dash.Max.X; x++ {
				g.Pix[y*400+x] = 170
			}
		}
		w := &work{readers: Readers{First: markReader{extract.ReaderPPOCR}}, dpi: 200, planes: page.Planes{Gray: g, Clean: g}, ink: page.NewBitmap(400, 200)}
		w.grids = []page.Grid{{Cells: []page.GridCell{{Box: image.Rect(120, 70, 280, 130)}}}}
		w.findPale()
		got := ""
		if len(w.read) == 1 {
			got = w.read[0].first.Text
		}
		if got != tt.want {
			t.Errorf("%s: %q, boxes %v", tt.name, got, w.boxes)
		}
	}
}

// A pale line's box has room for what is too pale at its ends, but none of a
// neighbour's.
func TestPaleBox(t *testing.T) {
	cell, ink := image.Rect(0, 0, 400, 100), image.Rect(100, 40, 200, 60)
	w := &work{dpi: 254}
	for _, tt := range []struct {
		beside, want image.Rectangle
	}{
		{image.Rect(0, 0, 0, 0), image.Rect(87, 35, 213, 65)},
		{image.Rect(208, 30, 300, 70), image.Rect(95, 35, 205, 65)},
		{image.Rect(208, 70, 300, 90), image.Rect(87, 35, 213, 65)},
	} {
		w.boxes = []image.Rectangle{tt.beside}
		if got := w.paleBox(ink, cell); got != tt.want {
			t.Errorf("beside %v: %v, want %v", tt.beside, got, tt.want)
		}
	}
	w.boxes = nil
	if got, want := w.paleBox(image.Rect(8, 40, 395, 60), cell), image.Rect(5, 35, 395, 65); got != want {
		t.Errorf("at the cell's sides: %v, want %v", got, want)
	}
}

// A line of which the detector saw the end under a coloured seal goes on over
// its pale beginning; it does not into the seal's own box, over bare paper, or
// where the scan has no colour to tell the seal's ink by.
func TestStretchPale(t *testing.T) {
	seen := image.Rect(140, 80, 300, 120)
	for _, tt := range []struct {
		name   string
		pale   uint8
		colour bool
		seal   image.Rectangle
		want   int // where the line begins
	}{
		{"pale beginning", 200, true, image.Rect(180, 0, 380, 200), 40},
		{"bare paper", 235, true, image.Rect(180, 0, 380, 200), 140},
		{"within the seal", 200, true, image.Rect(30, 0, 380, 200), 140},
		{"a grey seal", 200, false, image.Rect(180, 0, 380, 200), 140},
		{"a pattern up to the cell's side", 201, true, image.Rect(180, 0, 380, 200), 140},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := image.NewGray(image.Rect(0, 0, 400, 200))
			for i := range g.Pix {
				g.Pix[i] = 235
			}
			for c := range 7 {
				v := tt.pale
				if c > 2 {
					v = 60
				}
				for y := 86; y < 114; y++ {
					for x := 42 + c*34; x < 70+c*34; x++ {
						g.Pix[y*400+x] = v
					}
				}
			}
			for y := 86; y < 114 && tt.pale == 201; y++ {
				for x := 11; x < 42; x++ {
					g.Pix[y*400+x] = 201
				}
			}
			w := &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g}, ink: page.NewBitmap(400, 200), boxes: []image.Rectangle{seen}, seals: []sealArea{{box: tt.seal}}}
			if tt.colour {
				w.planes.Ink = image.NewGray(image.Rect(0, 0, 100, 50))
			}
			w.grids = []page.Grid{{Cells: []page.GridCell{{Box: image.Rect(10, 20, 390, 180)}}}}
			w.findPale()
			if b := w.boxes[0]; len(w.boxes) != 1 || b.Max != seen.Max || b.Min.Y != seen.Min.Y || b.Min.X > tt.want+2 || b.Min.X < tt.want-8 {
				t.Errorf("boxes %v, want one from %d", w.boxes, tt.want)
			}
		})
	}
}

func TestBlueStays(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i := range 200 * 200 {
		p := img.Pix[i*4 : i*4+4]
		p[0], p[1], p[2], p[3] = 240, 238, 232, 255
		switch x, y := i%200, i/200; {
		case y > 40 && y < 60:
			p[0], p[1], p[2] = 60, 70, 180 // blue fill
		case x > 90 && x < 110:
			p[0], p[1], p[2] = 215, 40, 45 // a seal's stroke
		}
	}
	planes, _ := page.Split(img, 1000)
	if v := planes.Clean.GrayAt(20, 50).Y; v > 110 {
		t.Errorf("blue is %d on the clean plane, want it dark", v)
	}
	if v := planes.Clean.GrayAt(100, 150).Y; v < 190 {
		t.Errorf("red is %d on the clean plane, want it bright", v)
	}
}
