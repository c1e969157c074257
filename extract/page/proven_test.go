package page

import (
	"image"
	"testing"
)

// A stroke of text that stands exactly beneath a column's line is no part of
// it, and a line does not go on over white paper.
func TestStrokesDoNotLengthenLines(t *testing.T) {
	tests := map[string]func(p paper){
		"stroke below the column": func(p paper) { p.vertical(620, 404, 438, 3, 0) },
		"stroke above the column": func(p paper) { p.vertical(620, 262, 296, 3, 0) },
		"two strokes":             func(p paper) { p.vertical(620, 206, 230, 3, 0); p.vertical(620, 268, 290, 3, 0) },
		"arc through the row": func(p paper) {
			for y := 400; y < 500; y++ {
				x := 620 + (y-400)*(y-400)/60
				p.fill(image.Rect(x, y, x+3, y+1), 60)
			}
		},
	}
	for name, draw := range tests {
		p := formPage(2, 0)
		p.fill(image.Rect(355, 401, 890, 499), 255) // one cell in row 3 but for the stroke
		draw(p)
		g := Grids(FindRulings(p.Gray, 150), 150)
		if len(g) != 1 || len(g[0].Cells) != 5 {
			t.Errorf("%s: found %+v, want one table of 5 cells", name, g)
		}
	}
}
