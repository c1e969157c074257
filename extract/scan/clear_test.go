package scan

import (
	"image"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/seal"
)

func TestClearCell(t *testing.T) {
	figure := func(g *image.Gray) { drawBar(g, 180, 175, 200, 145, 4) }
	read := readLine{box: image.Rect(170, 140, 210, 180), first: reading{Reading: ocr.Reading{Text: "7", Chars: []ocr.Char{{X0: 180, X1: 200, Score: 0.9}}}}}
	tests := []struct {
		name  string
		draw  func(*image.Gray)
		lines []readLine
		at    []int
		want  bool
	}{
		{name: "empty", draw: func(*image.Gray) {}, want: true},
		{name: "speck", draw: func(g *image.Gray) { drawBar(g, 180, 160, 183, 160, 3) }, want: true},
		{name: "rest of a ruling line on the rim", draw: func(g *image.Gray) { drawBar(g, 102, 110, 102, 210, 3) }, want: true},
		{name: "stroke", draw: figure},
		{name: "stroke as pale as a faint copy", draw: func(g *image.Gray) {
			figure(g)
			for i, v := range g.Pix {
				g.Pix[i] = max(v, paleInk-15)
			}
		}},
		{name: "stroke that was read", draw: figure, lines: []readLine{read}, at: []int{0}, want: true},
		{name: "stroke in a line that is left out", draw: figure, lines: []readLine{read}, at: []int{-1}},
		{name: "stroke behind what was read", draw: func(g *image.Gray) { figure(g); drawBar(g, 240, 175, 250, 145, 4) }, lines: []readLine{read}, at: []int{0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := cellWork(tt.draw)
			w.read = tt.lines
			var lines []int
			for i := range tt.lines {
				lines = append(lines, i)
			}
			if got := w.clearCell(w.grids[0].Cells[0].Box, lines, tt.at); got != tt.want {
				t.Errorf("clear: %v", got)
			}
		})
	}
	w := cellWork(func(*image.Gray) {})
	w.planes.Ink = image.NewGray(image.Rect(0, 0, 400/page.InkScale, 300/page.InkScale))
	w.planes.Ink.Pix[40*w.planes.Ink.Stride+50] = 255
	if w.clearCell(w.grids[0].Cells[0].Box, nil, nil) {
		t.Error("red ink, which is not on the clean plane, counts as none")
	}
	w = cellWork(func(*image.Gray) {})
	ring := seal.Ring{X: 330, Y: 160, R: 120}
	w.seals = []sealArea{{box: ring.Box(), shape: "round", ring: ring}}
	if w.clearCell(w.grids[0].Cells[0].Box, nil, nil) {
		t.Error("a cell under a grey seal, which was taken off the clean plane, is clear")
	}
}
