package scan

import (
	"image"
	"math"
	"testing"

	"dengji/extract"
	"dengji/extract/page"
)

// drawBar draws a straight bar between two points, so many pixels thick.
func drawBar(g *image.Gray, x0, y0, x1, y1, thick float64) {
	length := math.Hypot(x1-x0, y1-y0)
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			px, py := float64(x)+0.5-x0, float64(y)+0.5-y0
			along := (px*(x1-x0) + py*(y1-y0)) / length
			across := math.Abs(px*(y1-y0)-py*(x1-x0)) / length
			if along >= 0 && along <= length && across <= thick/2 {
				g.Pix[y*g.Stride+x] = 0
			}
		}
	}
}

// cellWork is a page of 300 dots an inch with one cell, 200 × 120 pixels, and
// what was drawn into it.
func cellWork(draw func(*image.Gray), boxes ...image.Rectangle) *work {
	g := whitePage(400, 300)
	draw(g)
	w := &work{readers: Readers{First: markReader{extract.ReaderPPOCR}}, dpi: 300, planes: page.Planes{Gray: g, Clean: g}, boxes: boxes}
	cell := image.Rect(100, 100, 300, 220)
	w.grids = []page.Grid{{Rows: 1, Cols: 1, Cells: []page.GridCell{{RowSpan: 1, ColSpan: 1, Box: cell}}}}
	w.ink = page.Binarize(g)
	w.comps = page.Components(w.ink)
	return w
}

func TestLoneStrokes(t *testing.T) {
	tests := []struct {
		name  string
		text  string // "" where nothing is to be told by shape
		sure  bool
		draw  func(*image.Gray)
		boxes []image.Rectangle
	}{
		{name: "dash", text: loneDash, sure: true, draw: func(g *image.Gray) { drawBar(g, 180, 160, 220, 160, 3) }},
		{name: "dash the detector saw", text: loneDash, sure: true, draw: func(g *image.Gray) { drawBar(g, 180, 160, 220, 160, 3) }, boxes: []image.Rectangle{image.Rect(170, 140, 230, 180)}},
		{name: "long dash", text: loneDash, sure: true, draw: func(g *image.Gray) { drawBar(g, 150, 158, 240, 159, 3) }},
		{name: "hyphen", text: loneDash, sure: true, draw: func(g *image.Gray) { drawBar(g, 190, 160, 204, 160, 2.5) }},
		{name: "slash", text: loneSlash, sure: true, draw: func(g *image.Gray) { drawBar(g, 193, 180, 207, 140, 3) }},
		{name: "flat slash", text: loneSlash, sure: true, draw: func(g *image.Gray) { drawBar(g, 185, 175, 215, 145, 3) }},
		{name: "dash with dust", text: loneDash, sure: true, draw: func(g *image.Gray) {
			drawBar(g, 180, 160, 220, 160, 3)
			drawBar(g, 130, 120, 133, 120, 3)
		}},
		{name: "stroke near the foot", text: loneDash, draw: func(g *image.Gray) { drawBar(g, 180, 197, 220, 197, 3) }},
		{name: "stump", text: loneDash, draw: func(g *image.Gray) { drawBar(g, 189, 160, 212, 160, 5) }},
		{name: "upright one", draw: func(g *image.Gray) { drawBar(g, 200, 180, 202, 140, 4) }},
		{name: "leaning back", draw: func(g *image.Gray) { drawBar(g, 193, 140, 207, 180, 3) }},
		{name: "seven", draw: func(g *image.Gray) {
			drawBar(g, 190, 142, 212, 142, 3)
			drawBar(g, 198, 180, 212, 142, 3)
		}},
		{name: "speck", draw: func(g *image.Gray) { drawBar(g, 198, 160, 202, 160, 3) }},
		{name: "line to write on", draw: func(g *image.Gray) { drawBar(g, 120, 165, 280, 165, 2) }},
		{name: "rest of a ruling line", draw: func(g *image.Gray) { drawBar(g, 150, 215, 200, 215, 3) }},
		{name: "two dashes", draw: func(g *image.Gray) {
			drawBar(g, 180, 150, 220, 150, 3)
			drawBar(g, 180, 165, 220, 165, 3)
		}},
		{name: "minus before a figure", draw: func(g *image.Gray) {
			drawBar(g, 180, 160, 200, 160, 3)
			drawBar(g, 215, 180, 215, 140, 4)
		}},
		{name: "two boxes", draw: func(g *image.Gray) { drawBar(g, 180, 160, 220, 160, 3) }, boxes: []image.Rectangle{image.Rect(170, 140, 200, 180), image.Rect(200, 140, 240, 180)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := cellWork(tt.draw, tt.boxes...)
			w.findStrokes()
			if tt.text == "" {
				if len(w.read) > 0 || len(w.boxes) != len(tt.boxes) {
					t.Fatalf("told as %q, %d boxes left", w.read[0].first.Text, len(w.boxes))
				}
				return
			}
			if len(w.read) != 1 || len(w.boxes) != 0 {
				t.Fatalf("%d strokes and %d boxes", len(w.read), len(w.boxes))
			}
			l := w.read[0]
			if l.first.Text != tt.text || (l.first.Score == surelyStroke) != tt.sure {
				t.Errorf("%q with score %.2f, want %q, sure %v", l.first.Text, l.first.Score, tt.text, tt.sure)
			}
			if !l.box.In(w.grids[0].Cells[0].Box) {
				t.Errorf("box %v leaves its cell", l.box)
			}
		})
	}
}

// TestSpread: a bar's length, thickness and slope come back whatever its
// slope.
func TestSpread(t *testing.T) {
	for degrees := -80; degrees <= 80; degrees += 10 {
		for _, length := range []float64{30, 60} {
			for _, thick := range []float64{3, 6} {
				a := float64(degrees) * math.Pi / 180
				dx, dy := math.Cos(a)*length/2, math.Sin(a)*length/2
				w := cellWork(func(g *image.Gray) { drawBar(g, 200-dx, 160+dy, 200+dx, 160-dy, thick) })
				l, across, slope := w.spread(image.Rect(100, 100, 300, 220))
				if math.Abs(l-length) > 2 || math.Abs(across-thick) > 1.3 || math.Abs(slope-float64(degrees)) > 2 {
					t.Errorf("%d°, %.0f × %.0f: measured %.1f°, %.1f × %.1f", degrees, length, thick, slope, l, across)
				}
			}
		}
	}
}
