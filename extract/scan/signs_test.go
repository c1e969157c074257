package scan

import (
	"image"
	"testing"

	"dengji/extract"
	"dengji/extract/page"
)

func TestTakeSigns(t *testing.T) {
	line := image.Rect(100, 100, 900, 140)
	below := image.Rect(100, 150, 500, 190)
	for _, c := range []struct {
		name string
		ink  image.Rectangle
		want bool
	}{
		{"a comma just behind the line", image.Rect(904, 124, 910, 136), true},
		{"a full stop", image.Rect(902, 122, 912, 132), true},
		{"a slash", image.Rect(902, 104, 916, 136), true},
		{"a speck", image.Rect(904, 130, 906, 132), false},
		{"a mark above the foot", image.Rect(904, 104, 910, 112), false},
		{"ink far away", image.Rect(930, 124, 936, 136), false},
		{"a character, which has a box of its own", image.Rect(904, 104, 938, 138), false},
	} {
		boxes := []image.Rectangle{line, below}
		pixels := 30
		if c.name == "a slash" {
			pixels = 80
		}
		w := &work{comps: []page.Component{{Box: c.ink, Pixels: pixels}}}
		w.planes.Gray = image.NewGray(image.Rect(0, 0, 1000, 300))
		w.takeSigns(boxes)
		if got := c.ink.In(boxes[0]); got != c.want {
			t.Errorf("%s: the line ends at %d", c.name, boxes[0].Max.X)
		}
		if boxes[1] != below {
			t.Errorf("%s: another line changed", c.name)
		}
	}
	// One that the box ends upon gets some paper behind it.
	boxes := []image.Rectangle{line}
	w := &work{comps: []page.Component{{Box: image.Rect(892, 122, 899, 134), Pixels: 30}}}
	w.planes.Gray = image.NewGray(image.Rect(0, 0, 1000, 300))
	w.takeSigns(boxes)
	if boxes[0].Max.X != 909 {
		t.Errorf("a sign at the edge: the line ends at %d", boxes[0].Max.X)
	}
	// A sign between two lines of one row belongs to the first and does not
	// push its box into the second.
	boxes = []image.Rectangle{line, image.Rect(908, 100, 1000, 140)}
	w = &work{comps: []page.Component{{Box: image.Rect(902, 124, 907, 136), Pixels: 30}}}
	w.planes.Gray = image.NewGray(image.Rect(0, 0, 1000, 300))
	w.takeSigns(boxes)
	if boxes[0] != line {
		t.Errorf("the box now reaches into its neighbour: %v", boxes[0])
	}
}

// PP-OCR says what else it took a sign for; one whose ink runs out wide at the
// foot is ‰ only where that is what it took % for next.
func TestMayBePermille(t *testing.T) {
	for _, tt := range []struct {
		reader, rivals string
		want           bool
	}{
		{extract.ReaderPPOCR, "‰％", true},
		{extract.ReaderPPOCR, "0‰", true},
		{extract.ReaderPPOCR, "％‰", false},
		{extract.ReaderPPOCR, "9％0", false},
		{extract.ReaderPPOCR, "", false},
		{extract.ReaderTesseract, "", true},
	} {
		if got := mayBePermille(tt.reader, tt.rivals); got != tt.want {
			t.Errorf("%s, rivals %q: %v", tt.reader, tt.rivals, got)
		}
	}
}

// A clear ‰ has two closed rings side by side at its foot; % has one, whatever
// closes at its top, and of a broken ‰ one is open.
func TestTwoRingsBelow(t *testing.T) {
	ring := func(g *image.Gray, x, y float64, open bool) {
		for _, s := range [][4]float64{{0, 0, 8, 0}, {0, 0, 0, 12}, {8, 0, 8, 12}, {0, 12, 8, 12}} {
			if open && s[1] == 12 {
				continue
			}
			drawBar(g, x+s[0], y+s[1], x+s[2], y+s[3], 2)
		}
	}
	for _, tt := range []struct {
		name  string
		below []bool // rings at the foot, true for an open one
		want  bool
	}{
		{"%", []bool{false}, false},
		{"‰", []bool{false, false}, true},
		{"a broken ‰", []bool{false, true}, false},
		{"no rings", nil, false},
	} {
		g := whitePage(80, 40)
		ring(g, 6, 4, false)
		drawBar(g, 10, 36, 26, 4, 2)
		for k, open := range tt.below {
			ring(g, 24+float64(k)*14, 22, open)
		}
		if got := twoRingsBelow(page.Binarize(g)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// A 一 at either end of a line is the line's; a stroke that lies elsewhere is not.
func TestTakeBars(t *testing.T) {
	line := image.Rect(100, 100, 900, 140)
	for _, c := range []struct {
		name string
		ink  image.Rectangle
		want bool
	}{
		{"一 before the line", image.Rect(62, 118, 92, 122), true},
		{"一 behind it", image.Rect(906, 118, 936, 122), true},
		{"一 across its end", image.Rect(880, 118, 912, 122), true},
		{"a ruling line", image.Rect(20, 118, 92, 122), false},
		{"a stroke at the foot", image.Rect(62, 136, 92, 140), false},
		{"ink far away", image.Rect(40, 118, 70, 122), false},
		{"a character", image.Rect(62, 104, 92, 136), false},
	} {
		boxes := []image.Rectangle{line}
		w := &work{comps: []page.Component{{Box: c.ink, Pixels: 100}}}
		w.planes.Gray = image.NewGray(image.Rect(0, 0, 1000, 300))
		w.takeBars(boxes)
		if got := c.ink.In(boxes[0]); got != c.want || !c.want && boxes[0] != line {
			t.Errorf("%s: the line is %v", c.name, boxes[0])
		}
	}
	boxes := []image.Rectangle{line, image.Rect(20, 100, 90, 140)} // it has another line's box
	w := &work{comps: []page.Component{{Box: image.Rect(62, 118, 88, 122), Pixels: 100}}}
	w.planes.Gray = image.NewGray(image.Rect(0, 0, 1000, 300))
	w.takeBars(boxes)
	if boxes[0] != line {
		t.Errorf("the box now reaches into its neighbour: %v", boxes[0])
	}
}
