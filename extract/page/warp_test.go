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
