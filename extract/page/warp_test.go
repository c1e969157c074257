package page

import (
	"image"
	"testing"
)

// A dark edge along one side, as an open lid or a book's gutter leaves it, is
// no photograph: its quadrilateral would bend a flat page and hide a streak.
func TestDarkEdgeIsNoPhotograph(t *testing.T) {
	edges := map[string]func(p paper, depth int){
		"left":  func(p paper, d int) { p.fill(image.Rect(0, 0, d, 1754), 50) },
		"right": func(p paper, d int) { p.fill(image.Rect(1240-d, 0, 1240, 1754), 50) },
		"top":   func(p paper, d int) { p.fill(image.Rect(0, 0, 1240, d), 50) },
		"left, slanted": func(p paper, d int) {
			for y := range 1754 {
				p.fill(image.Rect(0, y, d+y/40, y+1), 50)
			}
		},
	}
	for name, draw := range edges {
		for _, depth := range []int{12, 40, 70} {
			p := formPage(2, 0)
			draw(p, depth)
			if q, ok := FindPage(p.Gray); ok {
				t.Errorf("%s, %d pixels deep: taken for a photograph of %v", name, depth, q)
			}
		}
	}
}

// Half of a page that a shadow cuts in two is a quadrilateral as well, but not
// one of paper.
func TestPlausibleQuads(t *testing.T) {
	for _, c := range []struct {
		name string
		quad Quad
		want bool
	}{
		{"a page", Quad{{40, 30}, {320, 34}, {316, 440}, {36, 436}}, true},
		{"a page seen askew", Quad{{60, 30}, {300, 34}, {330, 440}, {30, 436}}, true},
		{"a page on its side", Quad{{20, 100}, {340, 104}, {336, 320}, {16, 316}}, true},
		{"the left half of a page", Quad{{40, 30}, {200, 34}, {190, 440}, {36, 436}}, false},
		{"a scrap", Quad{{100, 100}, {160, 100}, {160, 190}, {100, 190}}, false},
	} {
		if got := plausible(c.quad, 360, 480); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
